"""The tables of a live store: the queues at an instant, and the contacts of the day."""

from sqlalchemy import Column, Index, MetaData, Table

from data_access.schema import COUNT, INSTANT, SECONDS, TABLES, WORDS

metadata = MetaData()

#: One row for each queue and instant at which it was looked at.
live_queue = Table(
    "live_queue",
    metadata,
    Column("at", INSTANT, nullable=False),
    Column("queue", WORDS, nullable=False),
    Column("waiting", COUNT),
    Column("longest_wait_seconds", SECONDS),
    Column("in_progress", COUNT),
    Column("agents_ready", COUNT),
    Index("live_queue_at", "at", "queue"),
)
#: What the live floor reads of a contact, under the names of the warehouse; no customer is among it.
CONTACT_COLUMNS = (
    "contact_id", "channel", "direction", "queue", "issue_type", "agent_id", "team_id", "exclusion_reason",
    "started_at", "queued_at", "answered_at", "abandoned_at", "ended_at", "emotion_score",
)  # fmt: skip
live_contacts = Table(
    "contacts",
    metadata,
    *(Column(name, TABLES["contacts"].c[name].type, primary_key=name == "contact_id") for name in CONTACT_COLUMNS),
    Index("contacts_started_at", "started_at"),
)
KNOWN = {"live_queue": frozenset(live_queue.c.keys()), "contacts": frozenset(CONTACT_COLUMNS)}
REQUIRED = {"live_queue": ("at", "queue"), "contacts": ("contact_id", "started_at")}
