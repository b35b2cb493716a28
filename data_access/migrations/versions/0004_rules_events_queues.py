"""Rules of the site, events of its own calendar, targets by queue; and who took something off."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for table in ("targets", "notes"):
        op.add_column(table, sa.Column("removed_by", sa.String()))
    op.add_column("targets", sa.Column("queue", sa.String()))
    op.create_table(
        "rules",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        *_pinned(),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date()),
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
    op.drop_table("events")
    op.drop_table("rules")
    with op.batch_alter_table("targets") as table:
        table.drop_column("queue")
    for name in ("targets", "notes"):
        with op.batch_alter_table(name) as table:
            table.drop_column("removed_by")
