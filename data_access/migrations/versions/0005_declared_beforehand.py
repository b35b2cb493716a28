"""What is declared of a change beforehand: shape, end of the roll-out, guardrails, check dates, cost of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
ADDED = ("shape", "rolled_out", "guardrails", "check_dates", "cost_per_case")


def upgrade() -> None:
    op.add_column("changes", sa.Column("shape", sa.String(), nullable=False, server_default="step"))
    op.add_column("changes", sa.Column("rolled_out", sa.Date()))
    for name in ("guardrails", "check_dates"):
        op.add_column("changes", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("changes", sa.Column("cost_per_case", sa.Double()))


def downgrade() -> None:
    with op.batch_alter_table("changes") as table:
        for name in ADDED:
            table.drop_column(name)
