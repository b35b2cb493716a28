"""Deadlines, the closed loop and the regulator's table to a visitor: a finding first, refusals where data lack."""

import pytest

from data_access.home import Home
from tests.pages.test_every_page import complaints_only
from tests.pages.visiting import broken, opened, said

__all__ = ["complaints_only"]


@pytest.mark.parametrize(
    ("url", "lead"),
    [
        ("deadlines", "complaints are open, "),
        ("closing", " were followed up."),
        ("regulator", "complaints were opened and "),
    ],
)
def test_the_finding_stands_above_everything_else(on_demo: Home, url: str, lead: str):
    app = opened(url, "en")
    assert broken(app) == []
    bold = [each for each in said(app).splitlines() if each.startswith("**")]
    assert lead in bold[0]


def test_deadlines_tell_what_falls_due_and_who_held_the_clock(on_demo: Home):
    app = opened("deadlines", "en")
    words = said(app)
    for part in ("What falls due", "Reminders to departments", "How long complaints wait", "Who held the clock"):
        assert part in words
    tables = [each.value for each in app.dataframe]
    assert list(tables[0].columns) == [
        "Step", "Overdue", "within 4 h", "within 8 h", "within 24 h", "Waits for the customer",
    ]  # fmt: skip
    assert list(tables[0]["Step"]) == [
        "First response", "Hand-over", "Department’s proposal", "Resolution", "Follow-up",
    ]  # fmt: skip
    assert "The clock of deadlines runs around the clock." in words


def test_the_period_alone_can_be_looked_back_on(on_demo: Home):
    days = {"period": "custom", "from": "2026-03-02", "to": "2026-03-08"}
    app = opened("deadlines", "en", **days, reach="period")
    assert broken(app) == []
    assert "2 – 8 Mar 2026" in said(app)


def test_complaints_without_steps_have_deadlines_all_the_same(complaints_only: Home):
    app = opened("deadlines", "en")
    assert broken(app) == []
    assert not app.error
    assert "not available: needs Steps of complaints (complaint_events)" in said(app)
    lacking = "Handed over at (complaints.handed_over_at), Department replied at (complaints.department_replied_at)"
    assert f"not available: needs {lacking}" in said(app)
    # Of steps that are not on record nothing falls due.
    assert list(app.dataframe[0].value["Step"]) == ["First response", "Resolution"]
    kept = next(each.value for each in app.dataframe if "General" in each.value.columns)
    # All forty a day were answered within ten minutes: Wilson's interval of all of n ends at 100 %.
    assert kept["General"].iloc[0].startswith("100.0 % (")


@pytest.mark.parametrize(
    ("url", "needs"),
    [
        ("deadlines", "complaints.severity"),
        ("closing", "complaints.follow_up_at"),
        ("regulator", "complaints.closed_at"),
    ],
)
def test_a_page_says_what_it_needs(contacts_only: Home, url: str, needs: str):
    app = opened(url)
    assert broken(app) == []
    assert not app.error
    assert "not available: needs" in said(app)
    assert needs in said(app)


def test_the_regulators_table_follows_the_span_in_the_link(on_demo: Home):
    halves, quarters = (opened("regulator", "en", span=span) for span in ("half_year", "quarter"))
    assert broken(halves) == broken(quarters) == []
    assert list(halves.dataframe[0].value.columns)[1:3] == ["2024 second half *", "2025 first half"]
    assert list(quarters.dataframe[0].value.columns)[1] == "2025 Q3"


def test_a_filter_that_customers_do_not_have_leaves_the_rates_out(on_demo: Home):
    app = opened("regulator", "en", channel="phone")
    assert broken(app) == []
    assert "No rate per 1,000" in said(app)
    assert "Opened per 1,000 customers:" not in said(app)


def test_the_cases_that_nobody_reopened_are_behind_a_button(on_demo: Home):
    app = opened("closing", "en")
    (button,) = [each for each in app.button if each.key == "left_alone"]
    count = int(button.label.rpartition(" ")[2].replace(",", ""))
    assert count > 0
    pressed = button.click().run()
    assert broken(pressed) == []
    listed = pressed.dataframe[-1].value
    assert len(listed) == count
    assert (listed["Score at the follow-up"] <= 2).all()


def test_a_loop_without_follow_ups_is_told_as_far_as_it_goes(complaints_only: Home):
    app = opened("closing", "en")
    assert broken(app) == []
    assert not app.error
    assert "were followed up." not in said(app)
    assert "not available: needs Steps of complaints (complaint_events)" in said(app)
    names = "Followed up at", "Follow-up score", "Reopened at"
    columns = "follow_up_at", "follow_up_score", "reopened_at"
    lacking = [f"{name} (complaints.{column})" for name, column in zip(names, columns, strict=True)]
    assert f"needs {', '.join(lacking)}" in said(app)
