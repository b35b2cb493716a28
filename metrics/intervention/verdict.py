"""The verdict: one table, read from the top; the first rule that holds speaks. docs/sop_changes.md says it in words."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from scipy import special

from metrics.intervention.earlier import SURE, is_wanted
from metrics.intervention.effects import Fitted, ratio
from metrics.intervention.model import Asked
from metrics.intervention.power import ENOUGH, more_periods
from metrics.intervention.results import (
    Check,
    CheckCode,
    CheckStatus,
    Effect,
    Family,
    Naive,
    Robustness,
    Verdict,
    VerdictCode,
)
from metrics.results import Answer

WORTH_SEEING = 0.2  # a change by a fifth is what one would not want to miss: house rule
SHORT = 8  # periods on a side below which a trend is hardly told from a step: Penfold & Zhang (2013)
# What a clear effect may lack and still stand: chosen by simulation (benchmarks/validity), so that doing nothing works
# in at most 2.5 of 100 series, and an effect by half loses little.
DATES_AS_STRONG = 0.2  # share of earlier dates at which doing nothing may look as strong
OTHERS_CLEAR = 0.4  # share of other ways of analysing in which it must be clear as well
UNDOING = 2  # periods without each of which it may not be clear any more
STRICTER = 0.2  # of the error, for what is left beyond the bend that is clearest among many
LEFT = 0.5  # of what the bars show: with less beyond what moved before, that explains most of it


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask about."""

    main: Effect  # mean effect after, on the linear predictor
    naive_moved: bool  # as was expected, by the bars alone
    opposed: bool  # the bars clearly moved the other way
    error: float  # 1 − confidence
    checks: dict[CheckCode, Check]
    robust: Robustness
    asked: Asked
    shortest: int  # periods on the shorter side
    power: float  # to see what there is to see, today
    more: int | None  # periods for 80 %

    def warned(self, code: CheckCode) -> bool:
        return self.checks[code].status is CheckStatus.WARNING

    @property
    def clear(self) -> bool:
        return self.main.p < self.error

    @property
    def wanted(self) -> bool:
        return is_wanted(self.main.value, self.asked)

    @property
    def wavers(self) -> tuple[CheckCode, ...]:
        """Why a clear effect is not to be trusted yet."""
        placebo, peak = self.checks[CheckCode.PLACEBO_TIME], self.checks[CheckCode.REGRESSION_TO_MEAN]
        found = {
            CheckCode.PRE_TREND: self.naive_moved and self.wanted and self.bent,
            CheckCode.ROBUSTNESS: self.warned(CheckCode.ROBUSTNESS)
            or (self.robust.clear is not None and self.robust.clear < OTHERS_CLEAR),
            CheckCode.LEAVE_ONE_OUT: self.checks[CheckCode.LEAVE_ONE_OUT].numbers.get("unclear", 0) > UNDOING,
            CheckCode.PLACEBO_TIME: placebo.numbers.get("share", 0) > DATES_AS_STRONG,
            CheckCode.REGRESSION_TO_MEAN: self.warned(CheckCode.REGRESSION_TO_MEAN)
            and peak.numbers["without_p"] >= self.error,
            CheckCode.FADING: self.warned(CheckCode.FADING) and self.opposed,
        }
        return tuple(code for code, holds in found.items() if holds)

    @property
    def bent(self) -> bool:
        """Had it bent the expected way before, so that nothing clear is left beyond the bend?"""
        beyond = self.checks[CheckCode.PRE_TREND].numbers.get("beyond_p", 0.0)
        return self.warned(CheckCode.PRE_TREND) and beyond >= self.error

    @property
    def explained(self) -> bool:
        """Does what moved before explain most of what the bars show, so that no clear effect is left beyond it?"""
        numbers = self.checks[CheckCode.PRE_TREND].numbers
        beyond = self.clear and self.wanted and numbers.get("beyond_p", 0.0) < self.error * STRICTER
        return self.warned(CheckCode.PRE_TREND) and not beyond and numbers.get("left", 1.0) < LEFT

    @property
    def too_short(self) -> bool:
        """So few periods that only an effect seen with 80 % power is taken for clear."""
        return self.shortest < SHORT and self.power < ENOUGH


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    code: VerdictCode
    holds: Callable[[Facts], bool]
    reasons: tuple[CheckCode, ...] = ()


