"""What needs attention on the screen: the most urgent first, with the files for the meeting."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from data_access.numbers import Grain
from data_access.watch.control import How, Watched, read_watched
from metrics.answering import FORMULAS
from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric
from metrics.spc import needs_attention, urgency
from pages.ui import controls, files, link, scope, show
from pages.ui.notices import plain
from pages.ui.watch import watching
from reports.export import Section
from reports.printed import Block
from reports.text import N_, _
from reports.watch import board, board_words, control_table
from reports.watch.icons import Drawing

ALTERNATIVES = frozenset(each.id for each in FORMULAS.values())  # of one metric, whose formula the site has chosen
SHOWN = {"attention": N_("Needs attention ({count})"), "all": N_("All ({count})")}


@scope.fragment
def page() -> None:
    """Everything below the title."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        grain = watching.grain()
        found = _watched(grain)
        valued = [each for each in found if each.controlled.last is not None]
        urgent = [each for each in valued if needs_attention(each.variation, each.assurance)]
        counts = {"attention": len(urgent), "all": len(valued)}
        which = controls.segments(
            _("Show"), "show", list(SHOWN), "attention", lambda each: _(SHOWN[each]).format(count=counts[each])
        )
    if not valued:
        show.empty()
        return
    st.markdown(f"**{plain(board_words.lead(urgent, len(valued)))}**")
    rows = sorted(urgent if which == "attention" else valued, key=_order)
    if rows:
        st.html(board.table(rows, Drawing.image, partial(_link, grain)))
    st.caption(plain(board_words.chance(watching.site_rules(), len(valued))))
    _refused([each for each in found if each.controlled.last is None])
    _files(rows, grain, len(valued))


def _watched(grain: Grain) -> list[Watched]:
    """Every metric of the catalogue, of the formulas of one the chosen one."""
    shown = scope.current()
    metrics = [metric for metric in CATALOGUE.values() if metric.id not in ALTERNATIVES]
    targets = {metric: shown.target(metric) for metric in metrics}
    how = How(grain, watching.site_rules())
    end = shown.scope.period.end
    with st.spinner(_("Drawing a control chart of every metric")):
        return read_watched(shown.store, shown.viewer, targets, end, shown.filters, how, watching.decisions())


def _order(found: Watched) -> tuple[int, str]:
    return urgency(found.variation, found.assurance), found.metric.id


def _link(grain: Grain, metric: AnyMetric) -> str:
    """The control chart of a metric in the same scope."""
    here = {name: value for name, value in scope.here().items() if not link.is_view(name)}
    view = {"metric": metric.id} | ({} if grain is Grain.WEEK else {"grain": str(grain)})
    return f"{watching.CONTROL_URL}?{urlencode(here | view, doseq=True)}"


def _refused(silent: Sequence[Watched]) -> None:
    """Metrics without a point, each with what it needs."""
    reasons = {each.metric.id: _reason(each) for each in silent}
    show.refusals([each.metric for each in silent], reasons)


def _reason(found: Watched) -> dict:
    """Of a metric without a final value: not available, or too few in every period."""
    rows = found.controlled.rows
    return rows.row(0, named=True) if rows.height else {"status": "no_data"}


def _files(rows: Sequence[Watched], grain: Grain, count: int) -> None:
    shown = scope.current()
    title, note = _("What needs attention"), board_words.chance(watching.site_rules(), count)
    with st.container(horizontal=True):
        numbers = partial(board.numbers, rows, grain)
        files.lazily(title, lambda: [Section(title, numbers(), control_table.headers())], key="watch")
        files.printable(title, "", partial(_printed, rows, note), shown.scope.period, "watch", shown.filters)


def _printed(rows: Sequence[Watched], note: str) -> list[Block]:
    """The table as it is printed, and room to write on."""
    table = Block(board_words.listed(rows), drawn=board.table(rows, Drawing.drawn), note=note)
    return [table, Block(_("Agreed in the meeting"), lines=6)]
