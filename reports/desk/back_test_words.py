"""What the past says of the triggers, and of the model beside them, in words and tables."""

from collections.abc import Sequence

import polars as pl

from metrics.desk.back_test import ANY, EVERY, BackTest
from metrics.desk.conditions import HouseRule
from metrics.desk.escalation_model import Model, TooFewEscalations
from metrics.desk.ranking import Better
from metrics.metric import Unit
from metrics.rules import Rules
from metrics.scope import Period
from reports import text
from reports.desk.defence_words import body, trigger
from reports.text import N_, _
from reports.wings.charts_forest import Row

TERMS = {
    "wants_escalation": N_("Says that he will escalate"),
    "demands_quick_reply": N_("Demands a quick reply"),
    "dissatisfaction_score": N_("Dissatisfaction, per 10 points"),
    "escalated_before": N_("Escalated before"),
    "earlier_same": N_("Each earlier complaint about the same issue (up to 3)"),
    "earlier_other": N_("Each earlier complaint about something else (up to 3)"),
    "contacts_before": N_("Contacts before, each doubling"),
    "serious": N_("Severity: serious, against general"),
    "urgent": N_("Severity: urgent, against general"),
}
STATES = {
    "good": N_("better than at random"),
    "inside": N_("no better than at random"),
    "apart": N_("worse than at random"),
}


def percent(value: float | None) -> str:
    return text.value(value, Unit.PERCENT)


def _days(found: BackTest) -> str:
    return text.period(Period(found.start.date(), found.end.date()))


def said(found: BackTest, level: str, rules: Rules) -> str:
    """What all triggers together cost and find, against taking cases at random."""
    rows = {row["trigger"]: row for row in found.rows.iter_rows(named=True)}
    every, both = rows[EVERY], rows.get(ANY)
    if both is None or not both["flagged"]:
        return _("In {days} no case met a trigger.").format(days=_days(found))
    first = _(
        "In {days} the triggers flagged {flagged} cases, {per_day} a day. {precision} of them ({low} to {high}) went "
        "to {body} within {wait} days, against {base} of all cases: {verdict}."
    ).format(
        days=_days(found), flagged=text.number(both["flagged"]), per_day=text.number(both["per_day"], 1),
        precision=percent(both["precision"]), low=percent(both["low"]), high=percent(both["high"]), body=body(level),
        wait=text.number(rules.escalation_days), base=percent(every["precision"]),
        verdict=_(STATES[state(both, every, rules)]) if both["flagged"] >= rules.min_denominator
        else _("too few to judge"),
    )  # fmt: skip
    return text.paragraph([first, _caught(found, both)])


def _caught(found: BackTest, row: dict) -> str:
    counts = {name: text.number(row[name]) for name in ("escalated", "caught")}
    known = text.number(found.known_before)
    if not row["escalated"]:
        return _("Nothing went there in these days.")
    if not row["caught"]:
        return _(
            "They warned of none of {escalated} escalations, {known} of which had a case before them at all."
        ).format(known=known, **counts)
    return _(
        "They warned of {caught} of {escalated} escalations, in the middle case {days} days ahead; {known} had a case "
        "before them at all."
    ).format(known=known, days=text.number(row["days"], 1), **counts)


def state(row: dict, every: dict, rules: Rules) -> str:
    """Is a flag worth more than a case taken at random?"""
    if row["low"] is None or every["precision"] is None or row["flagged"] < rules.min_denominator:
        return "inside"
    return "good" if row["low"] > every["precision"] else "apart" if row["high"] < every["precision"] else "inside"


def forest_rows(found: BackTest, house: Sequence[HouseRule], rules: Rules) -> list[Row]:
    """A line a trigger with what share of its cases went up; none for one that flagged too few to tell."""
    rows = found.rows.to_dicts()
    return [
        Row(
            row["trigger"], trigger(row["trigger"], house, rules), row["precision"], row["low"], row["high"],
            state(row, rows[0], rules),
            [
                _("{followed} of {flagged} escalated later").format(
                    followed=text.number(row["followed"]), flagged=text.number(row["flagged"])),
                _("95 % interval: {low} to {high}").format(low=percent(row["low"]), high=percent(row["high"])),
            ],
        )
        for row in rows[1:]
        if row["low"] is not None and row["flagged"] >= rules.min_denominator
    ]  # fmt: skip


def table(found: BackTest, house: Sequence[HouseRule], rules: Rules) -> pl.DataFrame:
    """A row a trigger in the reader's words."""
    return pl.DataFrame(
        [
            {
                _("Trigger"): trigger(row["trigger"], house, rules),
                _("Cases a day"): text.number(row["per_day"], 2),
                _("Escalated later"): _of(row["followed"], row["flagged"]),
                _("Precision"): _ends(row, "precision", "low", "high")
                if row["flagged"] >= rules.min_denominator
                else _("too few (n = {count})").format(count=text.number(row["flagged"])),
                _("Warned of"): _of(row["caught"], row["escalated"]),
                _("Recall"): _ends(row, "recall", "recall_low", "recall_high"),
                _("Days of warning, median"): _median(row),
            }
            for row in found.rows.iter_rows(named=True)
        ]
    )


