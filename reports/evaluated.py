"""Did the change work? The verdict as one paragraph that can be read aloud, the same for pages and scripts."""

from datetime import date, timedelta

from metrics.catalogue import CATALOGUE
from metrics.intervention import ChangeEffect, CheckCode, Effect, Family, Grain, Level, VerdictCode
from metrics.intervention.power import ENOUGH
from metrics.results import NotEstimable, Reason
from reports import effect_sizes as sizes
from reports import text
from reports.calendar_words import EVENTS
from reports.text import N_, _

#: A verdict in a word or two, for lists.
SHORT = {
    VerdictCode.WORKED: N_("Worked"),
    VerdictCode.WORKED_FADING: N_("Worked, but fading"),
    VerdictCode.TOO_EARLY: N_("Too early to say"),
    VerdictCode.NO_CLEAR_CHANGE: N_("No clear change"),
    VerdictCode.ALREADY_UNDER_WAY: N_("Already under way"),
    VerdictCode.CONFOUNDED: N_("Cannot be told apart"),
    VerdictCode.GOT_WORSE: N_("Got worse"),
    VerdictCode.NOT_ESTIMABLE: N_("Cannot be estimated"),
}
WORKED = N_("This change worked: {value}, {confidence} % sure of {low} to {high}.")
DIFFERENT = N_("This change made a clear difference: {value}, {confidence} % sure of {low} to {high}.")
FADING = N_("This change worked at first, but the effect is fading: {first} at the start, {last} by {day}.")
DIFFERENT_AT_FIRST = N_(
    "This change made a difference at first, but the effect is fading: {first} at the start, {last} by {day}."
)
SINCE = N_("Over the whole time since it makes {value}, {confidence} % sure of {low} to {high}.")
EARLY_MORE = N_("It is too early to say: it takes {periods} more for {enough} % power.")
EARLY = N_("It is too early to say: with {periods} on the shorter side a trend cannot be told from the change.")
LEVEL_CLEAR = N_(
    "The level alone differs clearly ({value}, {confidence} % sure of {low} to {high}), but whether a trend would have "
    "brought that anyway cannot be separated yet."
)
SO_FAR_CLEAR = N_(
    "With a trend taken out the first estimate is {value} ({confidence} % interval {low} to {high}); with so few "
    "periods it counts only once such an effect would be seen with {enough} % power, and today that is {power} %."
)
SO_FAR = N_(
    "With a trend taken out the first estimate is {value}; its {confidence} % interval of {low} to {high} still "
    "includes zero."
)
UNCLEAR = N_("No clear change: {value}, and the {confidence} % interval of {low} to {high} includes zero.")
WOULD_BE_SEEN = N_("A change by {seen} would have been seen with a chance of {power} %.")
WOULD_BE_MISSED = N_("A change by {seen} would be seen with a chance of {power} % only, so it may have been missed.")
UNRELIABLE = N_(
    "No change that can be relied on: the estimate is {value} ({confidence} % interval {low} to {high}), but it does "
    "not stand up to the checks."
)
UNEXPECTED = N_(
    "No change that can be relied on: the estimate is {value} ({confidence} % interval {low} to {high}), which is not "
    "what was expected, and {periods} on the shorter side are too few to go by."
)
WAVERS = {
    CheckCode.PRE_TREND: N_("A trend that bent before the change leaves {beyond} for it, which is not clear."),
    CheckCode.ROBUSTNESS: N_(
        "Of {tried} other ways of analysing {agree} % point the same way and {clear} % find that clear."
    ),
    CheckCode.LEAVE_ONE_OUT: N_("It would not be clear any more without one of {unclear} single periods."),
    CheckCode.PLACEBO_TIME: N_("At {share} % of the earlier dates, when nothing was done, it looks as strong."),
    CheckCode.REGRESSION_TO_MEAN: N_(
        "The last periods before the change stood out, and without them the effect is not clear."
    ),
    CheckCode.FADING: N_(
        "It is {first} at the start and {last} at the end, and all in all things are clearly worse than before."
    ),
}
MOVING = {
    "month": N_("It was already under way: before the change the level was moving by {slope} a month."),
    "week": N_("It was already under way: before the change the level was moving by {slope} a week."),
    "day": N_("It was already under way: before the change the level was moving by {slope} a day."),
}
BENDING = {
    "month": N_(
        "It was already under way: from {since} before the change on, the level moved by {slope} a month more."
    ),
    "week": N_("It was already under way: from {since} before the change on, the level moved by {slope} a week more."),
    "day": N_("It was already under way: from {since} before the change on, the level moved by {slope} a day more."),
}
EARLIER = N_("It was already under way: as strong a step ({earlier}) shows from {day} on, before anything was done.")
BEYOND = N_("What the model leaves for the change itself is {value}, {confidence} % sure of {low} to {high}.")
NOT_BEYOND = N_(
    "What the model leaves for the change itself is not clear: {value}, {confidence} % interval {low} to {high}."
)
NOT_BEYOND_A_BEND = N_(
    "A straight trend leaves {value} for the change itself ({confidence} % sure of {low} to {high}), but one that bent "
    "before it leaves {beyond}, which is not clear."
)
INSEPARABLE = N_("This change cannot be told apart from “{event}”, which came at about the same time.")
UNTOUCHED = N_("“{event}”, which was not touched, moved the same way, so this cannot be put down to the change.")
TOGETHER = N_("Together with all that it is {value}, {confidence} % sure of {low} to {high}.")
NOT_TOGETHER = N_("What can be seen is not clear either: {value}, {confidence} % interval {low} to {high}.")
WORSE = {
    "decrease": N_("It got worse: {value}, {confidence} % sure of {low} to {high}, where a fall was expected."),
    "increase": N_("It got worse: {value}, {confidence} % sure of {low} to {high}, where a rise was expected."),
}
COUNTED = {
    "month": N_("A month there were {old} before the change and {new} after it."),
    "week": N_("A week there were {old} before the change and {new} after it."),
    "day": N_("A day there were {old} before the change and {new} after it."),
}
SHARED = N_("The share was {old} before the change and {new} after it.")
MEANT = N_("The mean was {old} before the change and {new} after it.")
FEWER = N_(
    "From {start} to {end} that makes {cases} cases fewer than without it ({confidence} % sure of {low} to {high})."
)
MORE = N_(
    "From {start} to {end} that makes {cases} cases more than without it ({confidence} % sure of {low} to {high})."
)
REFUSED = {
    Reason.NO_PERIOD_BEFORE: N_(
        "No verdict: there is no whole period with data before the change; it takes at least {least}."
    ),
    Reason.NO_PERIOD_AFTER: N_(
        "No verdict yet: there is no whole period with data after the change; it takes at least {least}."
    ),
    Reason.FEW_PERIODS_BEFORE: N_(
        "No verdict: it takes {least} whole periods before the change, and the data have {found}."
    ),
    Reason.FEW_PERIODS_AFTER: N_(
        "No verdict yet: it takes {least} whole periods after the change, and the data have {found}."
    ),
    Reason.TRANSITION_TOO_LONG: N_(
        "No verdict yet: it takes {least} whole periods after the roll-out, and the data have {found}."
    ),
    Reason.NO_EVENTS: N_(
        "No verdict: there is no case at all, before or after; choose a wider scope or a longer time."
    ),
    Reason.NO_VARIATION: N_("No verdict: every period has the same value; at least some must differ."),
    Reason.LEAPING: N_(
        "No verdict: the figures leap too far from one period to the next for any comparison to hold. Look at what "
        "happened in the highest ones, or choose longer periods."
    ),
}
CALLED_CLEAR = (VerdictCode.WORKED, VerdictCode.WORKED_FADING, VerdictCode.GOT_WORSE)


