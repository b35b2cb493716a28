"""Complaints, reviews and what hangs on them as a pandas script would join them."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd

QUARTER, WEEK = pd.Timedelta(days=90), pd.Timedelta(days=7)
PLACE = ["channel", "team_id", "issue_type", "product", "customer_tier", "scenario", "agent_id", "queue", "shift"]
SCRIPT_ITEMS = ("promise_script", "inducement")


def build(connection: duckdb.DuckDBPyConnection, contacts: pd.DataFrame, left_out: pd.DataFrame, folder: Path) -> None:
    """Write every part of cases to Parquet.

    Args:
        contacts: those that count, with `day` and `eligible`.
        left_out: the others.
    """
    read = {
        name: connection.table(name).df()
        for name in (
            "complaints", "complaint_events", "qa_reviews", "qa_items", "findings", "agents", "teams", "customers",
            "agent_hours", "recoveries", "volumes",
        )
    }  # fmt: skip
    for name, rows in _parts(read, contacts, left_out):
        rows.to_parquet(folder / f"{name}.parquet")


def _parts(
    read: dict[str, pd.DataFrame], contacts: pd.DataFrame, left_out: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    complaints, customers = read["complaints"], read["customers"]
    cited = pd.concat([complaints["contact_id"], read["qa_reviews"]["contact_id"]]).unique()
    sides = ((contacts, True), (left_out, False))  # those that a case names, of all contacts
    every = pd.concat([rows[rows["contact_id"].isin(cited)].assign(is_counted=counts) for rows, counts in sides])
    yield "complaints", _complaints(complaints, customers, contacts)
    yield "reviews", _reviews(read["qa_reviews"], read["qa_items"], contacts)
    yield "links", _links(read["qa_reviews"], read["findings"], every)
    yield "named", _named(complaints, every)
    yield "findings", _findings(read, every)
    yield "verdicts", _verdicts(read["qa_items"])
    yield "hours", _hours(read["agent_hours"], read["agents"])
    yield "contacted", _contacted(complaints, contacts)
    yield "events", read["complaint_events"].drop(columns="agent_id")
    yield "recoveries", read["recoveries"].merge(customers[["customer_id", "tier"]], on="customer_id", how="left")
    yield "volumes", read["volumes"]
    for name, instant in (("came", "since"), ("went", "churned_at")):
        days = customers.assign(day=customers[instant].dt.normalize())
        yield name, days.groupby(["day", "tier"], dropna=False).size().rename("customers").reset_index()


def _complaints(complaints: pd.DataFrame, customers: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    known = contacts.loc[_own(contacts), ["customer_id", "started_at"]].sort_values("started_at")
    of_known = complaints[complaints["customer_id"].notna()]
    asked = of_known[["complaint_id", "customer_id", "received_at"]].sort_values("received_at")
    near = {"right_on": "started_at", "by": "customer_id", "tolerance": QUARTER, "allow_exact_matches": False}
    raised = of_known[of_known["escalation_level"] == "L3"]
    raised = raised.assign(gone_at=raised["escalated_at"].fillna(raised["received_at"])).sort_values("gone_at")
    raised = raised[["complaint_id", "customer_id", "gone_at"]]
    before = pd.merge_asof(raised, known, left_on="gone_at", direction="backward", **near)
    after = pd.merge_asof(asked, known, left_on="received_at", direction="forward", **near)
    kept = complaints.drop(columns=["text", "root_cause", "escalation_body"])
    kept = kept.merge(customers[["customer_id", "tier", "last_active_at"]], on="customer_id", how="left")
    for name, found in (("last_contact_at", before), ("next_contact_at", after)):
        told = found[["complaint_id", "started_at"]].rename(columns={"started_at": name})
        kept = kept.merge(told, on="complaint_id", how="left")
    active = kept.pop("last_active_at")
    return kept.assign(active_again_at=active.where(active > kept["received_at"]))


def _own(contacts: pd.DataFrame) -> pd.Series:
    """Contacts that a known customer made."""
    return (contacts["direction"].fillna("inbound") == "inbound") & contacts["customer_id"].notna()


def _reviews(reviews: pd.DataFrame, items: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    scripted = items[items["item"].isin(SCRIPT_ITEMS) & items["applicable"].fillna(False).astype(bool)]
    broken = scripted.assign(broken=scripted["failed"].fillna(False).astype(bool))
    scripts = broken.groupby("review_id")["broken"].agg(["size", "sum"]).reset_index()
    scripts.columns = ["review_id", "script_items", "script_items_broken"]
    columns = ["contact_id", "day", "subtype", "batch", "csat", "ended_at", "customer_id", "started_at", *PLACE]
    chosen = contacts.loc[contacts["eligible"] & contacts["contact_id"].isin(reviews["contact_id"]), columns]
    chosen = chosen.assign(came_back=chosen["contact_id"].isin(_came_back(chosen, contacts)))
    chosen = chosen.rename(columns={"agent_id": "contact_agent_id"}).drop(columns=["customer_id", "started_at"])
    kept = reviews[reviews["reviewed_at"].notna()].drop(columns=["object_type", "object_id"])
    return kept.merge(chosen, on="contact_id").merge(scripts, on="review_id", how="left")


def _came_back(reviewed: pd.DataFrame, contacts: pd.DataFrame) -> pd.Series:
    """Ids of contacts whose customer called about the same within a week."""
    key = ["customer_id", "issue_type"]
    later = contacts.loc[_own(contacts), [*key, "started_at"]]
    later = later.assign(later_at=later["started_at"]).sort_values("started_at")
    asked = reviewed.loc[reviewed["customer_id"].notna(), ["contact_id", *key, "started_at"]]
    found = pd.merge_asof(
        asked.sort_values("started_at"), later, on="started_at", by=key, direction="forward", tolerance=WEEK,
        allow_exact_matches=False,
    )  # fmt: skip
    return found.loc[found["later_at"].notna(), "contact_id"]


def _links(reviews: pd.DataFrame, findings: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    grouped = findings.assign(open_due_at=findings["due_at"].where(findings["closed_at"].isna())).groupby("review_id")
    told = grouped.agg(
        findings=("finding_id", "size"),
        findings_trained=("trained_at", "count"),
        findings_closed=("closed_at", "count"),
        findings_recurred=("recurred_at", "count"),
        open_due_at=("open_due_at", "min"),
    ).reset_index()
    columns = ["contact_id", "is_counted", "eligible", *PLACE[:-1]]
    contact = every.loc[every["contact_id"].isin(reviews["contact_id"]), columns].assign(is_known=True)
    kept = reviews[["review_id", "contact_id", "reviewed_at", "level", "is_automatic"]]
    return kept.merge(contact, on="contact_id", how="left").merge(told, on="review_id", how="left")


def _named(complaints: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    named = every[every["contact_id"].isin(complaints["contact_id"])]
    columns = ["contact_id", "day", "is_counted", "eligible", "offer_made", "offer_accepted", *PLACE]
    return named[columns].assign(offer_taken=named["offer_made"] & named["offer_accepted"])


def _findings(read: dict[str, pd.DataFrame], every: pd.DataFrame) -> pd.DataFrame:
    reviews = read["qa_reviews"][["review_id", "level", "contact_id", "object_type", "object_id"]]
    columns = ["contact_id", "channel", "team_id", "issue_type", "product", "customer_tier", "scenario", "queue"]
    contact = every.loc[every["contact_id"].isin(reviews["contact_id"]), columns]
    complaint = read["complaints"][["complaint_id", "channel", "team_id", "complaint_type", "product"]]
    complaint = complaint.rename(columns={"complaint_id": "object_id", "complaint_type": "issue_type"})
    agents = read["agents"]
    agents = agents.loc[agents["valid_to"].isna(), ["agent_id", "team_id"]].rename(columns={"team_id": "own_team"})
    found = read["findings"].merge(reviews, on="review_id", how="left").merge(contact, on="contact_id", how="left")
    found = found.merge(complaint, on="object_id", how="left", suffixes=("", "_of_complaint"))
    found = found.merge(agents, on="agent_id", how="left")
    for name in ("channel", "team_id", "issue_type", "product"):
        found[name] = found[name].fillna(found.pop(f"{name}_of_complaint"))
    found["team_id"] = found["team_id"].fillna(found.pop("own_team"))
    return found.merge(read["teams"][["team_id", "supervisor"]], on="team_id", how="left")


def _verdicts(items: pd.DataFrame) -> pd.DataFrame:
    applied = items[items["applicable"].fillna(False).astype(bool)]
    failed = applied.assign(verdict=applied["failed"].astype("Int8"))
    return failed.groupby(["review_id", "item"])["verdict"].max().unstack("item").reset_index()


def _hours(hours: pd.DataFrame, agents: pd.DataFrame) -> pd.DataFrame:
    joined = hours.merge(agents[["agent_id", "team_id", "valid_from", "valid_to"]], on="agent_id", how="left")
    valid = (joined["valid_from"] <= joined["day"]) & (joined["valid_to"].isna() | (joined["valid_to"] > joined["day"]))
    joined = joined[valid]
    busy = (joined["talk_seconds"] + joined["hold_seconds"] + joined["wrap_seconds"]).astype(float)
    paid, manned = joined["paid_seconds"].astype(float), busy + joined["ready_seconds"]
    measures = {
        "busy": busy, "manned": manned, "paid": paid, "busy_busy": busy * busy, "busy_manned": busy * manned,
        "manned_manned": manned * manned, "manned_paid": manned * paid, "paid_paid": paid * paid, "agent_days": 1,
    }  # fmt: skip
    return joined.assign(**measures).groupby(["day", "team_id"], dropna=False)[list(measures)].sum().reset_index()


def _contacted(complaints: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    asked = complaints.loc[complaints["customer_id"].notna(), ["complaint_id", "customer_id", "received_at"]]
    columns = ["customer_id", "contact_id", "issue_type", "started_at"]
    theirs = contacts.loc[_own(contacts) & contacts["customer_id"].isin(asked["customer_id"]), columns]
    joined = asked.merge(theirs, on="customer_id")
    near = (joined["started_at"] < joined["received_at"]) & (joined["started_at"] >= joined["received_at"] - QUARTER)
    grouped = joined[near].groupby(["complaint_id", "issue_type"], dropna=False)
    return grouped.agg(contacts=("contact_id", "nunique"), last_at=("started_at", "max")).reset_index()
