"""Targets with the days from which they hold, and notes pinned to a metric and a day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("team_id", sa.String()),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        *_made(),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        *_made(),
    )


def _made() -> list[sa.Column]:
    return [
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime()),
    ]


def downgrade() -> None:
    op.drop_table("notes")
    op.drop_table("targets")
