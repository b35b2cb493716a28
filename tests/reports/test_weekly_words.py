"""What the quality report and its mail say of changes, and where they link to."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from data_access.change_rows import Change, Kind
from data_access.subscriptions.deliveries import DeliveryMade, Reason, What
from data_access.subscriptions.subscriptions import Subscription
from metrics.intervention import VerdictCode
from metrics.rhythm import Rhythm
from metrics.scope import Period
from reports.text import speaking
from reports.weekly import changes, letters

PINE = "t_pine"
JULY = Period(date(2026, 7, 1), date(2026, 8, 1))


def test_all_changes_are_counted_and_those_that_cannot_be_estimated_too():
    change = Change(name="Script", kind=Kind.SCRIPT, start=JULY.start, metric="complaint_rate")
    codes = [VerdictCode.WORKED, *[VerdictCode.NOT_ESTIMABLE] * 5]
    told = [changes.Verdict(change, code, "") for code in codes]
    with speaking("en"):
        some, every = changes.message(told, 10), changes.message(told, 6)
    assert some.startswith("Of 10 changes of the last twelve months, the newest 6 – ")
    assert every.startswith("Of 6 changes of the last twelve months – ")
    assert all("Worked: 1" in each and "Cannot be estimated: 5" in each for each in (some, every))


@pytest.mark.parametrize(("teams", "part"), [((), []), ((PINE,), [PINE]), ((PINE, "t_other"), [f"{PINE},t_other"])])
def test_a_report_links_to_itself_on_its_page(teams: tuple[str, ...], part: list[str]):
    filters = (("team_id", teams),) if teams else ()
    asked = Subscription(person="li@example.com", rhythm=Rhythm.MONTH, filters=filters)
    now = datetime(2026, 8, 1, tzinfo=UTC)
    made = DeliveryMade("d", "s", asked.person, Rhythm.MONTH, JULY, What.NOTICE, Reason.EMPTY, now, now, 0, None, None,
                        None, None)  # fmt: skip
    where = parse_qs(
        urlsplit(letters.notice(made, asked, letters.Trouble(Reason.EMPTY), "https://q.example").link).query
    )
    # Authority: the names under which pages/ui/report/weekly_view.py keeps its controls in the URL.
    assert where["by.report"] == ["month"]
    assert where["as_of.report.month"] == ["2026-08-01"]
    assert where.get("part.team", []) == part
