"""Actions round the circle of Plan, Do, Check and Act with their history, and minutes of the quality group's week."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_words(name) for name in ("title", "problem", "from_entry", "strategy", "metric")),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("expected_change", sa.Double()),
        sa.Column("check_on", sa.Date()),
        _words("owner"),
        sa.Column("due", sa.Date()),
        _words("why_tree"),
        sa.Column("steps", sa.JSON(), nullable=False),
        _words("stage"),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("begun_on", sa.Date()),
        sa.Column("live_on", sa.Date()),
        sa.Column("check", sa.JSON()),
        sa.Column("closed_on", sa.Date()),
        _words("change_id"),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        _words("created_by"),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime()),
    )
    _history()
    _minutes()


def _history() -> None:
    op.create_table(
        "action_history",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("action_id", sa.String(), sa.ForeignKey("actions.id"), nullable=False, index=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        _words("who"),
        _words("what"),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("told", sa.JSON(), nullable=False),
    )


def _minutes() -> None:
    op.create_table(
        "minutes",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("week", sa.Date(), nullable=False, index=True),
        sa.Column("edition_id", sa.String()),
        _words("words"),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        _words("made_by"),
        sa.Column("removed_at", sa.DateTime()),
        sa.Column("removed_by", sa.String()),
    )


def _words(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False)


def downgrade() -> None:
    for table in ("minutes", "action_history", "actions"):
        op.drop_table(table)
