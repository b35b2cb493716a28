import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from data_access.home import Home
from metrics.catalogue import CATALOGUE
from pages.ui.menu import ENTRIES, MENU, METRIC_URL, Entry
from reports import text
from reports.text import _, speaking
from tests.pages.conftest import in_use, with_contacts
from tests.pages.visiting import FILES, broken, has_figures, opened, said, visitor

CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = ("zh", "en")
SCOPED = [entry.url for entry in ENTRIES if entry.scope]
LONG_AGO = {"period": "custom", "from": "2020-01-06", "to": "2020-01-12"}  # the demo begins in November 2024
#: Of the demo's 20,000 contacts in two years no customer of this kind wrote about this in the last week.
NOBODY = {"channel": "email", "issue": "installation", "product": "pillow", "tier": "high_value"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):  # AppTest looks up what a widget offers in the thread of the test
        yield request.param


@pytest.fixture
def complaints_only(in_place: Home) -> Home:
    """Forty complaints on each of the 28 days before 2026-10-26, answered within ten minutes, and no contacts."""
    path = in_place.new_warehouse()
    start = "TIMESTAMP '2026-10-25 09:00' - INTERVAL 1 DAY * (n // 40)"
    columns = f"'k' || n AS complaint_id, {start} AS received_at, 'general' AS severity"
    answered = f"{start} + INTERVAL 10 MINUTE AS first_response_at, {start} + INTERVAL 1 HOUR AS resolved_at"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE complaints AS SELECT {columns}, {answered} FROM range(28 * 40) AS given (n)")
        connection.execute("CREATE TABLE warehouse_info (key VARCHAR, value VARCHAR)")
    in_place.adopt(path)
    return in_place


def test_a_warehouse_with_complaints_only_shows_their_deadlines(complaints_only: Home, language: str):
    app = opened("complaints", language)
    assert broken(app) == []
    assert not app.error
    shown = {each.label: each.value for each in app.metric}
    kept = {"en": "100.0 %", "zh": "100.0%"}[language]
    assert shown[_("First-response deadlines kept")] == kept


@pytest.fixture
def customers(in_place: Home) -> Home:
    """A contact of a new customer every three hours in the six weeks before 2026-10-26."""
    start = "TIMESTAMP '2026-10-26 00:00' - INTERVAL 3 HOUR * (n + 1)"
    names = "'c' || n AS contact_id, 'k' || n AS customer_id, 'refund' AS issue_type"
    return with_contacts(in_place, f"SELECT {names}, {start} AS started_at FROM range(6 * 7 * 8) AS given (n)")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url)
def test_a_pasted_link_opens_every_page_in_the_readers_language(on_demo: Home, entry: Entry, language: str):
    app = opened(entry.url, language)
    assert broken(app) == []
    assert not app.error
    assert not app.warning
    title = CATALOGUE["first_contact_resolution"].name if entry.url == METRIC_URL else entry.title
    assert [each.value for each in app.title] == [_(title)]
    assert bool(CHINESE_CHARACTER.search(app.title[0].value)) == (language == "zh")


#: That a page keeps the scope is the frame's doing: the first of each section, and of long ones each third, for all.
SOME = [entry for entries in MENU.values() for entry in entries[::3]]


@pytest.mark.parametrize("language", ["zh"], indirect=True)  # a link is the same in every language
def test_the_scope_goes_along_from_page_to_page(on_demo: Home, language: str):
    link = {"lang": language, "period": "last_month", "compare": "year_ago", "channel": "phone"}
    app = visitor(language, **link).run()
    for entry in SOME:
        app.switch_page(FILES[entry.url]).run()
        assert broken(app) == []
        assert app.title
        kept = {name: value for name, value in app.query_params.items() if name != "change"}
        assert kept == link, entry.url


#: Each page in one of the languages, by turns.
IN_TURNS = [(url, LANGUAGES[place % 2]) for place, url in enumerate(SCOPED)]


#: Rows of the warehouse are counted whatever the filters, and the page says so.
FILTERED = [each for each in IN_TURNS if each[0] != "data_quality"]


@pytest.mark.alike(3)
@pytest.mark.parametrize(("url", "language"), FILTERED, indirect=["language"])
def test_a_scope_without_a_case_says_so_and_offers_another(on_demo: Home, url: str, language: str):
    app = opened(url, language, **NOBODY)
    sentence = _("There is no case in this period and filter.")
    assert broken(app) == []
    assert sentence in said(app)
    assert not app.metric
    pressed(app, _("Show the last quarter"))
    assert broken(app) == []
    assert app.query_params == {"lang": language, "period": "last_quarter"}
    assert has_figures(app)
    assert sentence not in said(app)


