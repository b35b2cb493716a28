"""Who may see what, settings made on pages, and the audit log, which the store itself keeps from being rewritten."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

#: An entry is never altered, and goes only when it lies before the first that is kept.
SQLITE = (
    """CREATE TRIGGER audit_log_is_not_altered BEFORE UPDATE ON audit_log
       BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_log_is_not_cut BEFORE DELETE ON audit_log
       WHEN OLD.id >= (SELECT first_id FROM audit_head)
       BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_log_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'DELETE' AND OLD.id < (SELECT first_id FROM audit_head) THEN RETURN OLD; END IF;
         RAISE EXCEPTION 'the audit log is only added to';
       END $$""",
    """CREATE TRIGGER audit_log_is_only_added_to BEFORE UPDATE OR DELETE ON audit_log
       FOR EACH ROW EXECUTE FUNCTION audit_log_is_only_added_to()""",
)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("role", sa.String()),
        sa.Column("teams", sa.JSON()),
        sa.Column("is_cleared", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("granted_at", sa.DateTime(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
    )
    _audit()


def _audit() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(), nullable=False, index=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("who", "role", "act")),
        sa.Column("scope", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("previous", "seal")),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("before_first", sa.String(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("last_seal", sa.String(), nullable=False),
        sa.Column("pruned_on", sa.Date()),
    )
    beginning = "0" * 64
    op.bulk_insert(head, [{"id": 1, "first_id": 1, "before_first": beginning, "last_id": 0, "last_seal": beginning}])
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(op.get_bind().dialect.name, ()):
        op.execute(statement)


def downgrade() -> None:
    for name in ("audit_head", "audit_log", "settings", "people"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_is_only_added_to()")