#: The rules in their order. `clear`: the interval leaves out no effect. `wanted`: it points the way that was expected.
RULES = (
    Rule(
        VerdictCode.CONFOUNDED,
        lambda f: f.warned(CheckCode.OTHER_CHANGES) and (f.clear or f.naive_moved),
        (CheckCode.OTHER_CHANGES,),
    ),
    Rule(
        VerdictCode.CONFOUNDED,
        lambda f: f.warned(CheckCode.PLACEBO_OUTCOME) and (f.clear or f.naive_moved),
        (CheckCode.PLACEBO_OUTCOME,),
    ),
    Rule(VerdictCode.GOT_WORSE, lambda f: f.clear and not f.wanted and not f.too_short and not f.wavers),
    Rule(
        VerdictCode.ALREADY_UNDER_WAY,
        lambda f: f.naive_moved and f.explained,
        (CheckCode.PRE_TREND,),
    ),
    Rule(
        VerdictCode.ALREADY_UNDER_WAY,
        lambda f: f.naive_moved and f.warned(CheckCode.PLACEBO_TIME),
        (CheckCode.PLACEBO_TIME,),
    ),
    Rule(VerdictCode.TOO_EARLY, lambda f: f.clear and f.wanted and f.too_short),
    Rule(
        VerdictCode.WORKED_FADING,
        lambda f: (
            f.warned(CheckCode.FADING)
            and not (f.naive_moved and f.bent)
            and not f.opposed
            and (f.clear or f.checks[CheckCode.FADING].numbers["first_p"] < SURE / 5)
        ),
        (CheckCode.FADING,),
    ),
    Rule(VerdictCode.WORKED, lambda f: f.clear and f.wanted and not f.wavers),
    Rule(
        VerdictCode.TOO_EARLY,
        lambda f: not f.clear and f.power < ENOUGH and (f.more is not None or f.shortest < SHORT),
    ),
    Rule(VerdictCode.NO_CLEAR_CHANGE, lambda f: True),
)


def judged(
    found: Fitted, moved: Naive, checks: tuple[Check, ...], robust: Robustness, asked: Asked, level_only: Effect
) -> Verdict:
    """The first rule that holds, with the power that the series has for what there is to see."""
    fifth = _fifth(found)
    to_see = _to_see(level_only, moved, fifth)
    today, more = more_periods(found, asked, to_see)
    if today >= ENOUGH and found.log_effect().p >= 1 - asked.confidence:  # what the bars show would have been seen
        to_see = fifth
        today, more = more_periods(found, asked, to_see)
    facts = Facts(
        main=found.log_effect(),
        naive_moved=_moved(moved, asked.sign),
        opposed=bool(asked.sign) and _moved(moved, -asked.sign),
        error=1 - asked.confidence,
        checks={check.code: check for check in checks},
        robust=robust,
        asked=asked,
        shortest=min(int(found.seen.is_after.sum()), int((~found.seen.is_after).sum())),
        power=today,
        more=more,
    )
    rule = next(rule for rule in RULES if rule.holds(facts))
    reasons = rule.reasons
    if rule.code is VerdictCode.NO_CLEAR_CHANGE and facts.clear:
        reasons = facts.wavers
    others = facts.checks[reasons[0]].names if rule.code is VerdictCode.CONFOUNDED else ()
    waits = rule.code is VerdictCode.TOO_EARLY
    seen = ratio(found, replace(level_only, value=(asked.sign or -1) * to_see)).value
    return Verdict(rule.code, reasons, others[0] if others else None, today, seen, more if waits else None)


def _to_see(level_only: Effect, bars: Naive, fifth: float) -> float:
    """The size to look for, on the linear predictor: what the bare levels show clearly, but a fifth at least."""
    clear = (bars.rate or bars.count).answer is not Answer.NO_CLEAR_DIFFERENCE
    return max(fifth, abs(level_only.value) if clear else 0.0)


def _fifth(found: Fitted) -> float:
    """A fifth of the level before, on the linear predictor."""
    before = found.seen.where(~found.seen.is_after)
    if before.family is Family.MEAN:
        return max(WORTH_SEEING * abs(float(before.value.mean())), 1e-6)
    if before.kind is Family.SHARE:
        share = (float(before.value.sum()) + 0.5) / (float(before.base.sum()) + 1)
        return float(special.logit(share) - special.logit((1 - WORTH_SEEING) * share))
    return -math.log(1 - WORTH_SEEING)


def _moved(bars: Naive, sign: int) -> bool:
    answer = (bars.rate or bars.count).answer
    wanted = {-1: {Answer.FEWER}, 1: {Answer.MORE}, 0: {Answer.FEWER, Answer.MORE}}[sign]
    return answer in wanted
