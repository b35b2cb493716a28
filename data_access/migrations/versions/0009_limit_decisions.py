"""Decisions about control limits: a new phase, or a point left out, each with its reason."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "limit_decisions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("baseline", sa.Integer()),
        sa.Column("change_id", sa.String()),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime()),
        sa.Column("removed_by", sa.String()),
    )


def downgrade() -> None:
    op.drop_table("limit_decisions")
