"""The same roll-ups as a pandas script would make them: read the contacts, shift within customers, group."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks import cases_with_pandas
from benchmarks.hand_written import COUNTED, EARLY, cut_texts

GRAINS = (
    ["team_id"],
    ["team_id", "channel", "issue_type", "queue"],
    ["team_id", "product", "customer_tier"],
    ["team_id", "scenario", "issue_type"],
    ["team_id", "channel", "issue_type", "customer_tier"],
    ["team_id", "agent_id", "shift"],
)
COLUMNS = """
    contact_id, customer_id, direction, channel, team_id, queue, issue_type, subtype, product, batch, customer_tier,
    scenario, agent_id, shift, started_at, queued_at, answered_at, abandoned_at, ended_at, first_response_at,
    resolved_at, reopened_at, follow_up_at, talk_seconds, hold_seconds, wrap_seconds, resolved,
    solved_first_contact, transfer_count, sla_met, csat, csat_sent, emotion_score, offer_made, offer_accepted,
    answer_code
"""
REASON = "coalesce(exclusion_reason, 'merged') AS reason"
QUEUELESS = ("email", "social", "self_service")
WEEK = pd.Timedelta(days=7)


def build(warehouse: Path, folder: Path) -> None:
    """Write every family to Parquet; SQL does no more than read."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        contacts = _prepared(connection.execute(f"SELECT {COLUMNS} FROM contacts WHERE {COUNTED}").df())
        left_out = _prepared(connection.execute(f"SELECT {COLUMNS}, {REASON} FROM contacts WHERE NOT ({COUNTED})").df())
        cases_with_pandas.build(connection, contacts, left_out, folder)
        cut_texts(connection).write_parquet(folder / "texts.parquet")
    reasons = left_out.groupby(["day", "team_id", "reason"], dropna=False).size()
    reasons.rename("contacts").to_frame().to_parquet(folder / "left-out.parquet")
    _faults(contacts).to_parquet(folder / "faults.parquet")
    measures = _handling(contacts) | _answering(contacts) | _satisfaction(contacts) | _business(contacts)
    contacts = contacts.assign(**measures)
    for grain in GRAINS:
        counted = contacts.groupby(["day", *grain], dropna=False, observed=True)[list(measures)].sum()
        counted.to_parquet(folder / f"sums-{'-'.join(grain)}.parquet")
    _times(contacts).to_parquet(folder / "times.parquet")
    answered = contacts[contacts["answer_code"].notna()]
    answers = answered.groupby(["day", "team_id", "issue_type", "answer_code"], dropna=False).size()
    answers.rename("answered").to_frame().to_parquet(folder / "answers.parquet")
    _sessions(contacts).to_parquet(folder / "sessions.parquet")


def _prepared(contacts: pd.DataFrame) -> pd.DataFrame:
    contacts["day"] = contacts["started_at"].dt.normalize()
    contacts["eligible"] = contacts["answered_at"].notna() & (_seconds(contacts).fillna(10) >= 10)
    return contacts


def _seconds(contacts: pd.DataFrame) -> pd.Series:
    return contacts["talk_seconds"] + contacts["hold_seconds"].fillna(0) + contacts["wrap_seconds"].fillna(0)


def _claim(column: pd.Series) -> pd.Series:
    return column.fillna(False).astype(bool)


def _handling(contacts: pd.DataFrame) -> dict[str, pd.Series]:
    handled, seconds, resolved = contacts["answered_at"].notna(), _seconds(contacts), _claim(contacts["resolved"])
    soon = contacts["reopened_at"] <= contacts["resolved_at"] + WEEK
    first, alone = _first(contacts)
    early = contacts["started_at"] < contacts["started_at"].min() + pd.Timedelta(days=90)
    bands = seconds[handled & early].groupby(contacts["issue_type"]).quantile([0.1, 0.9]).unstack()
    low, high = (contacts["issue_type"].map(bands[share]) for share in (0.1, 0.9))
    timed = handled & seconds.notna() & low.notna()
    return {
        "contacts": pd.Series(1, index=contacts.index),
        "handled": handled,
        "eligible": contacts["eligible"],
        "identified": contacts["customer_id"].notna(),
        "is_resolved": resolved,
        "marked_resolved": handled & resolved & ~soon,
        "reopened": soon & resolved,
        "transferred": handled & (contacts["transfer_count"].fillna(0) > 0),
        "first_contact_answers": contacts["solved_first_contact"].notna(),
        "first_contact_solved": _claim(contacts["solved_first_contact"]),
        "handle_timed": timed,
        "handle_in_band": timed & (seconds >= low) & (seconds <= high),
        "first_contacts": first,
        "first_contacts_resolved": first & alone,
    }


def _answering(contacts: pd.DataFrame) -> dict[str, pd.Series]:
    waits = (contacts["direction"].fillna("inbound") == "inbound") & ~contacts["channel"].isin(QUEUELESS)
    queued = contacts["queued_at"].fillna(contacts["started_at"])
    answered, left = waits & contacts["answered_at"].notna(), contacts["abandoned_at"]
    gave_up = waits & contacts["answered_at"].isna() & left.notna()
    until = queued + pd.Timedelta(seconds=20)
    return {
        "offered": answered | gave_up,
        "answered": answered,
        "answered_in_time": answered & (contacts["answered_at"] <= until),
        "abandoned": gave_up,
        "abandoned_in_time": gave_up & (left <= until),
        "abandoned_shortly": gave_up & (left < queued + pd.Timedelta(seconds=5)),
    }


