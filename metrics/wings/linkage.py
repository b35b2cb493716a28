"""How far does a complaint join to a contact, a review, a finding and its end, and where is it lost?"""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from metrics.complaint_facts import valid
from metrics.intervals import wilson
from metrics.review_facts import BY_PEOPLE

#: Steps of a complaint and of a review, each with the loss before it.
COMPLAINT_STEPS = (
    ("complaints", ""),
    ("named", "no_contact_id"),
    ("known", "unknown_contact"),
    ("counted", "excluded_contact"),
    ("fit", "unfit_contact"),
    ("reviewed", "not_reviewed"),
    ("found", "no_finding"),
    ("closed", "finding_open"),
)
REVIEW_STEPS = (
    ("reviews", ""),
    ("named", "no_contact_id"),
    ("known", "unknown_contact"),
    ("counted", "excluded_contact"),
    ("fit", "unfit_contact"),
    ("found", "no_finding"),
    ("trained", "not_trained"),
    ("closed", "finding_open"),
)
Steps = Sequence[tuple[str, str]]


def complaint_links(complaints: pl.DataFrame, named: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Valid complaints, one row each however many reviews and findings their contact has, with `day` and `reached`.

    `reached` counts the steps of COMPLAINT_STEPS that hold one after the other, from 1 on. A finding counts as closed
    when all of the contact's are.

    Args:
        complaints: as the warehouse has them.
        named: the contacts they name, one row each: `contact_id is_counted is_eligible`.
        links: reviews with their findings, one row each.
    """
    people = links.filter(BY_PEOPLE, pl.col("contact_id").is_not_null())
    sums = [pl.col(name).fill_null(0).sum() for name in ("findings", "findings_closed")]
    reviewed = people.group_by("contact_id").agg(pl.lit(value=True).alias("is_reviewed"), *sums)
    states = named.select("contact_id", "is_counted", "is_eligible", is_known=pl.lit(value=True))
    joined = (
        valid(complaints)
        .join(states, on="contact_id", how="left")
        .join(reviewed, on="contact_id", how="left")
        .with_columns(day=pl.col("received_at").dt.date())
    )
    found = pl.col("findings") > 0
    held = [
        pl.col("contact_id").is_not_null(), pl.col("is_known"), pl.col("is_counted"), pl.col("is_eligible"),
        pl.col("is_reviewed"), found, pl.col("findings_closed") == pl.col("findings"),
    ]  # fmt: skip
    return joined.with_columns(reached=_reached(held))


def review_links(links: pl.DataFrame) -> pl.DataFrame:
    """Reviews by people, one row each, with `day` and `reached` of REVIEW_STEPS."""
    people = links.filter(BY_PEOPLE, pl.col("reviewed_at").is_not_null())
    held = [
        pl.col("contact_id").is_not_null(), pl.col("is_known"), pl.col("is_counted"), pl.col("is_eligible"),
        pl.col("findings") > 0, pl.col("findings_trained") == pl.col("findings"),
        pl.col("findings_closed") == pl.col("findings"),
    ]  # fmt: skip
    return people.with_columns(day=pl.col("reviewed_at").dt.date(), reached=_reached(held))


def _reached(held: Sequence[pl.Expr]) -> pl.Expr:
    """How many steps hold one after the other; the first, to be there at all, always does."""
    count, still = pl.lit(1), pl.lit(value=True)
    for each in held:
        still = still & each.fill_null(value=False)
        count = count + still.cast(pl.Int32)
    return count


def counted(linked: pl.DataFrame) -> pl.DataFrame:
    """How many rows of a day and a team reach how far: `day team_id reached rows`."""
    return linked.group_by("day", "team_id", "reached").agg(pl.len().cast(pl.Int64).alias("rows"))


def chain(counts: pl.DataFrame, steps: Steps) -> pl.DataFrame:
    """How many get how far: `step loss count lost share low high`, the share in percent of the step before.

    Args:
        counts: from `counted`.
    """
    reaching = [int(counts.filter(pl.col("reached") > place)["rows"].sum()) for place in range(len(steps))]
    before = [reaching[0], *reaching[:-1]]
    frame = pl.DataFrame(
        {
            "step": [step for step, _loss in steps],
            "loss": [loss for _step, loss in steps],
            "count": reaching,
            "lost": [earlier - count for earlier, count in zip(before, reaching, strict=True)],
            "before": before,
        },
        schema_overrides={"count": pl.Int64, "lost": pl.Int64, "before": pl.Int64},
    )
    return frame.with_columns(*_share("count", "before"))


def _share(part: str, whole: str) -> list[pl.Expr]:
    low, high = wilson(pl.col(part), pl.col(whole))
    share = pl.when(pl.col(whole) > 0).then(100 * pl.col(part) / pl.col(whole))
    return [share.alias("share"), (100 * low).alias("low"), (100 * high).alias("high")]


def by_group(counts: pl.DataFrame, by: str | pl.Expr, steps: Steps, part: str, whole: str) -> pl.DataFrame:
    """A step as a share of an earlier one, group by group: `group count before share low high`.

    Args:
        counts: from `counted`.
    """
    places = {step: place for place, (step, _loss) in enumerate(steps)}
    group = pl.col(by) if isinstance(by, str) else by
    found = counts.group_by(group.alias("group")).agg(
        pl.col("rows").filter(pl.col("reached") > places[part]).sum().alias("count"),
        pl.col("rows").filter(pl.col("reached") > places[whole]).sum().alias("before"),
    )
    return found.with_columns(*_share("count", "before")).sort("group", nulls_last=True)


def overdue(linked: pl.DataFrame, as_of: datetime) -> int:
    """Reviews with a finding that is open past its due date."""
    return linked.filter(pl.col("open_due_at") < as_of).height
