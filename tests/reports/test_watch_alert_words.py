"""What a message about an alert links to, and what a rule about a forecast says before it is switched on."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from data_access.watch.channels import Settings
from data_access.watch.events import Event, What
from metrics.alerts.finding import Finding
from metrics.alerts.rule import AlertRule, Kind
from metrics.rules import Rules
from reports.text import speaking
from reports.watch.letters import Sender, plain_label
from reports.watch.rule_details import ahead

RULE = AlertRule(key="r", kind=Kind.FORECAST, about="complaints", limit=8.0, filters=(("issue_type", ("refund",)),))


def test_the_message_about_a_forecast_opens_the_forecast_of_what_it_is_about():
    event = Event(
        id="e", what=What.FIRED, rule=RULE, subject="", end=date(2026, 11, 1), told={}, closed_at=None, taken_at=None,
        opened_at=datetime(2026, 11, 2, tzinfo=UTC), taken_by=None, words="", snoozed_until=None, snoozed_by=None,
        version=1,
    )  # fmt: skip
    sender = Sender(plain_label({}), Rules(), Settings(address="https://quality.example.com"))
    opens = urlsplit(sender.link_of(event, "zh"))
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