def paragraph(found: ChangeEffect | NotEstimable) -> str:
    """The verdict with its numbers."""
    return text.paragraph(sentences(found))


def headline(found: ChangeEffect | NotEstimable) -> str:
    """The verdict in one sentence."""
    return sentences(found)[0]


def code(found: ChangeEffect | NotEstimable) -> VerdictCode:
    return VerdictCode.NOT_ESTIMABLE if isinstance(found, NotEstimable) else found.verdict.code


def sentences(found: ChangeEffect | NotEstimable) -> list[str]:
    """The verdict first, then what it rests on."""
    if isinstance(found, NotEstimable):
        return [_(REFUSED[found.reason]).format_map({"found": 0, "least": 1, **found.values})]
    told = TOLD[found.verdict.code](found)
    return [told[0], _bars(found), *told[1:], *_cases(found)]


def event(name: str) -> str:
    """What else happened or was looked at, by the name that people know it by."""
    if name in EVENTS:
        return _(EVENTS[name])
    return _(CATALOGUE[name].name) if name in CATALOGUE else text.code(text.change_name(name))


def is_clear(effect: Effect, found: ChangeEffect) -> bool:
    """Does the interval leave out no effect?"""
    return effect.p < 1 - found.confidence


def _said(sentence: str, found: ChangeEffect, size: sizes.Size | None = None, **values: str) -> str:
    size = size or sizes.overall(found)
    told = {"value": size.value, "low": size.low, "high": size.high, "confidence": sizes.sureness(found), **values}
    return _(sentence).format(**told)


