"""How many customers are heard of again after bad service, beside comparable others whose service was not bad?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl
from scipy import special

from metrics.decomposition import within_false_discoveries
from metrics.results import Estimate

HORIZONS = (30, 60, 90)  # days after what happened
#: What customers and contacts are to have in common before they are compared; what a warehouse lacks is left out.
MIX = ("customer_tier", "issue_type", "channel", "was_heard")
#: Few cases are compared within fewer groups, or most of them would have nobody to be compared with.
SMALL_MIX = ("customer_tier", "issue_type")


class Event(StrEnum):
    """What happened, each beside those to whom it did not happen."""

    COMPLAINT = "complaint"  # a complaint came of a contact
    REPEAT = "repeat"  # the customer had to come back with the same issue
    FAILED_REVIEW = "failed_review"  # a contact failed its review
    DISSATISFIED = "dissatisfied"  # the answer to the survey was not satisfied
    LATE = "late"  # a complaint was resolved after its deadline
    SLOW = "slow"  # a complaint was resolved later than the time promised
    UNHAPPY_ENDING = "unhappy_ending"  # a customer was not satisfied with how his complaint was handled


WIDE = (Event.COMPLAINT, Event.REPEAT, Event.DISSATISFIED)


class Told(StrEnum):
    OK = "ok"
    TOO_FEW = "too_few"
    NO_VARIATION = "no_variation"


@dataclass(frozen=True, slots=True)
class After:
    """One event at one horizon; shares in percent, the difference in points. Association, not effect."""

    event: Event
    days: int
    told: Told
    cases: int  # with the event and somebody comparable
    comparable: int
    customers: int  # among both
    unmatched: int  # cases with nobody comparable, left out
    retained: Estimate | None = None
    others: Estimate | None = None  # were they mixed as the cases are
    difference: Estimate | None = None
    p: float | None = None
    stands_out: bool = False  # after allowing for how many differences were looked at


def mix_of(event: Event) -> tuple[str, ...]:
    return MIX if event in WIDE else SMALL_MIX


def compare_retention(cells: pl.DataFrame, least: int) -> list[After]:
    """Each event at each horizon: shares of the cases, of the others at the cases' mix, and their difference.

    Direct standardisation: the others' share in each cell of the mix is weighed by how many of the cases lie in it.
    Intervals take the customer as the unit: what one customer adds to the difference is added up before it is squared.

    Args:
        cells: a row for each event and cell of its mix: `event`, `exposed_n others_n`, for each horizon `exposed_30
            others_30` (heard of again), and of the whole event, the same in each of its rows, `customers` and the sums
            over customers of squares `exposed_squares_30 others_squares_30 difference_squares_30`: of what a customer
            adds to the shares, times the number of cases.
        least: the fewest cases and the fewest others that are judged.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, ch. 15 (standardisation to the exposed); Liang &
    Zeger (1986), Biometrika 73 (variance by cluster).
    """
    found = [_after(event, cells.filter(pl.col("event") == event), days, least) for event in Event for days in HORIZONS]
    known = [each for each in found if each.p is not None]
    standing = {(each.event, each.days) for each in within_false_discoveries(known, lambda each: each.p or 0.0)}
    return [replace(each, stands_out=(each.event, each.days) in standing) for each in found]


def _after(event: Event, cells: pl.DataFrame, days: int, least: int) -> After:
    matched = cells.filter(pl.col("exposed_n") > 0, pl.col("others_n") > 0)
    cases, others = int(matched["exposed_n"].sum()), int(matched["others_n"].sum())
    unmatched = int(cells["exposed_n"].sum()) - cases
    customers = int(matched["customers"][0]) if matched.height else 0
    refused = After(event, days, Told.TOO_FEW, cases, others, customers, unmatched)
    if cases < least or others < least:
        return refused
    squares = [float(matched[f"{part}_squares_{days}"][0]) for part in ("exposed", "others", "difference")]
    if squares[2] <= 0:
        return replace(refused, told=Told.NO_VARIATION)
    weight = pl.col("exposed_n") / pl.col("exposed_n").sum()
    share, usual = matched.select(
        pl.col(f"exposed_{days}").sum() / pl.col("exposed_n").sum(),
        (weight * pl.col(f"others_{days}") / pl.col("others_n")).sum().alias("usual"),
    ).row(0)
    # With few customers the sum of squares is too small by one degree of freedom.
    errors = [(each * customers / (customers - 1)) ** 0.5 / cases for each in squares]
    reach = float(special.stdtrit(customers - 1, 0.975))
    gap = share - usual
    p = 2 * float(special.stdtr(customers - 1, -abs(gap) / errors[2]))
    return replace(
        refused,
        told=Told.OK,
        retained=_share(share, reach * errors[0]),
        others=_share(usual, reach * errors[1]),
        difference=Estimate(100 * gap, 100 * (gap - reach * errors[2]), 100 * (gap + reach * errors[2])),
        p=p,
    )


def _share(value: float, half: float) -> Estimate:
    return Estimate(100 * value, max(0.0, 100 * (value - half)), min(100.0, 100 * (value + half)))


def worst(found: Sequence[After], days: int) -> After | None:
    """The event after which customers stay away most, of those that stand out; None where none does."""
    lost = [
        each
        for each in found
        if each.days == days and each.stands_out and each.difference and each.difference.value < 0
    ]
    return min(lost, key=lambda each: each.difference.value if each.difference else 0.0, default=None)
