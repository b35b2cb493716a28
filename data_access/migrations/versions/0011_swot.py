"""The SWOT board: what people made of its entries, comments, editions, strategies."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "swot_edits",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.UniqueConstraint("scope", "key", "version"),
    )
    _pinned("swot_comments", _words("key"), _words("words"))
    _pinned(
        "swot_editions",
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        _words("data_as_of"),
        _words("note"),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("teams", sa.JSON()),
    )
    _pinned("swot_strategies", _words("strategy"), _words("inner"), _words("outer"), _words("words"))


def _words(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False)


def _pinned(name: str, *own: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("scope", sa.String(), nullable=False, index=True),
        *own,
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime()),
        sa.Column("removed_by", sa.String()),
    )


def downgrade() -> None:
    for table in ("swot_strategies", "swot_editions", "swot_comments", "swot_edits"):
        op.drop_table(table)
