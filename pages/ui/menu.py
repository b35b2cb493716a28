"""The menu: every page there is, in the order of a manager's Monday."""

from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data_access.viewer import Right, Viewer
from reports.text import N_, _

PAGES = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Entry:
    """A page's file below pages/, its title, its icon and its place in the URL."""

    file: str
    title: str
    icon: str
    url: str
    scope: bool = True  # does the scope bar matter on it?
    demo: bool = False  # is it about the demo only?
    right: Right | None = None  # who may open it; None: everyone who has a role
    alone: bool = False  # does it do without a warehouse that opens?


METRIC_URL, METRIC_PAGE = "metric", "pages/indicators/metric.py"
DEADLINES_PAGE, EMERGING_PAGE = "pages/complaints/deadlines.py", "pages/complaints/emerging.py"
FORECAST_URL, FORECAST_PAGE = "forecast", "pages/watch/forecast.py"
CAUSES_PAGE = "pages/complaints/causes.py"
SWOT_URL, SWOT_PAGE = "swot", "pages/report/swot.py"
WEIGHTS_URL, WEIGHTS_PAGE = "swot_weights", "pages/administration/swot_weights.py"
ACTIONS_URL, ACTIONS_PAGE = "actions", "pages/report/actions.py"
CHANGE_PAGE = "pages/changes/sop_change.py"
OWN_DATA_URL, OWN_DATA_FILE = "own_data", "about/own_data.py"
DATA_QUALITY_PAGE = "pages/about/data_quality.py"
RETENTION_PAGE = "pages/wings/retention_after.py"
MENU: dict[str, tuple[Entry, ...]] = {
    N_("Overview"): (Entry("overview/this_week.py", N_("This week"), ":material/today:", "this_week"),),
    N_("Report"): (
        Entry("report/swot.py", N_("SWOT board"), ":material/grid_view:", SWOT_URL),
        Entry("report/actions.py", N_("Actions"), ":material/autorenew:", ACTIONS_URL, scope=False),
        Entry("report/quality_week.py", N_("Quality group’s week"), ":material/groups:", "quality_week", scope=False),
        Entry("report/weekly_report.py", N_("Weekly quality report"), ":material/summarize:", "weekly_report", False),
        Entry("report/snapshots.py", N_("Snapshots"), ":material/ac_unit:", "snapshots", scope=False),
        Entry("report/subscriptions.py", N_("Subscriptions"), ":material/forward_to_inbox:", "subscriptions", False),
    ),
    N_("Watch"): (
        Entry("watch/watch.py", N_("What needs attention"), ":material/visibility:", "watch"),
        Entry("watch/control.py", N_("Control chart"), ":material/show_chart:", "control"),
        Entry("watch/alerts.py", N_("Alerts"), ":material/notification_important:", "alerts", scope=False),
        Entry("watch/floor.py", N_("Live floor"), ":material/sensors:", "floor", scope=False),
        Entry("watch/forecast.py", N_("Forecast"), ":material/trending_up:", FORECAST_URL),
    ),
    N_("Two wings"): (
        Entry("wings/linkage.py", N_("How the data join"), ":material/link:", "linkage"),
        Entry("wings/blind_spots.py", N_("Blind spots"), ":material/visibility_off:", "blind_spots"),
        Entry("wings/sampling_plan.py", N_("Sampling plan"), ":material/checklist_rtl:", "sampling_plan"),
        Entry("wings/quotas.py", N_("Three-level quotas"), ":material/stacks:", "quotas"),
        Entry("wings/precursors.py", N_("What precedes complaints"), ":material/troubleshoot:", "precursors"),
        Entry("wings/qa_validity.py", N_("Is QA measuring anything?"), ":material/straighten:", "qa_validity"),
        Entry("wings/calibration.py", N_("Calibration between reviewers"), ":material/compare:", "calibration"),
        Entry("wings/early_warning.py", N_("Early warning"), ":material/notifications_active:", "early_warning"),
        Entry("wings/responsibility.py", N_("Responsibility"), ":material/balance:", "responsibility"),
        Entry(
            "wings/answer_consistency.py",
            N_("Answer consistency"),
            ":material/record_voice_over:",
            "answer_consistency",
        ),
        Entry("wings/findings.py", N_("Findings"), ":material/task:", "findings"),
        Entry("wings/learning.py", N_("Learning from cases"), ":material/school:", "learning", scope=False),
        Entry("wings/retention_after.py", N_("What bad service costs"), ":material/heart_broken:", "retention_after"),
    ),
    N_("Indicators"): (
        Entry(
            "indicators/service_experience.py",
            N_("Service experience"),
            ":material/sentiment_satisfied:",
            "service_experience",
        ),
        Entry(
            "indicators/operating_efficiency.py", N_("Operating efficiency"), ":material/speed:", "operating_efficiency"
        ),
        Entry("indicators/business_value.py", N_("Business value"), ":material/payments:", "business_value"),
        Entry("indicators/metric.py", N_("One metric"), ":material/query_stats:", METRIC_URL),
        Entry("indicators/targets.py", N_("Targets"), ":material/flag:", "targets", scope=False),
        Entry("indicators/calendar.py", N_("Calendar"), ":material/calendar_month:", "calendar", scope=False),
    ),
    N_("Service"): (
        Entry(
            "service/first_contact_resolution.py",
            N_("First-contact resolution"),
            ":material/task_alt:",
            "first_contact_resolution",
        ),
    ),
    N_("Complaints"): (
        Entry("complaints/complaints.py", N_("Complaints"), ":material/feedback:", "complaints"),
        Entry("complaints/deadlines.py", N_("Deadlines"), ":material/timer:", "deadlines"),
        Entry("complaints/escalation.py", N_("Lines of defence"), ":material/shield:", "escalation"),
        Entry("complaints/repeats.py", N_("Repeat complaints"), ":material/replay:", "repeats"),
        Entry("complaints/causes.py", N_("Causes"), ":material/account_tree:", "causes"),
        Entry("complaints/emerging.py", N_("Emerging issues"), ":material/trending_up:", "emerging"),
        Entry("complaints/customer.py", N_("One customer"), ":material/person_search:", "customer"),
        Entry("complaints/closing.py", N_("Closing the loop"), ":material/autorenew:", "closing"),
        Entry("complaints/regulator.py", N_("Regulator’s table"), ":material/account_balance:", "regulator"),
    ),
    N_("Quality"): (Entry("quality/qa_coverage.py", N_("QA coverage"), ":material/fact_check:", "qa_coverage"),),
    N_("Improvement"): (
        Entry("changes/sop_changes.py", N_("SOP changes"), ":material/checklist:", "sop_changes", scope=False),
        Entry(
            "changes/sop_change.py", N_("SOP change"), ":material/published_with_changes:", "sop_change", scope=False
        ),
    ),
    N_("About the data"): (
        Entry(OWN_DATA_FILE, N_("Own data"), ":material/upload_file:", OWN_DATA_URL, False, right=Right.DATA),
        Entry("about/data_quality.py", N_("Data quality"), ":material/rule:", "data_quality"),
        Entry("about/definitions.py", N_("Definitions"), ":material/menu_book:", "definitions", scope=False),
        Entry("about/hidden.py", N_("What is hidden in this data"), ":material/visibility:", "hidden", False, True),
    ),
    N_("Administration"): (
        Entry(
            "administration/connect.py",
            N_("Connect a warehouse"),
            ":material/cable:",
            "connect",
            False,
            right=Right.DATA,
            alone=True,
        ),
        Entry("administration/rules.py", N_("Rules"), ":material/tune:", "rules", False, right=Right.TARGETS),
        Entry(
            "administration/swot_weights.py",
            N_("Weights of the SWOT board"),
            ":material/balance:",
            WEIGHTS_URL,
            False,
            right=Right.TARGETS,
        ),
        Entry(
            "administration/people.py", N_("People and rights"), ":material/group:", "people", False, right=Right.PEOPLE
        ),
        Entry(
            "administration/audit_log.py", N_("Audit log"), ":material/history:", "audit_log", False, right=Right.AUDIT
        ),
    ),
}
ENTRIES = tuple(entry for entries in MENU.values() for entry in entries)