def _worked(found: ChangeEffect) -> list[str]:
    return [_said(DIFFERENT if found.expected == "either" else WORKED, found)]


def _fading(found: ChangeEffect) -> list[str]:
    numbers = _numbers(found, CheckCode.FADING)
    first, last = (sizes.of_check(found, numbers[name]) for name in ("first", "last"))
    sentence = DIFFERENT_AT_FIRST if found.expected == "either" else FADING
    told = [_said(sentence, found, first=first, last=last, day=text.day(found.after.last))]
    return [*told, _said(SINCE, found)] if is_clear(found.overall, found) else told


def _too_early(found: ChangeEffect) -> list[str]:
    verdict, enough = found.verdict, sizes.whole_percent(ENOUGH)
    if verdict.more_periods:
        told = [_said(EARLY_MORE, found, periods=sizes.periods(verdict.more_periods, found.grain), enough=enough)]
    else:
        told = [_said(EARLY, found, periods=_shorter(found))]
    bare = found.naive.ratio
    if bare is not None and is_clear(bare, found) and is_clear(found.level_only, found):
        told.append(_said(LEVEL_CLEAR, found, sizes.ratio(bare)))
    sentence = SO_FAR_CLEAR if is_clear(found.overall, found) else SO_FAR
    return [*told, _said(sentence, found, enough=enough, power=sizes.whole_percent(verdict.power or 0.0))]


def _no_clear_change(found: ChangeEffect) -> list[str]:
    if is_clear(found.overall, found):
        if not found.verdict.reasons:
            return [_said(UNEXPECTED, found, periods=_shorter(found))]
        return [_said(UNRELIABLE, found), *(_waver(found, reason) for reason in found.verdict.reasons)]
    told = [_said(UNCLEAR, found)]
    if found.verdict.to_see is not None and found.verdict.power is not None:
        sentence = WOULD_BE_SEEN if found.verdict.power >= ENOUGH else WOULD_BE_MISSED
        seen, power = sizes.to_see(found, found.verdict.to_see), sizes.whole_percent(found.verdict.power)
        told.append(_said(sentence, found, seen=seen, power=power))
    return told


def _waver(found: ChangeEffect, reason: CheckCode) -> str:
    numbers = _numbers(found, reason)
    shown = {name: sizes.whole_percent(numbers[name]) for name in ("agree", "clear", "share") if name in numbers}
    counts = {name: text.number(numbers[name]) for name in ("tried", "unclear") if name in numbers}
    effects = {name: sizes.of_check(found, numbers[name]) for name in ("beyond", "first", "last") if name in numbers}
    return _(WAVERS[reason]).format_map(shown | counts | effects)


