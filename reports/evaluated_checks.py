"""What was looked at beside the estimate, and which model spoke: one sentence each."""

from datetime import date

from metrics.intervention import ChangeEffect, Check, CheckCode, CheckStatus, Model, ModelCode
from metrics.intervention.earlier import SURE
from reports import effect_sizes as sizes
from reports import text
from reports.evaluated import event
from reports.text import N_, _

QUESTIONS = {
    CheckCode.RESIDUALS: N_("Does the model fit?"),
    CheckCode.PRE_TREND: N_("Was it moving already?"),
    CheckCode.REGRESSION_TO_MEAN: N_("Did one act at a peak?"),
    CheckCode.PLACEBO_TIME: N_("Would an earlier date have done as well?"),
    CheckCode.PLACEBO_OUTCOME: N_("Did something untouched move as well?"),
    CheckCode.DISPLACEMENT: N_("Did the cases go elsewhere?"),
    CheckCode.GUARDRAILS: N_("Did something else suffer?"),
    CheckCode.OTHER_CHANGES: N_("What else happened?"),
    CheckCode.ROBUSTNESS: N_("Would another analyst agree?"),
    CheckCode.SECOND_OPINION: N_("What does another kind of model say?"),
    CheckCode.FADING: N_("Does it last?"),
    CheckCode.LEAVE_ONE_OUT: N_("Does one period carry it?"),
}
OK, WARNING, NOT_POSSIBLE = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.NOT_POSSIBLE
TOO_SHORT = N_("Not possible: it takes {least} periods, and there are {found}.")
NOTHING_GIVEN = N_("Not looked at: no other series was given, or none could be estimated.")
ANSWERS = {
    (CheckCode.RESIDUALS, OK): N_(
        "Yes: what the model leaves shows no pattern (p = {p}); dispersion {dispersion}, where 1 is chance alone, and "
        "a correlation of neighbouring periods of {autocorrelation}."
    ),
    (CheckCode.RESIDUALS, WARNING): N_(
        "Not a straight line: p = {p} for what it leaves, and the level wanders with a probability of {wanders} %; the "
        "interval is wider for it. Dispersion {dispersion}, correlation of neighbouring periods {autocorrelation}."
    ),
    (CheckCode.PRE_TREND, OK): N_(
        "No: before the change no clear movement the expected way, {slope} a period ({low} to {high})."
    ),
    (CheckCode.PRE_TREND, WARNING): N_("Yes: before the change it moved by {slope} a period ({low} to {high})."),
    (CheckCode.REGRESSION_TO_MEAN, OK): N_(
        "No: the last three periods before do not stand out ({peak}, p = {p}). Without them the effect is {without}."
    ),
    (CheckCode.REGRESSION_TO_MEAN, WARNING): N_(
        "Yes: the last three periods before stand out ({peak}, p = {p}); a return of {expected} comes by itself. "
        "Without them the effect is {without} (p = {without_p})."
    ),
    (CheckCode.PLACEBO_TIME, OK): N_(
        "No: among {dates} earlier dates and the real one, the real one ranks {rank}; at {share} % of the earlier ones "
        "doing nothing looks as strong."
    ),
    (CheckCode.PLACEBO_TIME, WARNING): N_(
        "Yes: from {day} on the series already shows a step of {earlier_ratio}, stronger than that at the change; the "
        "change ranks {rank} among {dates} earlier dates and itself."
    ),
    (CheckCode.PLACEBO_OUTCOME, OK): N_("No: of {tried} untouched series none clearly moved the same way."),
    (CheckCode.PLACEBO_OUTCOME, WARNING): N_("Yes: of {tried} untouched series these moved the same way: {names}."),
    (CheckCode.DISPLACEMENT, OK): N_("No: of {tried} neighbouring series none clearly moved the other way."),
    (CheckCode.DISPLACEMENT, WARNING): N_(
        "Perhaps: these moved the other way, by {cases} cases together: {names}. The change itself makes {averted}."
    ),
    (CheckCode.GUARDRAILS, OK): N_("No: of {tried} figures that must not suffer none became clearly worse."),
    (CheckCode.GUARDRAILS, WARNING): N_("Yes: of {tried} figures that must not suffer these became worse: {names}."),
    (CheckCode.OTHER_CHANGES, OK): N_("Taken out by the model: {names}."),
    (CheckCode.OTHER_CHANGES, WARNING): N_("Within three periods of the change, and not to be told from it: {names}."),
    (CheckCode.ROBUSTNESS, OK): N_(
        "Yes: of {tried} other ways of analysing {agree} % point the same way, and {clear} % find that clear."
    ),
    (CheckCode.ROBUSTNESS, WARNING): N_(
        "Not surely: of {tried} other ways of analysing only {agree} % point the same way, and {clear} % find that "
        "clear."
    ),
    (CheckCode.SECOND_OPINION, OK): N_("A state-space model does not contradict: {value} ({low} to {high})."),
    (CheckCode.SECOND_OPINION, WARNING): N_("A state-space model contradicts: {value} ({low} to {high})."),
    (CheckCode.FADING, OK): N_("No return is seen: {first} at the start, {last} at the end (p = {p})."),
    (CheckCode.FADING, WARNING): N_("It is coming back: {first} at the start, {last} at the end (p = {p})."),
    (CheckCode.LEAVE_ONE_OUT, OK): N_(
        "No: with each of {tried} periods left out in turn the effect lies between {low} and {high}."
    ),
    (CheckCode.LEAVE_ONE_OUT, WARNING): N_(
        "It hangs on few: without one of {unclear} of {tried} periods it is not clear any more ({low} to {high}); "
        "{day} weighs most."
    ),
}
NOT_LOOKED = {
    CheckCode.PLACEBO_OUTCOME: NOTHING_GIVEN,
    CheckCode.DISPLACEMENT: NOTHING_GIVEN,
    CheckCode.GUARDRAILS: N_("Not looked at: no figure that must not suffer was named, or none could be estimated."),
    CheckCode.ROBUSTNESS: N_("Not possible: the series allows no other way of analysing."),
    CheckCode.SECOND_OPINION: N_("Not possible: the other model finds no answer in this series."),
}
BENT = N_(
    "Yes: {since} periods before the change it bent by {lately} a period (p = {lately_p}); over the whole time before "
    "it moved by {slope} a period ({low} to {high})."
)
NOTHING_ELSE = N_("Nothing else is on record in this time.")
NOT_FOR_THIS_SHAPE = N_("Not looked at: by its declared shape the effect begins late or ends by itself.")
#: Which numbers are effects, shares and plain ones; the others are counts.
EFFECTS = {"slope", "lately", "low", "high", "peak", "expected", "without", "earlier_ratio", "value", "first", "last"}
SHARES = {"share", "agree", "clear", "wanders"}
CHANCES = {"p", "lately_p", "without_p"}
PLAIN = {"dispersion", "autocorrelation"}
MODELS = {
    ModelCode.STRAIGHT_TREND: N_(
        "A straight trend speaks: the periods scatter about it and hardly resemble each other."
    ),
    ModelCode.CORRELATED_TREND: N_(
        "A straight trend speaks, with neighbouring periods that resemble each other: the interval is wider for it."
    ),
    ModelCode.MOVING_LEVEL: N_(
        "A moving level speaks: a straight trend does not describe the time before (probability {wanders} %), so only "
        "the periods next to the change tell of it, and the interval is wider."
    ),
}
ONE_WAVE, TWO_WAVES = N_("A season of one wave a year is taken out."), N_("A season of two waves a year is taken out.")
WAVES = N_("A season of {count} waves a year is taken out.")
NO_SEASON = N_("No season is taken out.")
WEEKDAYS = N_("Differences between the days of the week are taken out.")
CONTROLLED = N_("The control series takes out whatever moved both.")
EVENTS_OUT = N_("These events are taken out: {names}.")
CORRECTED = N_("One side has no case at all, so the estimate is corrected for that (Firth).")