def pages(viewer: Viewer, *, is_demo: bool) -> dict[str, list[StreamlitPage]]:
    """The menu in the reader's language; the first page is the one that opens. Some pages are about the demo only.

    A page that the viewer may not open is known, so that a link to it gets an answer, but not in the menu.
    """
    return {
        _(section): [
            _page(entry, is_listed=is_allowed(viewer, entry.url)) for entry in entries if is_demo or not entry.demo
        ]
        for section, entries in MENU.items()
    }


def unlisted() -> list[StreamlitPage]:
    """Every page there is, and no menu: for someone who has not signed in."""
    return [_page(entry, is_listed=False) for entry in ENTRIES]


def _page(entry: Entry, *, is_listed: bool) -> StreamlitPage:
    """A page of this run's own, as Streamlit notes on it whether it may run."""
    return copy(_known(entry, _(entry.title), is_listed=is_listed))


@cache
def _known(entry: Entry, title: str, *, is_listed: bool) -> StreamlitPage:
    """Streamlit looks for a page's file whenever one is made, which at every click took longer than the scope bar."""
    return st.Page(
        PAGES / entry.file,
        title=title,
        icon=entry.icon,
        url_path=entry.url,
        default=entry is ENTRIES[0],
        visibility="visible" if is_listed else "hidden",
    )


def entry_at(url: str) -> Entry:
    """The entry of a page by its place in the URL."""
    return next(each for each in ENTRIES if each.url == url)


def is_allowed(viewer: Viewer, url: str) -> bool:
    """May the viewer open the page of this address? The first page's own address is empty."""
    return all(entry.right is None or viewer.may(entry.right) for entry in ENTRIES if entry.url == url)


def stands_alone(page: StreamlitPage) -> bool:
    """Has the page something to say when the warehouse does not open?"""
    return any(entry.alone for entry in ENTRIES if entry.url == page.url_path)


def has_scope(page: StreamlitPage) -> bool:
    return all(entry.scope for entry in ENTRIES if entry.url == page.url_path)
