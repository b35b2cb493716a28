"""What a message about an alert says and links to, and what a rule about a forecast says before it is switched on."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from data_access.watch.channels import Kind as Channel
from data_access.watch.channels import Settings, Webhook
from data_access.watch.events import Event, What
from data_access.watch.outbox import Reason
from metrics.alerts.finding import Finding
from metrics.alerts.rule import AlertRule, Kind, Side
from metrics.rules import Rules
from reports.text import speaking
from reports.watch import event_words
from reports.watch.letters import Sender, plain_label
from reports.watch.rule_details import ahead

RULE = AlertRule(key="r", kind=Kind.FORECAST, about="complaints", limit=8.0, filters=(("issue_type", ("refund",)),))


SENDER = Sender(plain_label({}), Rules(), Settings(address="https://quality.example.com"))


def event(rule: AlertRule, **told: object) -> Event:
    return Event(
        id="e", what=What.FIRED, rule=rule, subject="", end=date(2026, 11, 1), told=told, closed_at=None, taken_at=None,
        opened_at=datetime(2026, 11, 2, tzinfo=UTC), taken_by=None, words="", snoozed_until=None, snoozed_by=None,
        version=1,
    )  # fmt: skip


def test_the_message_about_a_forecast_opens_the_forecast_of_what_it_is_about():
    opens = urlsplit(SENDER.link_of(event(RULE), "zh"))
    assert opens.path == "/forecast"
    assert parse_qs(opens.query) == {"lang": ["zh"], "issue": ["refund"], "by.forecast": ["complaints"]}


@pytest.mark.parametrize(
    ("starts", "value", "wanted"),
    [
        (True, 10.0, "Complaints: 10 expected on 10 Nov 2026 (95 % sure of 9 to 17). It would alert now."),
        (False, 10.0, "The interval is not wholly beyond the limit: it would not alert now."),
        (False, None, "No day of the next four weeks is expected beyond the limit: it would not alert now."),
    ],
)
def test_a_rule_about_a_forecast_says_whether_it_would_alert_now(starts: bool, value: float | None, wanted: str):
    found = Finding("", date(2026, 11, 1), starts, value is None, value, 9.0, 17.0, told={"day": "2026-11-10"})
    with speaking("en"):
        assert ahead(found, RULE).endswith(wanted)


WEEK = {"from": "2026-10-19", "to": "2026-10-25", "target": 15.0}
SHARE = {"value": 74.57, "low": 72.18, "high": 76.83, "numerator": 1006.0, "count": 1349.0}
TOLD = {
    "sure": (
        AlertRule(key="r", kind=Kind.THRESHOLD, about="first_contact_resolution", side=Side.BELOW, limit=80.0),
        SHARE | WEEK | {"target": 70.0},
        ["First-contact resolution: 74.6 % (95 % sure of 72.2 % to 76.8 %), n = 1,349.", "Days: 19 – 25 Oct 2026",
         "Scope: everything", "Target ≥ 70.0 %"],
    ),
    "of staff time": (  # 18,597,600 s are 5,166 h
        AlertRule(key="r", kind=Kind.SPECIAL_CAUSE, about="occupancy", side=Side.BELOW),
        {"value": 78.2, "low": 73.4, "high": 83.3, "count": 18_597_600.0} | WEEK | {"target": None},
        ["Occupancy: 78.2 % in the last week, n = 5,166 h; by itself it moves between 73.4 % and 83.3 %.",
         "Days: 19 – 25 Oct 2026", "Scope: everything"],
    ),
    "cases have no target": (
        AlertRule(key="r", kind=Kind.CASES, about="heated_emotion_share", limit=1.0),
        {"value": 7.0, "count": 127.0} | WEEK,
        ["Heated-emotion share: 7 cases.", "Days: 19 – 25 Oct 2026", "Scope: everything"],
    ),
    "silent": (  # 657 h are 27 days and 9 hours
        AlertRule(key="r", kind=Kind.NO_DATA, about="contacts", limit=36.0),
        {"value": 656.98, "count": 1.0},
        ["Contacts: nothing new for 27 d 9 h.", "Scope: everything"],
    ),
    "ahead": (
        AlertRule(key="r", kind=Kind.FORECAST, about="contacts", limit=400.0),
        {"value": 475.0, "low": 421.0, "high": 532.0, "day": "2026-11-10"},
        ["Contacts: 475 expected on 10 Nov 2026 (95 % sure of 421 to 532).", "Data up to 31 Oct 2026",
         "Scope: everything"],
    ),
    "of a metric that is gone": (
        AlertRule(key="r", kind=Kind.THRESHOLD, about="happiness", limit=80.0),
        SHARE | WEEK,
        ["happiness: 74.57. This metric has left the catalogue since.", "Days: 19 – 25 Oct 2026", "Scope: everything"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_an_event_is_told_with_its_certainty_its_days_and_a_target_only_where_it_is_one_of_the_value(case: str):
    rule, told, wanted = TOLD[case]
    with speaking("en"):
        assert event_words.lines(event(rule, **told), plain_label({}), Rules()) == wanted


def test_the_message_of_a_metric_that_is_gone_names_its_id_and_opens_the_alerts():
    rule, told, _wanted = TOLD["of a metric that is gone"]
    letter = SENDER.letter(Webhook(kind=Channel.SLACK, url="https://x"), event(rule, **told), "12345678", Reason.OPENED)
    assert letter.title == "预警：happiness确定高于 80.00"
    assert urlsplit(letter.link).path == "/alerts"
