"""The sampling plan in words: why a contact is in it, what to expect of it, and what the corrected pass rate says."""

from collections.abc import Mapping
from functools import partial

import polars as pl

from data_access.wings.candidates import WEEK
from data_access.wings.sampling import CELL, Plan
from metrics.metric import Unit
from metrics.results import Estimate
from metrics.scope import Period
from metrics.wings.back_test import BackTest
from metrics.wings.reweighted import Rates
from metrics.wings.sampling import Shares, has, names_of
from reports import text
from reports.text import N_, _

WHY = {
    "complaint": N_("a complaint came of it"),
    "heated": N_("heated emotion"),
    "repeat": N_("the customer had asked before"),
    "new_agent": N_("new agent"),
    "high_value": N_("high-value customer"),
    "new_issue": N_("new or fast-growing issue"),
    "blind_spot": N_("blind spot of QA"),
}
NONE = N_("no special reason")


def reasons(bits: int) -> str:
    """Why a contact is worth a look."""
    return text.listed([_(WHY[name]) for name in names_of(bits)]) or _(NONE)


def weeks(plan: Plan) -> tuple[str, str]:
    """The week of the contacts, and that in which they are reviewed."""
    begun = Period(plan.week, plan.week + WEEK)
    return text.period(begun), text.period(Period(begun.end, begun.end + WEEK))


def lead(plan: Plan, shares: Shares) -> str:
    """What the plan is expected to find, against drawing at random."""
    begun, reviewed = weeks(plan)
    return _(
        "In the week {reviewed}, {count} reviews of contacts from {begun} are expected to find {expected} faults that "
        "stand; as many contacts drawn at random would find {uniform}."
    ).format(
        reviewed=reviewed,
        begun=begun,
        count=text.number(shares.targeted + shares.drawn),
        expected=text.number(shares.expected, 1),
        uniform=text.number(shares.uniform, 1),
    )


def tested(found: BackTest | None) -> str:
    """What the same rule would have found in the weeks before."""
    if found is None or found.ratio is None:
        return _("There are too few reviewed weeks to test the plan on the past.")
    return _(
        "Tested on {weeks} past weeks with what was known in each: {planned} faults a week against {uniform} at "
        "random, {ratio} times as many (95 % interval: {low} to {high})."
    ).format(
        weeks=text.number(found.weeks.height),
        planned=text.number(found.planned, 1),
        uniform=text.number(found.uniform, 1),
        ratio=text.number(found.ratio.value, 2),
        low=text.number(found.ratio.low, 2),
        high=text.number(found.ratio.high, 2),
    )


def by_reason(plan: Plan, shares: Shares, known: list[str]) -> pl.DataFrame:
    """Each reason: contacts that have it, how many of them are to be reviewed, and what past reviews say of it."""
    effects = {row["reason"]: row for row in plan.risk.effects.iter_rows(named=True)} if plan.risk else {}
    rows = []
    for reason in known:
        kinds = shares.kinds.filter(has(reason))
        rows.append(_row(_(WHY[reason]), kinds) | {_("Faults, against contacts without it"): _odds(effects[reason])})
    without = shares.kinds.filter(pl.col("reasons") == 0)
    rows.append(_row(_(NONE), without) | {_("Faults, against contacts without it"): "–"})
    return pl.DataFrame(rows)


def _row(name: str, kinds: pl.DataFrame) -> dict[str, str]:
    contacts = int(kinds["contacts"].sum())
    planned = float((kinds["contacts"] * kinds["inclusion"]).sum())
    faults = float((kinds["contacts"] * kinds["inclusion"] * kinds["risk"]).sum())
    return {
        _("Reason"): name,
        _("Contacts of the week"): text.number(contacts),
        _("Planned reviews"): text.number(planned, 1),
        _("Chance to be reviewed"): text.value(100 * planned / contacts, Unit.PERCENT) if contacts else "–",
        _("Expected faults per 100 reviews"): text.number(100 * faults / planned, 1) if planned else "–",
    }


def _odds(effect: dict) -> str:
    """The odds ratio with its interval and the reviews it stands on; a refusal where there is none."""
    if not effect["reviews"]:
        return _("no review yet")
    ends = [effect[name] for name in ("odds_ratio", "low", "high")]
    return _("odds × {ratio}").format(ratio=text.estimated(ends, partial(text.number, digits=2), effect["reviews"]))


