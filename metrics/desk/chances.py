"""Cases that went to a regulator: what there was before them that could have told us."""

import polars as pl

from metrics.complaint_facts import LEVELS
from metrics.rules import DAY

COLUMNS = (
    "complaint_id", "owner", "received_at", "escalated_at", "team_id", "issue_type", "product", "escalation_level",
    "contacts", "last_contact", "last_about", "tickets", "last_ticket", "last_ticket_about", "was_open", "days",
)  # fmt: skip


def chances(known: pl.DataFrame) -> pl.DataFrame:
    """Each case that went to a regulator or the media, the latest first, with the customer's own cases before it.

    Args:
        known: valid cases as `metrics.desk.triggers.known_at_receipt` gives them.

    Returns:
        COLUMNS: `contacts last_contact last_about` and `tickets last_ticket last_ticket_about` of the time looked back
        on, `was_open` (the last ticket was not solved then), `days` from the last contact or ticket to the receipt;
        and what cases are cut by.
    """
    ordered = known.sort("received_at", "complaint_id")
    gone = ordered.filter(pl.col("escalation_level") == LEVELS[2], pl.col("owner").str.starts_with("customer "))
    told = gone.join_asof(
        _tickets(ordered),
        left_on="received_at",
        right_on="then",
        by="owner",
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    has_ticket, at = pl.col("earlier") > 0, pl.col("received_at")
    told = told.with_columns(
        contacts=pl.col("contacts_before"),
        last_contact=pl.col("last_contact_before"),
        tickets=pl.col("earlier"),
        last_ticket=pl.when(has_ticket).then(pl.col("last_ticket")),
        last_ticket_about=pl.when(has_ticket).then(pl.col("last_ticket_about")),
        was_open=pl.when(has_ticket).then((pl.col("solved_at") > at).fill_null(value=True)),
    )
    last = pl.max_horizontal("last_contact", "last_ticket")
    return told.with_columns(days=(at - last).dt.total_seconds() / DAY).sort(
        "received_at", "complaint_id", descending=[True, False]
    )


def _tickets(ordered: pl.DataFrame) -> pl.DataFrame:
    """What there is to say of a case that came before another of its customer."""
    return ordered.select(
        "owner",
        then=pl.col("received_at"),
        last_ticket=pl.col("received_at"),
        last_ticket_about=pl.col("issue_type"),
        solved_at=pl.coalesce("resolved_at", "closed_at"),
    )
