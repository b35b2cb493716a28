"""What raw codes of complaints stand for, and trees of five whys."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "code_mappings",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("issue_type", sa.String(), nullable=False),
        sa.Column("subtype", sa.String()),
        sa.Column("standard", sa.String(), nullable=False),
        *_pinned(),
    )
    op.create_table(
        "why_trees",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("issue_type", sa.String()),
        sa.Column("complaint_id", sa.String()),
        sa.Column("team_id", sa.String()),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("whys", sa.JSON(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
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
    op.drop_table("why_trees")
    op.drop_table("code_mappings")