def by_cell(plan: Plan, shares: Shares, by: list[str]) -> pl.DataFrame:
    """Planned reviews of each place, the largest first: *by, contacts, planned, targeted, random, per contact."""
    kinds = shares.kinds.select("reasons", "inclusion", "targeted_share")
    joined = plan.cells.join(kinds, on="reasons", how="left")
    planned, aimed = (pl.col("contacts") * pl.col(name) for name in ("inclusion", "targeted_share"))
    found = joined.group_by(by).agg(
        pl.col("contacts").sum(), planned.sum().alias("planned"), aimed.sum().alias("targeted")
    )
    return found.with_columns(random=pl.col("planned") - pl.col("targeted")).sort(
        "planned", *by, descending=[True, *([False] * len(by))], nulls_last=True
    )


#: Headers of the plan's columns in a file and in its tables.
NAMES = {
    "contacts": N_("Contacts of the week"),
    "planned": N_("Planned reviews"),
    "targeted": N_("of these for their risk"),
    "random": N_("of these at random"),
    "why": N_("Reason"),
    "how": N_("Chosen"),
    "inclusion": N_("Inclusion probability"),
    "risk": N_("Chance of a fault"),
    "emotion_score": N_("Emotion score"),
    "uniform": N_("Drawn at random"),
    "week": N_("Week"),
    "capacity": N_("Reviews"),
}


def names() -> Mapping[str, str]:
    return {name: _(said) for name, said in NAMES.items()}


def worklist(chosen: pl.DataFrame) -> pl.DataFrame:
    """The contacts to review with why and how each was chosen, in the reader's words."""
    bits = chosen["reasons"].to_list()
    how = {1: _("for its risk"), 0: _("at random")}
    said = {each: reasons(each) for each in set(bits)}
    return chosen.select(
        "contact_id",
        pl.Series("why", [said[each] for each in bits], pl.String),
        pl.Series("how", [how[each] for each in chosen["targeted"]], pl.String),
        pl.col("inclusion").round(4),
        pl.col("risk").round(3),
        pl.exclude("contact_id", "reasons", "targeted", "inclusion", "risk"),
    )


LEVELS = {"team": N_("Team QA"), "centre": N_("Centre QA")}


def rates(found: Mapping[str, Rates]) -> pl.DataFrame:
    """Pass rates by level, raw and corrected, with intervals and n."""
    return pl.DataFrame(
        [
            {
                _("Level"): _(LEVELS[level]),
                _("As counted"): _estimate(each.raw, each.reviews),
                _("Reweighted"): _estimate(each.corrected, each.known) if each.corrected else _few(each),
                _("Reviews without a known probability"): text.number(each.reviews - each.known),
            }
            for level, each in found.items()
        ]
    )


def _few(each: Rates) -> str:
    return _("too few reviews of known probability (n = {count})").format(count=text.number(each.known))


def _estimate(estimate: Estimate, n: int) -> str:
    return text.estimated((estimate.value, estimate.low, estimate.high), partial(text.value, unit=Unit.PERCENT), n)


CORRECTED = {
    True: N_(
        "{level}: {raw} of reviews passed, and {corrected} would have, had every contact been reviewed (95 % interval: "
        "{low} to {high}): reviews that are aimed at trouble make service look worse than it is."
    ),
    False: N_(
        "{level}: {raw} of reviews passed, and {corrected} would have, had every contact been reviewed (95 % interval: "
        "{low} to {high})."
    ),
}


def corrected(found: Mapping[str, Rates]) -> str:
    """The largest correction in one sentence."""
    known = {level: each for level, each in found.items() if each.corrected}
    if not known:
        return _("Nothing can be corrected yet: too few reviews carry their inclusion probability.")
    level, rate = max(known.items(), key=lambda item: abs(item[1].raw.value - _value(item[1])))
    is_better = rate.corrected is not None and rate.raw.value < rate.corrected.low
    return _(CORRECTED[is_better]).format(
        level=_(LEVELS[level]),
        raw=text.value(rate.raw.value, Unit.PERCENT),
        corrected=text.value(_value(rate), Unit.PERCENT),
        low=text.value(rate.corrected.low if rate.corrected else None, Unit.PERCENT),
        high=text.value(rate.corrected.high if rate.corrected else None, Unit.PERCENT),
    )


def _value(rate: Rates) -> float:
    return rate.corrected.value if rate.corrected else rate.raw.value


def all_cells(plan: Plan) -> list[str]:
    """The dimensions that the plan's places are told by."""
    return [name for name in CELL if name in plan.cells.columns]
