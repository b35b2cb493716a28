"""How many customers are heard of again after bad service, beside comparable others whose service was not bad?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl
from scipy import special

from metrics.discoveries import discoveries
from metrics.results import Estimate

HORIZONS = (30, 60, 90)  # days after what happened
LEAST_OTHERS = 5  # in a cell: the mean of fewer says little of what is usual there
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
    unmatched: int  # cases with hardly anybody comparable, left out
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
    Intervals take the customer as the unit: what one customer adds to a share or a difference is added up before it is
    squared. They hold for customers like these, so that the mix of the cases is a matter of chance as well.

    Args:
        cells: a row for each event and cell of its mix: `event`, `exposed_n others_n`, for each horizon `exposed_30
            others_30` (heard of again), and of the whole event, the same in each of its rows, `customers`,
            `exposed_customers`, `cases_squares` and for each horizon the sums over customers of squares and products of
            n (his cases), `heard` (of them heard of again), `beside` (his others above the mean of their cell, weighed
            to the cases) and `gap` (his cases above the others of their cells, less `beside`): `heard_squares_30
            heard_products_30` (with n) `beside_squares_30 gap_squares_30 gap_products_30` (with n).
        least: the fewest cases and the fewest others that are judged.

    Source: Rothman, Greenland & Lash (2008), Modern Epidemiology, ch. 15 (standardisation to the exposed); Liang &
    Zeger (1986), Biometrika 73 (variance by cluster); MacKinnon & White (1985), J. Econometrics 29 (small cells, HC2).
    """
    found = [_after(event, cells.filter(pl.col("event") == event), days, least) for event in Event for days in HORIZONS]
    p = {(each.event, each.days): each.p for each in found if each.p is not None}
    standing = {key for key, is_named in zip(p, discoveries(list(p.values())), strict=True) if is_named}
    return [replace(each, stands_out=(each.event, each.days) in standing) for each in found]


def _after(event: Event, cells: pl.DataFrame, days: int, least: int) -> After:
    matched = cells.filter(pl.col("exposed_n") > 0, pl.col("others_n") >= LEAST_OTHERS)
    cases, others = int(matched["exposed_n"].sum()), int(matched["others_n"].sum())
    unmatched = int(cells["exposed_n"].sum()) - cases
    customers = int(matched["customers"][0]) if matched.height else 0
    refused = After(event, days, Told.TOO_FEW, cases, others, customers, unmatched)
    if cases < least or others < least or matched["exposed_customers"][0] < 2:
        return refused
    weight = pl.col("exposed_n") / pl.col("exposed_n").sum()
    share, usual = matched.select(
        pl.col(f"exposed_{days}").sum() / pl.col("exposed_n").sum(),
        (weight * pl.col(f"others_{days}") / pl.col("others_n")).sum().alias("usual"),
    ).row(0)
    errors = _errors(matched.row(0, named=True), days, cases, share, share - usual)
    if errors["gap"] <= 0:
        return replace(refused, told=Told.NO_VARIATION)
    # The fewer side decides how well the spread is known.
    freedom = int(matched["exposed_customers"][0]) - 1
    reach, gap = float(special.stdtrit(freedom, 0.975)), share - usual
    return replace(
        refused,
        told=Told.OK,
        retained=_share(share, reach * errors["heard"]),
        others=_share(usual, reach * errors["beside"]),
        difference=Estimate(100 * gap, 100 * (gap - reach * errors["gap"]), 100 * (gap + reach * errors["gap"])),
        p=2 * float(special.stdtr(freedom, -abs(gap) / errors["gap"])),
    )


def _errors(sums: dict[str, float], days: int, cases: int, share: float, gap: float) -> dict[str, float]:
    """Standard errors of the cases' share, the others' and the difference, from the sums over customers."""
    n = sums["cases_squares"]
    squares = {
        "heard": sums[f"heard_squares_{days}"] - 2 * share * sums[f"heard_products_{days}"] + share**2 * n,
        "beside": sums[f"beside_squares_{days}"],
        "gap": sums[f"gap_squares_{days}"] - 2 * gap * sums[f"gap_products_{days}"] + gap**2 * n,
    }
    few = sums["exposed_customers"] / (sums["exposed_customers"] - 1)
    return {name: (max(each, 0.0) * few) ** 0.5 / cases for name, each in squares.items()}


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