def _under_way(found: ChangeEffect) -> list[str]:
    reason = found.verdict.reasons[0]
    numbers = _numbers(found, reason)
    if reason is CheckCode.PRE_TREND and numbers["steady"]:
        first = _said(MOVING[found.grain], found, slope=sizes.of_check(found, numbers["slope"]))
    elif reason is CheckCode.PRE_TREND:
        since = sizes.periods(int(numbers["since"]), found.grain)
        first = _said(BENDING[found.grain], found, since=since, slope=sizes.of_check(found, numbers["lately"]))
    else:
        earlier = sizes.of_check(found, numbers["earlier_ratio"])
        day = date.fromisoformat(next(each.names[0] for each in found.checks if each.code is reason))
        first = _said(EARLIER, found, earlier=earlier, day=text.day(day))
    if is_clear(found.overall, found) and numbers.get("beyond_p", 0.0) >= 1 - found.confidence:
        return [first, _said(NOT_BEYOND_A_BEND, found, beyond=sizes.of_check(found, numbers["beyond"]))]
    return [first, _said(BEYOND if is_clear(found.overall, found) else NOT_BEYOND, found)]


def _confounded(found: ChangeEffect) -> list[str]:
    sentence = INSEPARABLE if found.verdict.reasons[0] is CheckCode.OTHER_CHANGES else UNTOUCHED
    first = _said(sentence, found, event=event(found.verdict.event or ""))
    return [first, _said(TOGETHER if is_clear(found.overall, found) else NOT_TOGETHER, found)]


def _worse(found: ChangeEffect) -> list[str]:
    return [_said(WORSE[found.expected], found)]


TOLD = {
    VerdictCode.WORKED: _worked,
    VerdictCode.WORKED_FADING: _fading,
    VerdictCode.TOO_EARLY: _too_early,
    VerdictCode.NO_CLEAR_CHANGE: _no_clear_change,
    VerdictCode.ALREADY_UNDER_WAY: _under_way,
    VerdictCode.CONFOUNDED: _confounded,
    VerdictCode.GOT_WORSE: _worse,
}


def _bars(found: ChangeEffect) -> str:
    old, new = sizes.levels(found)
    sentence = {Family.COUNT: COUNTED[found.grain], Family.SHARE: SHARED, Family.MEAN: MEANT}[found.family]
    return _said(sentence, found, old=old, new=new)


def _cases(found: ChangeEffect) -> list[str]:
    """Cases averted, where the verdict says that there are any."""
    counted = sizes.cases(found)
    clear = found.verdict.code in CALLED_CLEAR and is_clear(found.overall, found)
    if counted is None or found.averted is None or not clear:
        return []
    days = {"start": text.day(found.after.start), "end": text.day(last_day(found.after, found.grain))}
    return [_said(FEWER if found.averted.value > 0 else MORE, found, counted, cases=counted.value, **days)]


def stands_up(found: ChangeEffect) -> bool:
    """Does what was estimated stand up to the checks, so that it may be counted in cases and money?"""
    return not (found.verdict.code is VerdictCode.NO_CLEAR_CHANGE and found.verdict.reasons)


def last_day(side: Level, grain: Grain) -> date:
    """The last day of the last period of a side."""
    last = side.last
    if grain == "month":
        return date(last.year + last.month // 12, last.month % 12 + 1, 1) - timedelta(days=1)
    return last + timedelta(days={"week": 6, "day": 0}[grain])


def _shorter(found: ChangeEffect) -> str:
    return sizes.periods(min(found.before.periods, found.after.periods), found.grain)


def _numbers(found: ChangeEffect, wanted: CheckCode) -> dict[str, float]:
    return dict(next(each.numbers for each in found.checks if each.code is wanted))
