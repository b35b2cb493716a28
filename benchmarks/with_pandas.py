"""The same roll-ups as a pandas script would make them: read the contacts, shift within customers, group."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.hand_written import COMPLAINTS, REVIEWS

GRAINS = (
    ["team_id"],
    ["team_id", "channel", "issue_type"],
    ["team_id", "product", "customer_tier"],
    ["team_id", "scenario", "issue_type"],
    ["team_id", "agent_id"],
)
COLUMNS = """
    contact_id, customer_id, direction, channel, team_id, issue_type, product, customer_tier, scenario, agent_id,
    started_at, answered_at, first_response_at, resolved_at, reopened_at, talk_seconds, hold_seconds, wrap_seconds,
    resolved, reopen_count, transfer_count, sla_met, csat, csat_sent
"""
WEEK = pd.Timedelta(days=7)


def build(warehouse: Path, folder: Path) -> None:
    """Write every family to Parquet."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        read = f"SELECT {COLUMNS} FROM contacts WHERE exclusion_reason IS NULL AND merged_into IS NULL"
        contacts = connection.execute(read).df()
        connection.execute(COMPLAINTS).df().to_parquet(folder / "complaints.parquet")
        connection.execute(REVIEWS).df().to_parquet(folder / "reviews.parquet")
    contacts["day"] = contacts["started_at"].dt.normalize()
    measures = _measures(contacts)
    contacts = contacts.assign(**measures)
    for grain in GRAINS:
        counted = contacts.groupby(["day", *grain], dropna=False, observed=True)[list(measures)].sum()
        counted.to_parquet(folder / f"sums-{'-'.join(grain)}.parquet")
    _times(contacts).to_parquet(folder / "times.parquet")


def _measures(contacts: pd.DataFrame) -> dict[str, pd.Series]:
    handled = contacts["answered_at"].notna()
    seconds = contacts["talk_seconds"] + contacts["hold_seconds"].fillna(0) + contacts["wrap_seconds"].fillna(0)
    resolved = contacts["resolved"].fillna(False).astype(bool)
    soon = contacts["reopened_at"] <= contacts["resolved_at"] + WEEK
    reopened, sla_met = contacts["reopen_count"].fillna(0) > 0, contacts["sla_met"]
    csat = contacts["csat"].where(contacts["csat"].between(1, 5))
    sent = contacts["csat_sent"].fillna(False).astype(bool)
    first, alone = _first(contacts)
    return {
        "contacts": pd.Series(1, index=contacts.index),
        "handled": handled,
        "eligible": handled & (seconds.fillna(10) >= 10),
        "identified": contacts["customer_id"].notna(),
        "is_resolved": resolved,
        "marked_resolved": handled & resolved & ~soon,
        "reopened": reopened & resolved,
        "transferred": handled & (contacts["transfer_count"].fillna(0) > 0),
        "sla_kept": sla_met.fillna(False).astype(bool),
        "sla_due": sla_met.notna(),
        "csat_answers": csat.notna(),
        "csat_satisfied": csat >= 4,
        "csat_sum": csat.fillna(0),
        "csat_squares": (csat * csat).fillna(0),
        "csat_surveys": sent,
        "csat_answered_sent": sent & csat.notna(),
        "first_contacts": first,
        "first_contacts_resolved": first & alone,
    }


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
    handle = contacts["talk_seconds"] + contacts["hold_seconds"].fillna(0) + contacts["wrap_seconds"].fillna(0)
    lasted = {
        "handle_time": handle.where(contacts["answered_at"].notna()),
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
