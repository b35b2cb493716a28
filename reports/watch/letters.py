"""The message that tells of an event: value, n, target, likely driver, and a link that opens its scope."""

from dataclasses import dataclass
from datetime import date, timedelta

from data_access.watch.channels import Channel, Settings
from data_access.watch.events import Event, What
from data_access.watch.outbox import Reason
from data_access.watch.sending import Letter
from metrics.alerts.rule import ON_ROWS, AlertRule, Kind, written
from metrics.rules import Rules
from metrics.scope import Period
from reports import text
from reports.links import FORECAST_OF, link
from reports.text import Label, _, speaking
from reports.watch import alert_words as words
from reports.watch import event_words

ID_SHOWN = 8  # of its figures: enough to see that two messages are the same one
PAGES = {Kind.DEADLINE: "deadlines", Kind.EMERGING: "emerging", Kind.FORECAST: "forecast"} | dict.fromkeys(
    ON_ROWS, "data_quality"
)
METRIC_PAGE, CONTROL_PAGE, ALERTS_PAGE = "metric", "control", "alerts"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: what codes are called, the rules in force, and where the dashboard is reached."""

    label: Label
    rules: Rules
    settings: Settings

    def letter(self, channel: Channel, event: Event, place: str, reason: Reason) -> Letter:
        """The message in the channel's language; `place` is its id."""
        with speaking(channel.language):
            name = words.name(event.rule, self.rules)
            sentence = _("Alert: {name}") if event.what is What.FIRED else _("Alert could not be evaluated: {name}")
            title = sentence.format(name=name)
            if reason is Reason.STILL_OPEN:
                title = _("Still open: {name}").format(name=name)
            return Letter(
                place, title, tuple(self._lines(event, place)), self.link_of(event, channel.language),
                _("Open in Twinwing"), facts(event, place, reason),
            )  # fmt: skip

    def _lines(self, event: Event, place: str) -> list[str]:
        rule = event.rule
        told = event_words.lines(event, self.label, self.rules)
        told += [_("Owner: {owner}").format(owner=rule.owner)] if rule.owner else []
        told += [_("It is over by now.")] if not event.is_open else []
        return [*told, _("Message {place}: if it comes twice, it is the same one.").format(place=place[:ID_SHOWN])]

    def link_of(self, event: Event, language: str) -> str:
        """A link that opens what the event is about; empty where the dashboard's address is not known."""
        rule, told = event.rule, event.told
        address = self.settings.address
        if event.what is What.FIRED and rule.metric:
            last = date.fromisoformat(told["to"])
            days = Period(date.fromisoformat(told["from"]), last + timedelta(days=1))
            page = CONTROL_PAGE if rule.kind is Kind.SPECIAL_CAUSE else METRIC_PAGE
            return link(address, page, language, days, rule.filters, {"metric": rule.about})
        page = PAGES.get(rule.kind, ALERTS_PAGE) if event.what is What.FIRED else ALERTS_PAGE
        view = {FORECAST_OF: rule.about} if page == PAGES[Kind.FORECAST] else {}
        return link(address, page, language, None, rule.filters if page != ALERTS_PAGE else (), view)

    def trial(self, channel: Channel, name: str, place: str) -> Letter:
        """A message that only shows that the channel works."""
        with speaking(channel.language):
            lines = (
                _("This is a test of the channel “{name}”. Nothing has happened.").format(name=name),
                _("Message {place}: if it comes twice, it is the same one.").format(place=place[:ID_SHOWN]),
            )
            where = link(self.settings.address, ALERTS_PAGE, channel.language, None, (), {})
            return Letter(place, _("Twinwing: test message"), lines, where, _("Open in Twinwing"), {"reason": "test"})


def facts(event: Event, place: str, reason: Reason) -> dict[str, object]:
    """The event for programs: codes and numbers, in the metric's unit."""
    numbers = {name: event.told.get(name) for name in ("value", "low", "high", "numerator", "count", "target")}
    return {
        "id": place, "reason": str(reason), "what": str(event.what), "event": event.id, "subject": event.subject,
        "opened_at": event.opened_at.isoformat(), "rule": told_rule(event.rule), **numbers,
        "driver": event.told.get("driver"),
    }  # fmt: skip


def told_rule(rule: AlertRule) -> dict[str, object]:
    """What of a rule is told outside."""
    told = written(rule)
    return {name: told[name] for name in ("key", "kind", "about", "filters", "side", "limit", "owner")}


def plain_label(names: dict[tuple[str, str], str]) -> Label:
    """Codes by their names where they have one."""
    return lambda dimension, code: text.named(names, dimension, code)