def _of(part: int, whole: int) -> str:
    return _("{part} of {whole}").format(part=text.number(part), whole=text.number(whole))


def _ends(row: dict, value: str, low: str, high: str) -> str:
    if row[low] is None:
        return percent(row[value])
    return f"{percent(row[value])} ({percent(row[low])} – {percent(row[high])})"


def _median(row: dict) -> str:
    if row["days"] is None:
        return "–"
    ends = [text.number(row[name], 1) for name in ("days_low", "days_high")]
    middle = text.number(row["days"], 1)
    return middle if "–" in ends else f"{middle} ({ends[0]} – {ends[1]})"


def model(found: Model | TooFewEscalations, level: str) -> str:
    """Is the model offered, and why or why not?"""
    if isinstance(found, TooFewEscalations):
        return _(
            "No model is fitted: it needs {least} escalations to {body} to learn from, {least_2} to calibrate on and "
            "{least_3} to test by. There are {found}, {found_2} and {found_3}. The triggers stand alone."
        ).format(
            body=body(level), **_numbered("least", found.least), **_numbered("found", found.found),
        )  # fmt: skip
    compared = found.compared
    days = text.period(Period(found.held_out[0].date(), found.held_out[1].date()))
    if compared is None:
        return _(
            "The model cannot be held against the triggers: in {days}, which it never saw, no case met a trigger, or "
            "none escalated. It is not offered."
        ).format(days=days)
    told = _(
        "Held out were {cases} cases of {days}, {hits} of which went to {body}. Of the {flagged} that the triggers "
        "flagged, {first} did; of as many that the model puts first, {second}: {difference}. Over the whole "
        "ranking (PR-AUC): {ranking}."
    ).format(
        cases=text.number(compared.cases), days=days, hits=text.number(compared.hits), body=body(level),
        flagged=text.number(compared.flagged), first=percent(compared.precision.first),
        second=percent(compared.precision.second), difference=_gap(compared.precision),
        ranking=_gap(compared.average_precision),
    )  # fmt: skip
    verdict = (
        _("The model beats the triggers in both, so it is offered beside them.")
        if found.is_offered
        else _("The model does not beat the triggers in both by more than chance, so it is not offered.")
    )
    return text.paragraph([told, verdict])


def _numbered(name: str, values: Sequence[int]) -> dict[str, str]:
    return {name if not place else f"{name}_{place + 1}": text.number(each) for place, each in enumerate(values)}


def _gap(found: Better) -> str:
    ends = found.difference
    return _("{value} points ({low} to {high})").format(
        value=text.signed(ends.value, 1), low=text.signed(ends.low, 1), high=text.signed(ends.high, 1)
    )


def odds_rows(found: Model) -> list[Row]:
    """What each thing that the model reads multiplies the odds by."""
    return [
        Row(
            row["term"], _(TERMS[row["term"]]), row["value"], row["low"], row["high"],
            "apart" if row["low"] > 1 else "good" if row["high"] < 1 else "inside",
            [_("The odds of escalating are multiplied by {value} ({low} to {high})").format(
                **{name: text.number(row[name], 2) for name in ("value", "low", "high")})],
        )
        for row in found.odds.sort("value", descending=True).iter_rows(named=True)
    ]  # fmt: skip


def odds_table(found: Model) -> pl.DataFrame:
    """The same as a table, with how many cases have more than nothing of it."""
    return pl.DataFrame(
        [
            {
                _("What the model reads"): _(TERMS[row["term"]]),
                _("Odds ratio"): text.number(row["value"], 2),
                _("95 % interval"): f"{text.number(row['low'], 2)} – {text.number(row['high'], 2)}",
                _("Cases with it"): row["cases"],
            }
            for row in found.odds.sort("value", descending=True).iter_rows(named=True)
        ]
    )


def headers() -> dict[str, str]:
    """Of columns in files."""
    return {
        "trigger": _("Trigger"), "flagged": _("Flagged"), "followed": _("Escalated later"),
        "precision": _("Precision, %"), "per_day": _("Cases a day"), "escalated": _("Escalations"),
        "caught": _("Warned of"), "recall": _("Recall, %"), "recall_low": _("Recall from"),
        "recall_high": _("Recall to"), "days": _("Days of warning, median"), "days_low": _("Days from"),
        "days_high": _("Days to"), "term": _("What the model reads"), "cases": _("Cases"),
        "predicted": _("Predicted, %"), "went": _("Escalated later"), "observed": _("Observed, %"),
        "value": _("Odds ratio"),
    }  # fmt: skip