#: What is clear, and no warning all the same.
CLEAR_AND_WELL = {
    CheckCode.REGRESSION_TO_MEAN: N_(
        "No: the last three periods before stand out ({peak}, p = {p}), but not against the change, so that what comes "
        "back by itself is no part of the effect. Without them it is {without}."
    ),
    CheckCode.FADING: N_("It changes with time: {first} at the start, {last} at the end (p = {p})."),
}


def check(found: ChangeEffect, one: Check) -> str:
    """What came out of one check."""
    if one.status is NOT_POSSIBLE:
        return _not_possible(one)
    if one.code is CheckCode.OTHER_CHANGES and not one.names:
        return _(NOTHING_ELSE)
    values = {name: _number(found, name, amount) for name, amount in one.numbers.items()}
    if one.code is CheckCode.PRE_TREND and one.status is WARNING and not one.numbers["steady"]:
        said = BENT
    elif one.code in CLEAR_AND_WELL and one.status is OK and one.numbers["p"] < SURE:
        said = CLEAR_AND_WELL[one.code]
    else:
        said = ANSWERS[one.code, one.status]
    return _(said).format_map(values | _names(one))


def model(spoken: Model) -> list[str]:
    """Which model spoke and why, and what is in it."""
    told = [_(MODELS[spoken.code]).format(wanders=sizes.whole_percent(spoken.wanders))]
    waves = {0: NO_SEASON, 1: ONE_WAVE, 2: TWO_WAVES}.get(spoken.harmonics, WAVES)
    told.append(_(waves).format(count=spoken.harmonics))
    told += [_(WEEKDAYS)] if spoken.weekdays else []
    told += [_(CONTROLLED)] if spoken.controlled else []
    told += [_(EVENTS_OUT).format(names=_listed(spoken.events))] if spoken.events else []
    return told + ([_(CORRECTED)] if spoken.corrected_for_none else [])


def _not_possible(one: Check) -> str:
    if one.code in NOT_LOOKED:
        return _(NOT_LOOKED[one.code])
    if one.numbers["found"] >= one.numbers["least"]:
        return _(NOT_FOR_THIS_SHAPE)
    return _(TOO_SHORT).format(least=text.number(one.numbers["least"]), found=text.number(one.numbers["found"]))


def _number(found: ChangeEffect, name: str, amount: float) -> str:
    if name in EFFECTS:
        return sizes.of_check(found, amount)
    if name in CHANCES:
        return sizes.chance(amount)
    if name in SHARES:
        return sizes.whole_percent(amount)
    return text.number(amount, 2 if name in PLAIN else 0)


def _names(one: Check) -> dict[str, str]:
    """The names that a check gives: days, or what else there is."""
    if one.code in {CheckCode.PLACEBO_TIME, CheckCode.LEAVE_ONE_OUT}:
        return {"day": text.day(date.fromisoformat(one.names[0]))}
    first = int(one.numbers["inseparable"]) if one.numbers.get("inseparable") else len(one.names)
    return {"names": _listed(one.names[:first])}  # what could be told apart stands behind what could not


def _listed(names: tuple[str, ...]) -> str:
    return text.listed([event(each) for each in names])
