"""What a rule asks for and what it would have done, in sentences and as a table."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from data_access.watch.past import Past
from data_access.watch.past_issues import PastIssues
from metrics.alerts.finding import Finding
from metrics.alerts.judging import Hindsight
from metrics.alerts.rule import ON_METRICS, WITH_INTERVAL, AlertRule, Kind
from reports import text
from reports.text import N_, Label, _
from reports.watch import alert_words as words
from reports.watch import event_words

HINDSIGHTS: dict[str, str] = {
    Hindsight.LASTED: N_("Lasted"),
    Hindsight.PASSED: N_("Passed by itself"),
    Hindsight.UNKNOWN: N_("Not known yet"),
}
FORETOLD: dict[str, str] = {
    Hindsight.LASTED: N_("Came true"),
    Hindsight.PASSED: N_("Did not come true"),
    Hindsight.UNKNOWN: N_("Not known yet"),
}
NEVER = N_("In the past {days} days it would not have alerted once. It could tell on {judged} of them.")
ALARMS = N_(
    "Alarms that it would have had in the past {days} days: {count}. Lasted: {lasted}, passed by themselves: {passed}, "
    "not known yet: {unknown}. It could tell on {judged} of these days."
)
FACTS = N_(
    "Alarms that it would have had in the past {days} days: {count}. What it counts has happened each time, so none is "
    "false: the question is whether that is too often. It could tell on {judged} of these days."
)
NEVER_FORETOLD = N_("In the past {days} weeks it would not have alerted once.")
ALARMS_FORETOLD = N_(
    "Alarms that it would have had in the past {days} weeks: {count}. Came true: {lasted}, did not: {passed}, not "
    "known yet: {unknown}."
)
HOW_FORETOLD = N_(
    "Once a week the forecast of the next four weeks is judged, as it could be made by what was known then, by the "
    "method that is used now. An alarm came true where its day brought more than the limit."
)
ISSUES = N_(
    "Issues that it would have told of in the past {weeks} weeks: {count}, of which still come up: {open}. It could "
    "tell in {judged} of these weeks."
)
NO_ISSUES = N_(
    "In the past {weeks} weeks it would not have told of any issue. It could tell in {judged} of these weeks."
)
RAISED = N_("Each day is judged by what was known at its end; what came later only says which alarms lasted.")
LASTING = N_(
    "An alarm lasted where the next {days} days, all of them new, lay beyond the limit as well, by their value alone."
)
GROWN = N_("An alarm lasted where the value of the next {days} days lay beyond that of before the alarm as well.")
QUIET_AHEAD = N_("No day of the next four weeks is expected beyond the limit: it would not alert now.")
WOULD_ALERT = N_("It would alert now.")
NOT_SURE = N_("The interval is not wholly beyond the limit: it would not alert now.")
STILL_SPECIAL = N_("An alarm lasted where the week {days} days later was no chance either.")
JUDGED_LATER = (*WITH_INTERVAL, Kind.SPECIAL_CAUSE)


def ahead(found: Finding, rule: AlertRule) -> str:
    """What a rule about a forecast finds now, and whether it would alert."""
    if found.value is None:
        return _(QUIET_AHEAD)
    told = {"value": found.value, "low": found.low, "high": found.high, **found.told}
    return text.paragraph([event_words.expected(rule, told), _(WOULD_ALERT if found.starts else NOT_SURE)])


def impossible(rule: AlertRule) -> str:
    """Why nothing can be held against a rule."""
    if rule.kind in ON_METRICS and rule.metric is None:
        return _("The catalogue has no metric “{metric}” any more: choose another one.").format(metric=rule.about)
    return _("These data lack what this alert watches.")


def conditions(rule: AlertRule) -> list[str]:
    """Everything that has to hold before it alerts, and when an event is over."""
    told = []
    if rule.kind in WITH_INTERVAL:
        told.append(_("Value of the last {days} days that are final").format(days=rule.window_days))
        told.append(_("at least {count} cases").format(count=text.number(rule.least)))
        if rule.is_sure:
            told.append(_("the whole 95 % interval has to say so"))
    if rule.kind is Kind.SPECIAL_CAUSE:
        told.append(_("the last whole week that is final, on its control chart"))
    if rule.kind is Kind.FORECAST and rule.is_sure:
        told.append(_("the whole 95 % interval has to say so"))
    if rule.kind is Kind.VOLUME:
        told.append(_("and outside the whole 95 % interval"))
    if rule.lasting > 1:
        told.append(_("on {count} days in a row").format(count=rule.lasting))
    if rule.margin:
        told.append(_("over once it is {margin} inside the limit").format(margin=words.amount(rule, rule.margin)))
    return [*told, *([_("sent in quiet hours too")] if rule.is_urgent else [])]


def past(found: Past, rule: AlertRule) -> str:
    """What the rule would have done."""
    told = {
        "days": text.number(found.days.height),
        "judged": text.number(found.judged),
        "count": text.number(len(found.episodes)),
        **{str(each): text.number(found.count(each)) for each in Hindsight},
    }
    if rule.kind is Kind.FORECAST:
        return _(ALARMS_FORETOLD if found.episodes else NEVER_FORETOLD).format_map(told)
    if not found.episodes:
        return _(NEVER).format_map(told)
    return _(ALARMS if rule.kind in JUDGED_LATER else FACTS).format_map(told)


def how_judged(rule: AlertRule) -> str:
    """How alarms of the past were found, and by what they are called false."""
    if rule.kind is Kind.FORECAST:
        return _(HOW_FORETOLD)
    if rule.kind not in JUDGED_LATER:
        return _(RAISED)
    lasts = {Kind.GROWTH: GROWN, Kind.SPECIAL_CAUSE: STILL_SPECIAL}.get(rule.kind, LASTING)
    return text.paragraph([_(RAISED), _(lasts).format(days=rule.window_days)])


def hindsight(rule: AlertRule, said: Hindsight) -> str:
    """What the days after an alarm say of it."""
    return _((FORETOLD if rule.kind is Kind.FORECAST else HINDSIGHTS)[said])


def issues(found: PastIssues) -> str:
    """How often a rule about emerging issues would have alerted."""
    told = {
        "weeks": text.number(found.weeks),
        "judged": text.number(found.judged),
        "count": text.number(len(found.alarms)),
        "open": text.number(sum(each.end is None for each in found.alarms)),
    }
    return _(ISSUES if found.alarms else NO_ISSUES).format_map(told)


def issue_alarms(found: PastIssues, label: Label) -> pl.DataFrame:
    """The issues of the past, the newest first."""
    rows = [
        {
            _("What was found"): event_words.issue(each.tag.kind, each.tag.names, each.tag.count, label),
            _("Alarm on"): each.start - timedelta(days=1),
            _("Over on"): None if each.end is None else each.end - timedelta(days=1),
        }
        for each in reversed(found.alarms)
    ]
    return pl.DataFrame(rows, schema_overrides={_("Over on"): pl.Date})


def episodes(found: Past, rule: AlertRule) -> pl.DataFrame:
    """The alarms of the past, the newest first."""
    return pl.DataFrame(
        [
            {
                _("Alarm on"): each.start - timedelta(days=1),
                _("Over on"): None if each.end is None else each.end - timedelta(days=1),
                _("Value"): words.amount(rule, each.value),
                _("What came after"): hindsight(rule, each.hindsight),
            }
            for each in reversed(found.episodes)
        ],
        schema={_("Alarm on"): pl.Date, _("Over on"): pl.Date, _("Value"): pl.String, _("What came after"): pl.String},
    )


def table(rules: Sequence[AlertRule], named: Sequence[str], label: Label) -> pl.DataFrame:
    """Every rule with whether it is on, whom it tells and whose it is."""
    return pl.DataFrame(
        [
            {
                _("On"): _("on") if each.is_on else _("off"),
                _("Alert"): name,
                _("Scope"): words.places(each, label),
                _("Kind"): _(words.KINDS[each.kind]),
                _("Channels"): text.listed(each.channels) or "–",
                _("Owner"): each.owner or "–",
            }
            for each, name in zip(rules, named, strict=True)
        ]
    )
