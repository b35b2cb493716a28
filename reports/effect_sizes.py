"""What a change did as sizes in words: percent for counts, points for shares, differences for means."""

import math
from dataclasses import dataclass

from metrics.intervention import ChangeEffect, Effect, Family, Grain
from metrics.results import Estimate
from reports import text
from reports.text import N_, _

ONE_DIGIT = 9.95  # percent: below it a tenth is told
ONE_POINT = 0.95  # below it a hundredth of a point is told
LEAST_CHANCE = 0.001  # told as a number
MOST = 100.0  # a ratio beyond says no more than: very many times as much
EACH = {"month": N_("{change} a month"), "week": N_("{change} a week"), "day": N_("{change} a day")}
PERIODS = {
    "month": (N_("1 month"), N_("{count} months")),
    "week": (N_("1 week"), N_("{count} weeks")),
    "day": (N_("1 day"), N_("{count} days")),
}


@dataclass(frozen=True, slots=True)
class Size:
    """A value and the ends of its interval as they are read aloud."""

    value: str
    low: str
    high: str


def periods(count: int, grain: Grain) -> str:
    """So many months, weeks or days."""
    one, many = PERIODS[grain]
    return _(one) if count == 1 else _(many).format(count=text.number(count))


def sureness(found: ChangeEffect) -> str:
    """The confidence in percent, without the sign: 95."""
    return whole_percent(found.confidence)


def whole_percent(share: float) -> str:
    """A share from 0 to 1 in percent without its sign, with a tenth near 100. A chance is never told as certain."""
    amount = share * 100
    if share < 1 and amount > 99.9:
        amount = 99.9
    return text.number(amount, 1 if 99 < amount < 100 else 0)


def chance(p: float) -> str:
    """A p value: two figures, and never 0."""
    return f"< {LEAST_CHANCE}" if p < LEAST_CHANCE else text.number(p, 3 if p < 0.1 else 2)


def ratio(effect: Effect) -> Size:
    """A ratio as a relative change."""
    return Size(*(relative(end, _places(effect)) for end in (effect.value, effect.low, effect.high)))


def relative(amount: float, digits: int | None = None) -> str:
    """A ratio as a relative change: 0.33 is −67 %."""
    if not math.isfinite(amount):
        return _("without limit")
    if amount > MOST:
        return _("over {change}").format(change=text.percent((MOST - 1) * 100, 0))
    change = (amount - 1) * 100
    return text.percent(change, (0 if abs(change) >= ONE_DIGIT else 1) if digits is None else digits)


def _places(effect: Effect) -> int:
    return 0 if abs(effect.value - 1) * 100 >= ONE_DIGIT else 1


def overall(found: ChangeEffect) -> Size:
    """The mean effect since the change in its own terms; cases a period where there was none before."""
    if found.family is Family.COUNT and found.before.total:
        return ratio(found.overall)
    effect = found.difference
    told = [absolute(end, found.family) for end in (effect.value, effect.low, effect.high)]
    each = _(EACH[found.grain]) if found.family is Family.COUNT else "{change}"
    return Size(*(each.format(change=end) for end in told))


def absolute(amount: float, family: Family) -> str:
    """A difference: points of a share, units of a mean, cases."""
    if family is Family.SHARE:
        return _("{change} points").format(change=text.signed(amount, 1 if abs(amount) >= ONE_POINT else 2))
    return text.signed(amount, 2 if family is Family.MEAN else 1)


def of_check(found: ChangeEffect, amount: float) -> str:
    """An effect on the scale of the checks in words."""
    return relative(amount) if found.family is Family.COUNT else absolute(as_number(found, amount), found.family)


def as_number(found: ChangeEffect, amount: float) -> float:
    """An effect on the scale of the checks: a ratio of counts in percent, an odds ratio in points, else a difference.

    Points are those from the share before.
    """
    if found.family is Family.MEAN:
        return amount
    if found.family is Family.COUNT:
        return (amount - 1) * 100
    before = found.before.rate.value if found.before.rate else 0.5
    odds = before / (1 - before) * amount if before < 1 else math.inf
    after = odds / (1 + odds) if math.isfinite(odds) else 1.0
    return (after - before) * 100


def to_see(found: ChangeEffect, amount: float) -> str:
    """A ratio to look for, of the level after to that without the change; of shares in points."""
    if found.family is Family.SHARE and found.after.rate is not None:
        return absolute(found.after.rate.value * (1 - 1 / amount) * 100, Family.SHARE)
    return relative(amount)


def level(amount: float, family: Family, digits: int = 1) -> str:
    """A level: cases per period, a share from 0 to 1, a mean."""
    if family is Family.SHARE:
        return text.number(amount * 100, 1) + (" %" if text.language.get() == "en" else "%")
    return text.number(amount, 2 if family is Family.MEAN else digits)


def levels(found: ChangeEffect) -> tuple[str, str]:
    """The level before and after, as it is read aloud."""
    shown = [(side.rate if found.family is Family.SHARE else None) or side.mean for side in (found.before, found.after)]
    digits = 0 if max(each.value for each in shown) >= 100 else 1
    return level(shown[0].value, found.family, digits), level(shown[1].value, found.family, digits)


def cases(found: ChangeEffect) -> Size | None:
    """Cases fewer, or more, than without the change, without a sign; None where the interval holds both or none."""
    averted = found.averted
    if averted is None or averted.low * averted.high <= 0:
        return None
    fewer = averted if averted.value > 0 else Estimate(-averted.value, -averted.high, -averted.low)
    return Size(*(text.number(end) if math.isfinite(end) else _("without limit") for end in _ends(fewer)))


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high
