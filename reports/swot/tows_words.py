"""Strategies in words: what a pair of entries suggests."""

from metrics.swot.arranged import Item
from metrics.swot.tows import Advice, Strategy, Suggestion
from reports import text
from reports.swot import board_words, kind_words, words
from reports.text import N_, Label, _
from reports.watch.forecast_words import SEASONS

NAMES: dict[Strategy, str] = {
    Strategy.SO: N_("SO · strengths × opportunities"),
    Strategy.WO: N_("WO · weaknesses × opportunities"),
    Strategy.ST: N_("ST · strengths × threats"),
    Strategy.WT: N_("WT · weaknesses × threats"),
}
AIMS: dict[Strategy, str] = {
    Strategy.SO: N_("Grow: use what is strong to take what offers itself."),
    Strategy.WO: N_("Mend: overcome what is weak with what offers itself."),
    Strategy.ST: N_("Defend: use what is strong against what threatens."),
    Strategy.WT: N_("Guard: keep what is weak from meeting what threatens."),
}
ADVICE: dict[Advice, str] = {
    Advice.SPREAD: N_("Roll out to the other teams what has been proved: {outer}."),
    Advice.STANDARDISE: N_("Make the practice of {outer} an SOP for all teams, rolled out as it worked for {inner}."),
    Advice.COACH: N_("Let the team that does best show the others how: {outer}."),
    Advice.REPEAT_WHAT_WORKED: N_("Do for {outer} what worked for {inner}: one standard solution of both departments."),
    Advice.DRAW_SAMPLES: N_(
        "Draw next week’s samples by the sampling plan where complaints are and QA is not, {inner}, and hold them "
        "against what {outer} does."
    ),
    Advice.ADOPT: N_("Take over the change that is proved elsewhere for {inner}."),
    Advice.CLOSE_GAP: N_("Bring {inner} to the level of the own best quarter, team by team."),
    Advice.CALIBRATE: N_(
        "Calibrate reviewers with contacts that ended in a complaint, {inner}, and with what {outer} does right."
    ),
    Advice.JOIN: N_(
        "Write the contact’s number into every complaint: only then can be seen what {outer} does otherwise."
    ),
    Advice.CLOSE_FINDINGS: N_("Close findings in time: training within the days of the rule, with what {outer} shows."),
    Advice.KEEP_READY: N_("Plan staff by the forecast, so that {inner} holds through {outer}."),
    Advice.ANSWER_EARLY: N_("Give one standard answer to {outer} before it grows, and tell every team."),
    Advice.FIRST_LINE: N_("Let the first line solve before it leaves the house: {outer}."),
    Advice.GUARD_DEADLINES: N_("Hand over within the limit and remind departments, before {outer} makes it worse."),
    Advice.END_REPEATS: N_("End the cause of {inner} by five whys instead of solving case by case."),
    Advice.ONE_ANSWER: N_("Agree on one answer for {inner} and put it into the SOP."),
    Advice.PLAN_STAFF: N_("Relieve {inner} before {outer}: staff by the forecast, simple contacts to self-service."),
    Advice.LOOK_THERE: N_("Review {outer} by people at once: QA does not see there what customers see."),
    Advice.STOP_GROWTH: N_("Find the cause of {outer} by five whys while it is small, and mend {inner} there first."),
    Advice.CALL_BACK: N_("Call customers back after bad service around {inner}, before they leave or escalate."),
}


def name(strategy: Strategy) -> str:
    return _(NAMES[strategy])


def advice(found: Suggestion, label: Label) -> str:
    """What to do, in one sentence."""
    return _(ADVICE[found.advice]).format(inner=_about(found.inner, label), outer=_about(found.outer, label))


def _about(item: Item, label: Label) -> str:
    """What an entry is about, in a few words."""
    if item.evidence is None:
        return item.edit.words
    season = item.evidence.values.get("season")
    if season is not None:
        return _(SEASONS[str(season)])
    return words.about(item.evidence, label) or kind_words.kind(item.evidence.kind)


def because(found: Suggestion, label: Label) -> str:
    """The two sentences that it stands on."""
    return text.paragraph(board_words.said(each, label) for each in (found.inner, found.outer))
