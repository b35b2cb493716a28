"""Alerts: rules that people set, events, and the messages that tell of them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _rules()
    _events()
    _messages()
    _runs()


def _rules() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime()),
        sa.Column("removed_by", sa.String()),
        sa.UniqueConstraint("key", "version"),
    )


def _events() -> None:
    op.create_table(
        "alert_events",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, index=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("open_as", sa.String(), unique=True),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("seen", sa.Date(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False, index=True),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("taken_at", sa.DateTime()),
        sa.Column("taken_by", sa.String()),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("snoozed_until", sa.DateTime()),
        sa.Column("snoozed_by", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _messages() -> None:
    op.create_table(
        "alert_messages",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("event_id", sa.String(), sa.ForeignKey("alert_events.id"), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False, index=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String()),
        sa.Column("claimed_until", sa.DateTime()),
        sa.Column("sent_at", sa.DateTime()),
        sa.Column("dropped_at", sa.DateTime()),
        sa.Column("failure", sa.String()),
        sa.UniqueConstraint("event_id", "channel", "reason"),
    )


def _runs() -> None:
    op.create_table(
        "alert_runs",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("started_at", sa.DateTime(), nullable=False, index=True),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("failure", sa.String()),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("alert_runs", "alert_messages", "alert_events", "alert_rules"):
        op.drop_table(table)
