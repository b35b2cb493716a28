"""Files to take along from a page: the tables on it, with what they mean."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from html import escape
from uuid import uuid4

import polars as pl
import streamlit as st

from data_access.numbers import Grain, read_complaint_counts, read_complaint_shares, read_metrics, refusal
from metrics.catalogue import named
from metrics.metric import AnyMetric, Source
from metrics.scope import Filters, Period, Scope
from pages.ui import identity, load, scope, scripts
from pages.ui.shown import Shown
from pages.ui.take_along import freezing
from reports import text
from reports.document.book import workbook_of
from reports.document.pack import KINDS
from reports.document.parts import Chapter, Document, Table
from reports.export import Section, copied, facts, file_name, take_along, written_down
from reports.printed import Block, print_out
from reports.text import _

Sections = Callable[[], Sequence[Section]]


def button(
    title: str,
    sections: Sequence[Section],
    metrics: Sequence[AnyMetric] = (),
    key: str = "page",
    looked_at: Scope | None = None,
) -> None:
    """A button that makes a CSV snapshot of these sections when it is pressed.

    Args:
        looked_at: period and filters of the whole file where they are not those of the page.
    """
    _download(_("Take along as CSV"), title, lambda: sections, metrics, key, looked_at)


def copyable(title: str, section: Section, key: str) -> None:
    """A button that puts a table on the clipboard, to be pasted into a spreadsheet, a mail or a chat."""
    shown = scope.current()
    if st.button(_("Copy the table"), icon=":material/content_copy:", key=f"copy_{key}", type="tertiary"):
        identity.require_same(shown.viewer, identity.claims())
        words = copied(load.state(), shown.viewer, title, section, shown.store, shown.scope, datetime.now(UTC))
        scripts.run("copied", beside=f'<span data-words="{escape(json.dumps(words))}" data-press="{uuid4()}"></span>')
        st.caption(_("Copied: paste it where you need it."))


def lazily(title: str, sections: Sections, key: str) -> None:
    """The same for sections that are only read when it is pressed."""
    _download(_("Take along as CSV"), title, sections, (), key)


def printable(
    title: str,
    lead: str,
    blocks: Callable[[], Sequence[Block]],
    period: Period | None,
    key: str,
    filters: Filters = (),
) -> None:
    """A button for a document to print, an HTML file that needs nothing else.

    Args:
        blocks: called when it is pressed, outside the session.
        filters: those of the page by which its figures are narrowed.
    """
    shown, state = scope.current(), load.state()

    def made() -> bytes:
        return print_out(state, shown.viewer, title, lead, blocks(), shown.store, period, filters, datetime.now(UTC))

    named = file_name(title, period or shown.scope.period, text.language.get(), "html")
    offer(_("Take along to print"), made, named, "text/html", f"print_{key}", ":material/print:")


def whole(title: str, sections: Sections) -> None:
    """A button for everything on a page, whose sections are only made when it is pressed, outside the session."""
    _whole_page(title, sections, ())


def _whole_page(title: str, sections: Sections, metrics: Sequence[AnyMetric]) -> None:
    document = partial(freezing.of_page, title, sections, metrics)
    with st.container(horizontal=True):
        _download(_("Take the whole page along as CSV"), title, sections, metrics, "whole_page")
        freezing.offer(document, scope.current().scope, {})
    freezing.compared(document)


def page(
    title: str,
    figures: pl.DataFrame,
    metrics: Sequence[AnyMetric],
    *,
    splits: Mapping[str, Sequence[str]],
    shares: Mapping[str, str] | None = None,
    more: Callable[[Shown], Sequence[Section]] = lambda _shown: (),
) -> None:
    """A button for everything on a page: key figures, each metric named in `splits` over time and by dimension, shares.

    Series stand at the grain that the page shows. Nothing but the key figures is computed before the button is pressed;
    `more` is then called outside the session and knows only what is given to it.
    """
    shown, view = scope.current(), scope.view()

    def made() -> list[Section]:
        found = [Section(_("Key figures"), figures)]
        for metric, dimensions in zip(named(splits), splits.values(), strict=True):
            found += _of_metric(shown, metric, dimensions, _grain(view, metric.id))
        return [*found, *_of_complaints(shown, shares or {}, _grain(view, "complaints")), *more(shown)]

    _whole_page(title, made, metrics)


def _grain(view: Mapping[str, str], name: str) -> Grain:
    asked = view.get(f"grain.{name}")  # as a link has it
    return next((each for each in Grain if each == asked), Grain.WEEK)


def _of_metric(shown: Shown, metric: AnyMetric, dimensions: Sequence[str], grain: Grain) -> list[Section]:
    store, filters = shown.store, shown.filters
    reached, final = shown.reached(grain), shown.final_period(metric)
    series = read_metrics(store, shown.viewer, [metric], reached, filters, grain=grain)
    found = [Section(_("{metric} over time").format(metric=_(metric.name)), series, period=reached)]
    for name in dimensions:
        if refusal(store, metric, [name, *(each for each, _values in filters)]) is None:
            title = _("{metric} by {dimension}").format(metric=_(metric.name), dimension=text.dimension(name))
            split = read_metrics(store, shown.viewer, [metric], final, filters, by=(name,))
            found.append(Section(title, split, period=final))
    return found


def _of_complaints(shown: Shown, shares: Mapping[str, str], grain: Grain) -> list[Section]:
    store, viewer, filters = shown.store, shown.viewer, shown.filters
    if not shares or not all(store.can_split(Source.COMPLAINTS, name) for name, _values in filters):
        return []
    reached = shown.reached(grain)
    counts = read_complaint_counts(store, viewer, reached, filters, grain)
    found = [Section(_("Complaints over time"), counts, period=reached)]
    for title, name in shares.items():
        if store.can_split(Source.COMPLAINTS, name):
            found.append(Section(title, read_complaint_shares(store, viewer, shown.scope.period, filters, name)))
    return found


def workbook(title: str, sections: Sections, meanings: Sequence[tuple[str, str]]) -> None:
    """A button for an XLSX file with a sheet for each section, and one that says what they are and what they mean."""
    shown, state = scope.current(), load.state()

    def made() -> bytes:
        chapter = Chapter(title, "", tuple(Table(each) for each in sections()))
        told = tuple(facts(title, shown.store, shown.scope))
        content = workbook_of(Document(title, (), told, (chapter,), tuple(meanings), shown.store.as_of))
        return written_down(state, shown.viewer, title, content, shown.scope, datetime.now(UTC))

    named = file_name(title, shown.scope.period, text.language.get(), "xlsx")
    offer(_("Take along as XLSX"), made, named, KINDS["xlsx"], "workbook", ":material/download:")


def _download(
    label: str,
    title: str,
    sections: Sections,
    metrics: Sequence[AnyMetric],
    key: str,
    looked_at: Scope | None = None,
) -> None:
    shown, state = scope.current(), load.state()
    asked = looked_at or shown.scope

    def made() -> bytes:
        return take_along(state, shown.viewer, title, sections(), shown.store, asked, metrics, datetime.now(UTC))

    named = file_name(title, asked.period, text.language.get())
    offer(label, made, named, "text/csv", f"csv_{key}", ":material/download:")


def offer(label: str, make: Callable[[], bytes], named: str, mime: str, key: str, icon: str) -> None:
    """A button for a file that is made when it is pressed, for whoever was signed in when the page was drawn."""
    shown, language, claims = scope.current(), text.language.get(), identity.claims()

    def made() -> bytes:
        # It is made in a thread of the server's, which knows neither the session nor its language.
        with text.speaking(language):
            identity.require_same(shown.viewer, claims)
            return make()

    st.download_button(label, made, file_name=named, mime=mime, icon=icon, key=key, on_click="ignore")
