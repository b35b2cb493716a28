"""Cases flagged as examples to learn from, and coaching sessions on record."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "examples",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("scenario", sa.String()),
        sa.Column("team_id", sa.String()),
        sa.Column("words", sa.String(), nullable=False),
        *_pinned(),
    )
    op.create_table(
        "coaching_sessions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String()),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        *_pinned(),
    )


def _pinned() -> list[sa.Column]:
    return [
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime()),
        sa.Column("removed_by", sa.String()),
    ]


def downgrade() -> None:
    op.drop_table("coaching_sessions")
    op.drop_table("examples")
