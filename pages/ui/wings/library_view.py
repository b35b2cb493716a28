"""The case library on the screen: packs by scenario, flagging a case, and taking one out."""

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.viewer import Right
from data_access.wings.examples import (
    LONGEST,
    Example,
    flag_example,
    offered,
    open_pack,
    remove_example,
    restore_example,
)
from pages.ui import files, identity, load, notices, scope, show, tables
from pages.ui.taking_off import Record, take_off
from reports import text
from reports.export import Section
from reports.text import _
from reports.wings import library_words

KINDS = ("contact", "complaint")


def library(examples: list[Example]) -> None:
    """Packs beside the form; whoever only looks sees the packs."""
    left, right = st.columns(2, gap="large")
    with left:
        _packs(examples)
    with right:
        if scope.current().viewer.may(Right.CHANGES):
            _flag()
            _take_out(examples)
        else:
            st.caption(_("Your role reads the case library and does not add to it."))


def _packs(examples: list[Example]) -> None:
    shown = scope.current()
    st.subheader(_("Case packs by scenario"))
    if not examples:
        st.info(
            _("No case is flagged yet. A good call to copy, and one to learn from, make a start for each scenario."),
            icon=":material/school:",
        )
        return
    packs = sorted({each.scenario for each in examples}, key=lambda each: (each is None, text.code(each)))
    rows = [
        {
            text.dimension("scenario"): text.code(pack),
            _("To copy"): sum(each.is_good for each in examples if each.scenario == pack),
            _("To learn from"): sum(not each.is_good for each in examples if each.scenario == pack),
        }
        for pack in packs
    ]
    tables.plain(pl.DataFrame(rows))
    spoken = {pack: text.code(pack) for pack in packs}
    chosen = st.selectbox(_("Case pack"), packs, format_func=lambda each: spoken[each], key="pack")
    if st.button(_("Open the case pack"), icon=":material/menu_book:"):
        _dialog(chosen, shown.label("scenario", chosen))


def _dialog(pack: str | None, name: str) -> None:
    title = _("Case pack: {scenario}").format(scenario=name)

    @st.dialog(show.plain(title), width="large")
    @scope.spoken
    def opened() -> None:
        shown = scope.current()
        frame = open_pack(shown.store, load.state(), shown.viewer, pack, datetime.now(UTC))
        for row in frame.iter_rows(named=True):
            icon = ":green[:material/thumb_up:]" if row["is_good"] else ":orange[:material/lightbulb:]"
            st.markdown(f"{icon} **{show.plain(row['words'])}**")
            if (said := library_words.customer(row)) is not None:
                st.markdown("> " + show.plain(said.replace("\n", " ")))
            st.caption(show.plain(library_words.caption(row)))
        names = {
            "kind": _("Kind of case"),
            "case_id": _("Case"),
            "is_good": _("To copy"),
            "words": _("What it teaches"),
        }
        names |= {"made_by": _("Set by"), "made_at": _("Set on")}
        with st.container(horizontal=True):
            files.printable(title, "", lambda: library_words.blocks(frame), None, "pack")
            asked = replace(scope.current().as_it_stands, filters=())
            files.button(title, [Section(title, frame, names)], key="pack", looked_at=asked)

    opened()


@scope.fragment
def _flag() -> None:
    """One of the period's best and worst reviews, or a case by its number."""
    shown = scope.current()
    st.subheader(_("Flag a case"))
    look = f"offered {shown.scope.period} {shown.filters}"
    told = scope.noted(look) is not None
    period, now = shown.scope.period, datetime.now(UTC)
    cases = offered(shown.store, load.state(), shown.viewer, period, shown.filters, now, told=told)
    scope.note(look, value=True)  # not before it was written down
    labels = {row["contact_id"]: _label(row) for row in cases.iter_rows(named=True)}
    verdicts, kinds = (
        {each: _(name) for each, name in library_words.VERDICTS.items()},
        {each: text.code(each) for each in KINDS},
    )
    with st.form(f"flag_{scope.noted('flagged') or 0}", border=True):  # a new one, empty, after each that was flagged
        is_good = st.segmented_control(
            _("What is it?"), [True, False], default=True, required=True, format_func=lambda each: verdicts[each]
        )
        offer = _("Best and worst reviews of {period}").format(period=text.period(period))
        picked = st.selectbox(
            offer, list(labels), index=None, format_func=lambda each: labels[each],
            placeholder=_("Choose"),
        )  # fmt: skip
        typed, kind = "", KINDS[0]
        if shown.viewer.is_cleared:
            columns = st.columns([1, 2])
            kind = columns[0].selectbox(_("Or a case by its number"), KINDS, format_func=lambda each: kinds[each])
            typed = columns[1].text_input(_("Number"), max_chars=80)
        words = st.text_input(_("What does it teach?"), max_chars=LONGEST)
        if st.form_submit_button(_("Flag"), type="primary", icon=":material/flag:"):
            case = typed.strip() or picked or ""
            _save(Example(kind=kind if typed.strip() else "contact", case_id=case, is_good=bool(is_good), words=words))


def _label(row: dict) -> str:
    share = text.number(row["share"])
    return f"{share} · {text.code(row['issue_type'])} · {text.short_day(row['day'])} · {text.code(row['shown'])}"


def _save(example: Example) -> None:
    with notices.explained():
        shown = scope.current()
        identity.require_same(shown.viewer, identity.claims())
        flag_example(load.state(), shown.store, shown.viewer, example, datetime.now(UTC))
        scope.note("flagged", (scope.noted("flagged") or 0) + 1)
        st.rerun()


def _take_out(examples: list[Example]) -> None:
    record = Record(
        "example taken out", remove_example, restore_example,
        lambda each: f"{text.code(each.scenario)} · {each.words}", lambda each: each.words,
    )  # fmt: skip
    take_off(record, examples, _("Take an example out"), _("Take out"))