def _satisfaction(contacts: pd.DataFrame) -> dict[str, pd.Series]:
    csat = contacts["csat"].where(contacts["csat"].between(1, 5))
    sent = _claim(contacts["csat_sent"])
    return {
        "csat_answers": csat.notna(),
        "csat_satisfied": csat >= 4,
        "csat_sum": csat.fillna(0),
        "csat_squares": (csat * csat).fillna(0),
        "csat_surveys": sent,
        "csat_answered_sent": sent & csat.notna(),
        "sla_kept": _claim(contacts["sla_met"]),
        "sla_due": contacts["sla_met"].notna(),
    }


def _business(contacts: pd.DataFrame) -> dict[str, pd.Series]:
    offered = _claim(contacts["offer_made"])
    valued = contacts["answered_at"].notna() & (contacts["customer_tier"] == "high_value")
    ended = contacts["ended_at"].fillna(contacts["started_at"])
    return {
        "emotions_scored": contacts["emotion_score"].notna(),
        "emotions_heated": contacts["emotion_score"] >= 80,
        "offers_made": offered,
        "offers_taken": offered & _claim(contacts["offer_accepted"]),
        "valued_contacts": valued,
        "valued_followed_up": valued & (contacts["follow_up_at"] <= ended + pd.Timedelta(hours=2)),
    }


def _faults(contacts: pd.DataFrame) -> pd.DataFrame:
    """Contacts that cannot be right, and of how many each check could tell."""
    csat, known = contacts["csat"], contacts["direction"].notna()
    checks = {
        "unidentified": contacts["customer_id"].isna(),
        "without_issue": contacts["issue_type"].isna(),
        "without_team": contacts["team_id"].isna(),
        "talk_negative": contacts["talk_seconds"] < 0,
        "talk_known": contacts["talk_seconds"].notna(),
        "csat_outside": (csat < 1) | (csat > 5),
        "csat_known": csat.notna(),
        "direction_unmapped": known & ~contacts["direction"].isin(["inbound", "outbound"]),
        "direction_known": known,
    }
    for then, first in EARLY:
        checks[f"{then}_early"] = contacts[then] < contacts[first]
        checks[f"{then}_known"] = contacts[then].notna() & contacts[first].notna()
    grouped = contacts.assign(contacts=1, **checks).groupby(["day", "team_id"], dropna=False)
    return grouped[["contacts", *checks]].sum().assign(contact_ids=grouped["contact_id"].nunique())


def _sessions(contacts: pd.DataFrame) -> pd.DataFrame:
    known = contacts[contacts["customer_id"].notna()].sort_values("started_at")
    own = known["channel"] == "self_service"
    people = known.loc[~own, ["customer_id", "started_at"]].assign(followed=True)
    day = pd.Timedelta(days=1)
    joined = pd.merge_asof(
        known[own], people, on="started_at", by="customer_id", direction="forward", tolerance=day,
        allow_exact_matches=False,
    )  # fmt: skip
    contained = joined.assign(contained=joined["followed"].isna())
    counted = contained.groupby(["day", "team_id"], dropna=False)["contained"]
    return counted.agg(["size", "sum"]).reset_index()


def _first(contacts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    inbound = (contacts["direction"].fillna("inbound") == "inbound") & contacts["customer_id"].notna()
    order = contacts[inbound].sort_values(["customer_id", "issue_type", "started_at", "contact_id"])
    gap = order["started_at"].diff()
    key = (order["customer_id"] == order["customer_id"].shift()) & (order["issue_type"] == order["issue_type"].shift())
    is_first = ~key | (gap > WEEK)
    is_last = is_first.shift(-1, fill_value=True)  # the next of the same key is more than a week away, or of another
    everyone = contacts.index
    return is_first.reindex(everyone, fill_value=False), is_last.reindex(everyone, fill_value=False)


def _times(contacts: pd.DataFrame) -> pd.DataFrame:
    lasted = {
        "handle_time": _seconds(contacts).where(contacts["answered_at"].notna()),
        "resolution_time": (contacts["resolved_at"] - contacts["started_at"]).dt.total_seconds(),
        "first_response_time": (contacts["first_response_at"] - contacts["started_at"]).dt.total_seconds(),
    }
    frames = []
    for name, seconds in lasted.items():
        kept = seconds[seconds >= 0]
        bins = np.where(kept < 1, -1, np.floor(np.log(kept.clip(lower=1)) / np.log(1.02))).astype(int)
        keyed = contacts.loc[kept.index, ["day", "team_id"]].assign(duration=name, bin=bins)
        frames.append(keyed.groupby(["day", "team_id", "duration", "bin"], dropna=False).size().rename("contacts"))
    return pd.concat(frames).reset_index()
