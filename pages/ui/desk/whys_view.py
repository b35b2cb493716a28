"""Five whys on the screen: trees with their cases or problems, the causes that they share, and a form for another."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.desk.why_trees import LONGEST, WhyTree, read_trees, record_tree, remove_tree, restore_tree
from data_access.names import agent_names
from data_access.viewer import Right
from metrics.desk.whys import MOST_WHYS, shared_causes
from pages.ui import files, identity, load, notices, scope, show, tables
from pages.ui.taking_off import Record, take_off
from reports import text
from reports.desk import causes_words as words
from reports.export import Section
from reports.text import _

MOST_SHOWN = 8


@scope.fragment
def section(found: pl.DataFrame) -> None:
    """Trees beside the form; whoever only looks sees the trees."""
    shown = scope.current()
    st.subheader(_("Five whys"))
    trees = read_trees(load.state(), shown.viewer, agent_names(shown.store))
    left, right = st.columns(2, gap="large")
    with left:
        if not trees:
            st.info(
                _("No tree is on record yet: ask why until a cause can be removed."), icon=":material/account_tree:"
            )
        for each in trees[:MOST_SHOWN]:
            tree(each)
    with right:
        if trees:
            _shared(trees, found)
        if shown.viewer.may(Right.CHANGES):
            with st.expander(_("Ask five whys"), icon=":material/account_tree:"):
                form(found["issue_type"].drop_nulls().value_counts(sort=True)["issue_type"].to_list())
            _take_off(trees)
        else:
            st.caption(_("Your role reads the five whys and does not add to them."))


def tree(found: WhyTree) -> None:
    """A tree from its problem down to the root cause."""
    with st.container(border=True):
        about = [text.code(found.issue_type)] if found.issue_type else []
        about += [_("Case {case}").format(case=found.complaint_id)] if found.complaint_id else []
        st.markdown(f"**{show.plain(found.problem)}**")
        for depth, each in enumerate(found.whys):
            st.markdown(f"{'&emsp;' * depth}↳ {show.plain(each)}")
        st.markdown(f":orange-badge[:material/flag: {show.plain(found.cause)}]")
        zone = scope.current().store.warehouse.site_zone
        made = [] if found.made_at is None else [text.day(text.at_site(found.made_at, zone).date())]
        st.caption(show.plain(" · ".join([*about, text.person(found.made_by), *made])))


def _shared(trees: list[WhyTree], found: pl.DataFrame) -> None:
    """Root causes by how many trees end in them."""
    counted = found.drop_nulls("issue_type").group_by("issue_type").len().rows()
    rows = shared_causes([(each.cause, each.issue_type) for each in trees], dict(counted))
    title = _("Root causes that trees share")
    st.markdown(f"**{title}**")
    tables.plain(words.shared_table(rows))
    flat = rows.with_columns(pl.col("kinds").list.join(", "))
    files.button(title, [Section(title, flat, words.headers())], key="shared_causes")


def form(types: Sequence[str], then: Callable[[WhyTree], None] = lambda _fresh: None) -> None:
    """A form that asks why; `then` is given the tree that was put on record."""
    shown = scope.current()
    spoken = {each: text.code(each) for each in types}
    with st.form(f"whys_{scope.noted('whys') or 0}", border=True):
        kind = st.selectbox(
            _("Complaint type"), types, index=None, format_func=lambda each: spoken[each], placeholder=_("Choose")
        )
        case = ""
        if shown.viewer.is_cleared:
            case = st.text_input(_("Or a single complaint by its number"), max_chars=80)
        problem = st.text_input(_("What went wrong?"), max_chars=LONGEST)
        whys = [
            st.text_input(_("Why? ({place})").format(place=place), max_chars=LONGEST, key=None)
            for place in range(1, MOST_WHYS + 1)
        ]
        cause = st.text_input(_("Root cause, in a few words"), max_chars=LONGEST)
        if st.form_submit_button(_("Put on record"), type="primary", icon=":material/account_tree:"):
            asked = WhyTree(
                problem=problem, whys=tuple(whys), cause=cause, issue_type=kind, complaint_id=case.strip() or None
            )
            _save(asked, then)


def _save(asked: WhyTree, then: Callable[[WhyTree], None]) -> None:
    with notices.explained():
        shown = scope.current()
        identity.require_same(shown.viewer, identity.claims())
        then(record_tree(load.state(), shown.store, shown.viewer, asked, datetime.now(UTC)))
        scope.note("whys", (scope.noted("whys") or 0) + 1)
        st.rerun()


def _take_off(trees: list[WhyTree]) -> None:
    record = Record(
        "whys taken off", remove_tree, restore_tree, lambda each: f"{each.problem} → {each.cause}",
        lambda each: each.problem,
    )  # fmt: skip
    take_off(record, trees, _("Take a tree off the record"), _("Take off"))
