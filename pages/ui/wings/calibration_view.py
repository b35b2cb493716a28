"""Reviewers beside each other on the screen: who drifts, who is mild, on what and with whom they agree."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from data_access.wings.calibration import NEEDS, Calibration, read_calibration, read_reviews_of
from metrics.catalogue import named
from metrics.scope import Period
from metrics.wings.drift import Drift, by_quarter
from metrics.wings.leniency import Leniency
from pages.ui import cases, controls, files, scope, show, tables
from pages.ui.notices import plain
from pages.ui.pieces import CHART, behind
from pages.ui.wings import looks
from reports import text
from reports.export import Section
from reports.text import N_, _
from reports.wings import calibration_words as words
from reports.wings import charts_forest

METRICS = named(["calibration_alpha", "calibration_kappa", "calibration_ac1", "calibration_agreement"])
STATISTICS = {"alpha": "α", "kappa": "κ", "ac1": "AC1"}  # as they are called in every language


def page() -> None:
    """Everything below the title."""
    if not looks.is_possible(NEEDS):
        return
    found = looks.asked(read_calibration)
    looks.lead(words.lead(found))
    more = [words.mildest(found.leniency)] if isinstance(found.leniency, Leniency) else []
    st.markdown(plain(text.paragraph([*more, words.least_agreed(found.items)])))
    show.tiles(METRICS, show.compared(METRICS), {})
    left, right = st.columns(2, gap="large")
    with left:
        _drifting()
    with right:
        _lenient()
        _agreed()
    _people(found)


@scope.fragment
def _drifting() -> None:
    """Who takes off more or fewer points over the months, and the quarters of one reviewer."""
    found = looks.asked(read_calibration)
    st.subheader(_("Drift without double scoring"))
    if not isinstance(found.drift, Drift):
        st.info(_("Too few reviews in these filters."), icon=":material/search_off:")
        return
    rows = words.drift_rows(found.drift)
    figure = charts_forest.forest(rows, at=0, title=_("Points taken off against the others, % a year"), suffix="%")
    picked = looks.clickable(figure, f"drift_{found.years.end}", _("Drift without double scoring"))
    behind(figure, "drift")
    st.caption(_("Below 0 a reviewer grows milder. {mix} Of all that are named, at most one in twenty is expected to "
                 "be chance. Click a point to see the reviews.").format(mix=_allowed(found)))  # fmt: skip
    if picked:
        _open(picked[:1], found.years)
    _one(found, found.drift)


def _one(found: Calibration, drift: Drift) -> None:
    tested = drift.reviewers.drop_nulls("p").rows_by_key(["reviewer_id", "level"], named=True, unique=True)
    names = words.reviewers(drift)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        chosen = st.selectbox(
            _("Reviewer"), list(tested), format_func=lambda each: names[each], key="drift_reviewer", width=260
        )
    with right:
        if st.button(_("Show the cases"), key="rows_calibration", icon=":material/table_rows:"):
            _open(chosen[:1], found.years)
    frame = by_quarter(drift, chosen)
    figure = charts_forest.quarters(frame, tested[chosen]["first"], tested[chosen]["last"])
    st.plotly_chart(
        figure,
        key=f"quarters_{hash((chosen, found.years.end, scope.current().filters))}",
        config=CHART,
        alt=_("Points taken off, in percent of what the others take off"),
    )
    st.caption(_("Points taken off by quarter, in percent of what the others of the level take off such contacts in "
                 "the same months; the dashed line is as the others."))  # fmt: skip
    behind(figure, "quarters")
    title = _("Points taken off by {reviewer}").format(reviewer=names[chosen])
    files.button(title, [Section(title, frame, period=found.years)], key="drift")


@scope.fragment
def _lenient() -> None:
    """Who is milder than like reviewers would be on the same contacts."""
    found = looks.asked(read_calibration)
    st.subheader(_("Leniency, contacts allowed for"))
    if not isinstance(found.leniency, Leniency):
        st.info(_("Too few reviews in these filters."), icon=":material/search_off:")
        return
    title = _("Points above what like reviewers would give")
    figure = charts_forest.forest(words.leniency_rows(found.leniency), at=0, title=title)
    if picked := looks.clickable(figure, f"lenient_{found.year.end}", _("Leniency, contacts allowed for")):
        _open(picked[:1], found.year)
    behind(figure, "lenient")
    said = _("Reviews of {period}. {mix} Figures lean on that of all, the more the fewer reviews there are.")
    st.caption(plain(said.format(period=text.period(found.year), mix=_allowed(found))))


def _allowed(found: Calibration) -> str:
    names = [_("Level"), _("Month"), *(_(MIX[name]) for name in found.mix)]
    return _("Allowed for are: {names}.").format(names=text.listed(names))


MIX = {"issue_type": N_("Issue type"), "channel": N_("Channel"), "team_id": N_("Team"), "form": N_("Form")}


@scope.fragment
def _agreed() -> None:
    """How far reviewers agree on each item."""
    found = looks.asked(read_calibration)
    st.subheader(_("Agreement on each item"))
    if found.items.drop_nulls("agreement").is_empty():
        st.info(words.least_agreed(found.items), icon=":material/search_off:")
        return
    spoken = {**STATISTICS, "agreement": _("Agreement, %")}
    statistic = controls.segments(_("Measure"), "as.calibration", list(spoken), "alpha", lambda each: spoken[each])
    rows = words.item_rows(found.items, statistic)
    at = None if statistic == "agreement" else words.UNRELIABLE
    figure = charts_forest.forest(rows, at=at, title=spoken[statistic], spoken=words.item_states(statistic))
    st.plotly_chart(figure, key=f"items_{statistic}", config=CHART, alt=_("Agreement on each item"))
    tables.plain(words.item_table(found.items))
    said = _(
        "Contacts that two people reviewed in {period}: each passed or failed the item. κ misleads where nearly all "
        "pass: look at AC1 as well."
    )
    st.caption(plain(said.format(period=text.period(found.years))))


def _people(found: Calibration) -> None:
    """One row a reviewer and one a pair, and the file of all tables."""
    st.subheader(_("Every reviewer"))
    tables.plain(words.reviewer_table(found), height=420)
    st.caption(_("“Too few” stands where fewer than {count} reviews, contacts reviewed twice or decided disputes would "
                 "carry the figure.").format(count=scope.current().store.rules.min_denominator))  # fmt: skip
    st.subheader(_("Every pair of reviewers"))
    if found.pairs.is_empty():
        st.info(_("No contact was reviewed by two people in these filters."), icon=":material/search_off:")
    else:
        tables.plain(words.pair_table(found.pairs), height=300)
    files.button(_("Calibration between reviewers"), sections(found), key="calibration")


def sections(found: Calibration) -> list[Section]:
    """Every table of the page."""
    told = []
    if isinstance(found.leniency, Leniency):
        told.append(Section(_("Leniency, contacts allowed for"), found.leniency.reviewers, period=found.year))
    if isinstance(found.drift, Drift):
        told.append(Section(_("Drift without double scoring"), found.drift.reviewers, period=found.years))
    return [
        *told,
        Section(_("Agreement on each item"), found.items, period=found.years),
        Section(_("Every reviewer against the others"), found.against, period=found.years),
        Section(_("Every pair of reviewers"), found.pairs, period=found.years),
        Section(_("Disputes"), found.disputes, period=found.year),
    ]


def _open(reviewers: Sequence[str], period: Period) -> None:
    """The reviews of a reviewer, in a dialog."""
    filters = scope.current().filters
    title = _("Reviews by {reviewer}").format(reviewer=text.listed(reviewers))
    cases.rows_dialog(title, partial(read_reviews_of, reviewers=reviewers), period, filters, "cases_calibration")
