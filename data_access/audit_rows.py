"""The audit log's tables, and how an entry is sealed to the one before it."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from data_access.secret import seal
from data_access.state import Base
from data_access.state_types import Instant

PURPOSE = "audit log"
BEGINNING = "0" * 64  # the seal before the first entry


class Act(StrEnum):
    """What is written down. A code is never renamed: it stands in the logs of years."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    REFUSED = "refused"
    CASES_OPENED = "cases_opened"
    FILE_TAKEN = "file_taken"
    NUMBERS_PRINTED = "numbers_printed"
    CHANGE_CREATED = "change_created"
    CHANGE_EDITED = "change_edited"
    CHANGE_REMOVED = "change_removed"
    CHANGE_RESTORED = "change_restored"
    PERSON_GRANTED = "person_granted"
    PERSON_FORGOTTEN = "person_forgotten"
    TARGET_SET = "target_set"
    TARGET_REMOVED = "target_removed"
    NOTE_PINNED = "note_pinned"
    NOTE_REMOVED = "note_removed"
    EVENT_ADDED = "event_added"
    EVENT_REMOVED = "event_removed"
    EVENT_RESTORED = "event_restored"
    EXAMPLE_FLAGGED = "example_flagged"
    EXAMPLE_REMOVED = "example_removed"
    EXAMPLE_RESTORED = "example_restored"
    EXAMPLES_OPENED = "examples_opened"
    SHEET_OPENED = "sheet_opened"
    COACHING_RECORDED = "coaching_recorded"
    COACHING_REMOVED = "coaching_removed"
    CUSTOMER_OPENED = "customer_opened"
    CODE_MAPPED = "code_mapped"
    CODE_UNMAPPED = "code_unmapped"
    WHY_RECORDED = "why_recorded"
    WHY_REMOVED = "why_removed"
    WHY_RESTORED = "why_restored"
    RULE_SET = "rule_set"
    RULE_TAKEN_BACK = "rule_taken_back"
    WEIGHT_SET = "weight_set"
    WEIGHT_TAKEN_BACK = "weight_taken_back"
    HOUSE_RULE_ADDED = "house_rule_added"
    HOUSE_RULE_REMOVED = "house_rule_removed"
    HOUSE_RULE_RESTORED = "house_rule_restored"
    LIMITS_DECIDED = "limits_decided"
    LIMITS_TAKEN_BACK = "limits_taken_back"
    LIMITS_RESTORED = "limits_restored"
    ALERT_RULE_SET = "alert_rule_set"
    ALERT_RULE_TAKEN_BACK = "alert_rule_taken_back"
    ALERT_TAKEN_ON = "alert_taken_on"
    ALERT_SNOOZED = "alert_snoozed"
    ALERT_TESTED = "alert_tested"
    BACKUP_MADE = "backup_made"
    BACKUP_RESTORED = "backup_restored"
    SWOT_ADDED = "swot_added"
    SWOT_REWORDED = "swot_reworded"
    SWOT_PINNED = "swot_pinned"
    SWOT_UNPINNED = "swot_unpinned"
    SWOT_DISMISSED = "swot_dismissed"
    SWOT_BROUGHT_BACK = "swot_brought_back"
    SWOT_MERGED = "swot_merged"
    SWOT_SPLIT = "swot_split"
    SWOT_COMMENTED = "swot_commented"
    SWOT_COMMENT_REMOVED = "swot_comment_removed"
    SWOT_FROZEN = "swot_frozen"
    SWOT_EDITION_REMOVED = "swot_edition_removed"
    SWOT_PAIRED = "swot_paired"
    SWOT_PAIR_REMOVED = "swot_pair_removed"
    ACTION_ADDED = "action_added"
    ACTION_EDITED = "action_edited"
    ACTION_MOVED = "action_moved"
    ACTION_CHECKED = "action_checked"
    ACTION_REOPENED = "action_reopened"
    ACTION_REMOVED = "action_removed"
    ACTION_RESTORED = "action_restored"
    MINUTES_KEPT = "minutes_kept"
    VIEW_SAVED = "view_saved"
    VIEW_REMOVED = "view_removed"
    VIEW_RESTORED = "view_restored"
    SNAPSHOT_MADE = "snapshot_made"
    SNAPSHOT_REMOVED = "snapshot_removed"
    SNAPSHOT_RESTORED = "snapshot_restored"
    SUBSCRIPTION_SET = "subscription_set"
    SUBSCRIPTION_ENDED = "subscription_ended"
    REPORT_SENT = "report_sent"
    SETTING_CHANGED = "setting_changed"
    DATA_REPLACED = "data_replaced"
    DATA_ADDED = "data_added"
    DATA_TAKEN_BACK = "data_taken_back"
    MAPPING_SAVED = "mapping_saved"
    MAPPING_RENAMED = "mapping_renamed"
    MAPPING_REMOVED = "mapping_removed"
    MAPPING_RESTORED = "mapping_restored"
    LOG_PRUNED = "log_pruned"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what, when (UTC), and to what."""

    id: int
    at: datetime
    who: str
    role: str
    act: str
    scope: dict[str, Any]


class AuditRow(Base):
    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    who: Mapped[str]
    role: Mapped[str]
    act: Mapped[str]
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str]
    seal: Mapped[str]


class AuditHead(Base):
    """One row: where the log begins and ends. Who writes an entry locks it first, so that entries form one chain."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int]  # entries before it were pruned
    before_first: Mapped[str]  # the seal of the last one pruned
    last_id: Mapped[int]
    last_seal: Mapped[str]
    pruned_on: Mapped[date | None]


def entry_of(row: AuditRow) -> Entry:
    return Entry(row.id, row.at, row.who, row.role, row.act, row.scope)


def sealed(entry: Entry, previous: str) -> str:
    """The seal of an entry that follows the one with the seal `previous`."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [entry.id, at, entry.who, entry.role, entry.act, entry.scope, previous]
    return seal(PURPOSE, json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))).hex()
