"""Data quality on the screen: checks of the rows, how the tables arrive and change, and what is left out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from data_access.data_quality.arrival import Arrival, read_arrivals
from data_access.data_quality.drifting import read_drifts
from data_access.data_quality.facts import missing, read_left_out, read_shares
from metrics.data_quality.declared import CHECKS
from pages.ui import controls, files, scope, show, tables
from pages.ui.about import arrival_view, check_view
from pages.ui.notices import needed, plain
from pages.ui.shown import Shown
from reports import text
from reports.data_quality import drift_words, words
from reports.export import Section
from reports.text import N_, _

SHOWN = {"found": N_("With findings ({count})"), "all": N_("All ({count})")}


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    rows = words.ordered(read_shares(shown.store, shown.viewer, shown.scope.period))
    arrivals = read_arrivals(shown.store, shown.viewer, today(shown))
    if sentence := words.lead(rows, [each for each in arrivals if each.is_late]):
        st.markdown(f"**{plain(sentence)}**")
    _about(shown)
    _drifts(shown)
    _checks(rows)
    arrival_view.section(arrivals)
    _left_out(shown)
    _impossible(shown)
    files.whole(_("Data quality"), partial(sections, shown, rows, arrivals))


def today(shown: Shown) -> date:
    """The site's day."""
    return datetime.now(ZoneInfo(shown.store.warehouse.site_zone)).date()


def _about(shown: Shown) -> None:
    """What the figures stand on."""
    told = [_("Counted when the data were last read, of the rows of the period, all channels and issues together.")]
    if shown.filters:
        told.append(_("The filters chosen above are not heeded here."))
    if shown.viewer.teams is not None:
        told.append(_("Only rows of the teams that you may see; what has no team is left out."))
    told.append(_("Limits are set on the page “Rules”, alerts on the page “Alerts”."))
    st.caption(plain(text.paragraph(told)))


def _drifts(shown: Shown) -> None:
    """How the tables changed since refreshes are compared."""
    for each in read_drifts(shown.store):
        seen = text.moment(text.at_site(each.seen_at.replace(tzinfo=UTC), shown.store.warehouse.site_zone))
        words_ = text.paragraph([drift_words.sentence(each.drift), _("Seen on {moment}.").format(moment=seen)])
        st.warning(plain(words_), icon=":material/schema:")


@scope.fragment
def _checks(rows: Sequence[dict]) -> None:
    """The checks as a table, and one of them looked at."""
    with show.section(_("Checks of the rows")):
        if all(missing(scope.current().store, check) for check in CHECKS.values()):
            st.info(_("These data have none of the columns that are checked."), icon=":material/info:")
            return
        if not rows:
            show.empty()
            return
        found = [row for row in rows if row["faulty"]]
        counts = {"found": len(found), "all": len(rows)}
        which = controls.segments(
            _("Show"), "show", list(SHOWN), "found", lambda each: _(SHOWN[each]).format(count=counts[each])
        )
        told = found if which == "found" else rows
        if not told:
            st.success(_("Every row of the period looks right."), icon=":material/check_circle:")
            return
        tables.plain(words.table(told), height="content", figures=words.right_aligned(), named=_("Check"))
        section = Section(_("Checks of the rows"), words.numbers(told), words.headers(), filters=())
        files.button(section.title, [section], key="checks")
        check_view.one(told)


def _left_out(shown: Shown) -> None:
    """Contacts that no metric counts."""
    with show.section(_("Contacts that no metric counts")):
        if not shown.store.warehouse.has("contacts"):
            needed(["contacts"])
            return
        found = read_left_out(shown.store, shown.viewer, shown.scope.period)
        if found.is_empty():
            st.info(_("No contact of the period is left out."), icon=":material/info:")
            return
        tables.plain(words.left_out(found), height="content", figures=words.right_aligned()[:1])
        st.caption(
            _("Tests, spam, wrong numbers, campaigns and merged contacts are in no figure of any page. Here they are "
              "counted, so that no bad contact is hidden among them.")
        )  # fmt: skip


def _impossible(shown: Shown) -> None:
    """Checks that these data do not allow."""
    lacking = {check: missing(shown.store, check) for check in CHECKS.values()}
    told = words.needs({check: names for check, names in lacking.items() if names})
    if told:
        with st.expander(_("Checks that cannot be made ({count})").format(count=len(told)), icon=":material/block:"):
            st.markdown("\n".join(f"* {plain(each)}" for each in told))


def sections(shown: Shown, rows: Sequence[dict], arrivals: Sequence[Arrival]) -> list[Section]:
    """For the file of the whole page, which is made outside the session."""
    found = [
        Section(_("Checks of the rows"), words.numbers(rows), words.headers(), filters=()),
        Section(_("How the tables arrive"), words.arrivals(arrivals), filters=()),
    ]
    if shown.store.warehouse.has("contacts"):
        left_out = read_left_out(shown.store, shown.viewer, shown.scope.period)
        found.append(Section(_("Contacts that no metric counts"), left_out, words.headers(), filters=()))
    turned = [drift_words.sentence(each.drift) for each in read_drifts(shown.store)]
    return [*found, *([Section(_("How the tables changed"), pl.DataFrame({_("Change"): turned}))] if turned else [])]