@pytest.mark.alike(3)
@pytest.mark.parametrize(("url", "language"), IN_TURNS, indirect=["language"])
def test_a_period_without_data_says_where_the_data_are(on_demo: Home, url: str, language: str):
    app = opened(url, language, channel="phone", **LONG_AGO)
    assert broken(app) == []
    first, last = text.day(date(2024, 11, 1)), text.day(date(2026, 10, 31))
    sentence = _("There are no data in this period: they reach from {first} to {last}.")
    assert sentence.format(first=first, last=last) in said(app)
    assert not app.metric
    assert app.query_params["from"] == LONG_AGO["from"]


#: What is said and offered without data is the frame's: some pages stand for all.
@pytest.mark.parametrize(("url", "language"), IN_TURNS[::9], indirect=["language"])
def test_the_way_back_from_a_period_without_data_leads_to_figures(on_demo: Home, url: str, language: str):
    app = opened(url, language, channel="phone", **LONG_AGO)
    pressed(app, _("Show the last complete week"))
    assert broken(app) == []
    assert app.query_params == {"lang": language}
    assert has_figures(app)


def test_a_metric_that_is_filtered_by_what_it_lacks_says_so(on_demo: Home, language: str):
    app = opened("complaints", language, team="team_01")  # orders have no team
    assert broken(app) == []
    assert _("cannot be split or filtered by {dimension}").format(dimension=_("Team")) in said(app)


# Beside each page a column that the definition of its first figure names, and that these data lack.
NEEDED = {
    "this_week": {"en": "CSAT answer (contacts.csat)", "zh": "满意度评分（contacts.csat）"},
    "first_contact_resolution": {
        "en": "Customer (contacts.customer_id), Issue type (contacts.issue_type)",
        "zh": "客户编号（contacts.customer_id）、问题类型（contacts.issue_type）",
    },
    "complaints": {"en": "Complaints (complaints)", "zh": "投诉（complaints）"},
    "qa_coverage": {"en": "Contact (qa_reviews.contact_id)", "zh": "联络编号（qa_reviews.contact_id）"},
    "definitions": {"en": "Talk, seconds (contacts.talk_seconds)", "zh": "通话时长（秒）（contacts.talk_seconds）"},
}


@pytest.mark.parametrize("url", NEEDED)
def test_a_page_says_which_columns_it_would_need(contacts_only: Home, url: str, language: str):
    app = opened(url, language)
    assert broken(app) == []
    assert not app.error
    assert _("not available: needs {columns}").format(columns=NEEDED[url][language]) in said(app)
    assert not app.metric  # nothing is shown as 0
    assert [each for each in app.button if each.label == _("Show the cases")] == []


def test_the_register_of_changes_opens_on_two_columns(contacts_only: Home, language: str):
    app = opened("sop_change", language)
    assert broken(app) == []
    assert not app.error
    assert _("Register a change") in [each.label for each in app.button]


@pytest.mark.alike(3)
@pytest.mark.parametrize("url", FILES)
def test_a_warehouse_that_is_gone_is_a_sentence(lost_warehouse: Home, url: str, monkeypatch: pytest.MonkeyPatch):
    in_use(lost_warehouse, monkeypatch)
    app = opened(url)
    assert broken(app) == []
    sentence = said(app)
    assert "is gone" in sentence
    assert "python -m jobs demo" in sentence


@pytest.mark.parametrize(
    ("written", "what", "fix"),
    [("{", "cannot be read", "Delete it"), ('{"kept": []}', "cannot be read", "Delete it")],
)
def test_a_broken_pointer_is_a_sentence(own_contacts: Home, written: str, what: str, fix: str):
    own_contacts.pointer.write_text(written)
    app = opened("this_week")
    assert broken(app) == []
    assert str(own_contacts.pointer) in said(app)
    assert what in said(app)
    assert fix in said(app)


def test_a_page_that_is_open_survives_the_loss_of_its_warehouse(own_contacts: Home):
    app = opened("definitions")
    (own_contacts.folder / "warehouses").rename(own_contacts.folder / "elsewhere")
    own_contacts.pointer.write_text('{"file": "other.duckdb"}')
    app.run()
    assert broken(app) == []
    assert "is gone" in said(app)


@pytest.fixture(params=["unreadable", "locked"])
def without_state(customers: Home, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr("data_access.state.BUSY_SECONDS", 0)
    if request.param == "unreadable":
        customers.state.mkdir()
        yield customers
        return
    with closing(sqlite3.connect(customers.state)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield customers


@pytest.mark.parametrize("url", ["first_contact_resolution", "sop_change"])
def test_a_state_store_that_does_not_answer_is_a_sentence(without_state: Home, url: str, language: str):
    app = opened(url, language)
    assert broken(app) == []
    assert str(without_state.state) in said(app)
    fix = "Check that it is there, can be reached and may be written, then reload the page or run the command again."
    assert _(fix) in said(app)


def test_figures_need_no_state_store(without_state: Home):
    app = opened("first_contact_resolution")
    assert app.metric[0].value == "100.0 %"  # nobody calls twice
    assert "those that ship are used" in said(app)


def pressed(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.button if each.label == label).click().run()
