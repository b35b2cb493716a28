"""What is coming up among complaints: kinds that grow, words that rise, codes that are new – and the cases of each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from sqlalchemy import Engine

from data_access import rows
from data_access.desk.causes import complaints_seen
from data_access.desk.texts import PART
from data_access.masking import check_filters
from data_access.rows import Rows
from data_access.source_days import days_of
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from data_access.wings.early_warning import ISSUE, at_both_levels
from metrics.desk.growth import LEVEL_WEEKS, WEEKS, growth
from metrics.desk.new_codes import CODES, new_codes
from metrics.desk.rising import Rising, TooFewTexts, rising, weekly_cases
from metrics.metric import Source
from metrics.scope import Filters, Period
from metrics.wings.scan import week_ends, weekly

WINDOWS = (4, 8, 12)  # weeks in which words may rise
USUAL_WINDOW = 8
SHOWN_WEEKS = 52
NEEDS = ("complaints.received_at", "complaints.complaint_type")
TEXT = "complaints.text"
MOST_TAGS = 8
KEPT = ("complaint_id", "customer_id", "team_id", "received_at", "day", *CODES)
REPEATED = timedelta(days=28)  # who writes again of the same within it uses the same words


@dataclass(frozen=True, slots=True, eq=False)
class Emerging:
    """As of a day: kinds of complaints (ISSUE and metrics.desk.growth.GROWN), words, and codes."""

    end: date
    growth: pl.DataFrame | None  # None: less than a year of complaints
    words: Rising | TooFewTexts | None  # None: the warehouse has no texts
    codes: pl.DataFrame | None  # None: too little past to tell what is new

    @property
    def is_empty(self) -> bool:
        """Is there no complaint in a year of these filters?"""
        return self.growth is not None and self.growth.is_empty()


@dataclass(frozen=True, slots=True)
class Tag:
    """An issue that is hot now: its kind (`type`, `words`, `code`), what names it, and how many complaints it has."""

    kind: str
    names: tuple[tuple[str, str], ...]  # (dimension, code), the widest first; of words ("", the term)
    count: int  # of the last weeks that its kind is told by


def read_emerging(store: Store, viewer: Viewer, end: date, weeks: int, filters: Filters) -> Emerging | None:
    """Everything that comes up as of a day; None where the warehouse has no complaints by type.

    Args:
        end: the day after the last.
        weeks: in which words may rise.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    known = days_of(store, (Source.COMPLAINTS,))
    if known is None or store.warehouse.missing(NEEDS) or end <= known.start:
        return None
    rules = store.site_rules
    key = ("emerging", viewer.sight, end, weeks, filters, rules.growth_alarm)
    return store.answers.once(key, lambda: _emerging(store, viewer, end, weeks, filters))


def _emerging(store: Store, viewer: Viewer, end: date, weeks: int, filters: Filters) -> Emerging:
    complaints, texts = _complaints(store, viewer, filters), _texts(store, viewer, filters)
    words = None if store.warehouse.missing((TEXT,)) else rising(texts, end, weeks)
    return Emerging(end, _growth(store, complaints, end), words, new_codes(complaints, end))


def hot_tags(store: Store, viewer: Viewer, end: date, filters: Filters) -> list[Tag]:
    """The issues that are hot as of a day, for whoever manages the floor: at most MOST_TAGS.

    Kinds that grow come first, then words, then new codes. A type whose subtype grows as well is named once.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    return all_tags(store, viewer, end, filters)[:MOST_TAGS]


def all_tags(store: Store, viewer: Viewer, end: date, filters: Filters) -> list[Tag]:
    """As `hot_tags`, however many there are.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    found = read_emerging(store, viewer, end, USUAL_WINDOW, filters)
    return [] if found is None else tags_of(found)


def tags_of(found: Emerging) -> list[Tag]:
    """Everything that comes up as tags."""
    tags: list[Tag] = []
    for row in (
        found.growth.filter(pl.col("verdict") == "alarm").iter_rows(named=True) if found.growth is not None else ()
    ):
        names = tuple((name, row[name]) for name in ISSUE if row[name] is not None)
        if not any(names[0] in each.names for each in tags):
            tags.append(Tag("type", names, row["count"]))
    if isinstance(found.words, Rising):
        tags += [Tag("words", (("", term),), now) for term, now in found.words.terms.select("term", "now").iter_rows()]
    if found.codes is not None:
        tags += [Tag("code", ((name, code),), count) for name, code, _first, count in found.codes.iter_rows()]
    return tags


def _complaints(store: Store, viewer: Viewer, filters: Filters) -> pl.DataFrame:
    """Valid complaints that the viewer may see, by the day they came: KEPT, and `count`, which is 1."""

    def made() -> pl.DataFrame:
        return cut(complaints_seen(store, viewer), viewer, EVERYTHING, filters).select(KEPT).with_columns(count=1)

    return store.answers.once(("complaints by day", viewer.sight, filters), made)


def _texts(store: Store, viewer: Viewer, filters: Filters) -> pl.DataFrame:
    def made() -> pl.DataFrame:
        return first_texts(store.cases(PART.partition("/")[2]), _complaints(store, viewer, filters))

    return store.answers.once(("first texts", viewer.sight, filters), made)


def first_texts(texts: pl.DataFrame, complaints: pl.DataFrame) -> pl.DataFrame:
    """The texts of these complaints: `complaint_id day words`; of a repeated complaint only the first.

    A customer who writes again of the same thing uses the same words, which would count for two.
    """
    known = complaints.sort("received_at", "complaint_id")
    before = pl.col("received_at").shift(1).over("customer_id", "issue_type", "subtype")
    again = pl.col("customer_id").is_not_null() & (pl.col("received_at") - before < REPEATED)
    first = known.filter(~again.fill_null(value=False)).select("complaint_id")
    return texts.select("complaint_id", "day", "words").join(first, on="complaint_id", how="semi")


def _growth(store: Store, complaints: pl.DataFrame, end: date) -> pl.DataFrame | None:
    known = days_of(store, (Source.COMPLAINTS,))
    if known is None or known.start > end - timedelta(days=7 * (LEVEL_WEEKS + WEEKS)):
        return None
    return kinds_that_grow(complaints, end, store.site_rules.growth_alarm)


def kinds_that_grow(complaints: pl.DataFrame, end: date, alarm: float) -> pl.DataFrame:
    """Kinds of complaints in the weeks before `end`, at the level of the type and of the subtype.

    Args:
        complaints: `day count`, ISSUE.
        alarm: growth in percent a month that matters.
    """
    ends = week_ends(end, LEVEL_WEEKS + WEEKS)
    both = at_both_levels(complaints.select("day", "count", *ISSUE))
    near = both.filter(pl.col("day").is_between(ends[0] - timedelta(days=7), end, closed="left"))
    cells = near.select(ISSUE).unique().sort(ISSUE)
    observed = weekly(near, ISSUE, cells, ends)
    total = observed[cells["subtype"].is_null().to_numpy()].sum(axis=0)
    return growth(cells, observed, total, alarm)


def weeks_of_kind(
    store: Store, viewer: Viewer, end: date, filters: Filters, kind: dict[str, str | None]
) -> pl.DataFrame:
    """Complaints of a kind in the last SHOWN_WEEKS weeks: `end count`."""
    key = ("weeks of kind", viewer.sight, end, filters, tuple(kind.items()))
    return store.answers.once(key, lambda: _weeks_of_kind(store, viewer, end, filters, kind))


def _weeks_of_kind(
    store: Store, viewer: Viewer, end: date, filters: Filters, kind: dict[str, str | None]
) -> pl.DataFrame:
    ends = week_ends(end, SHOWN_WEEKS)
    cells = pl.DataFrame([kind], schema=dict.fromkeys(ISSUE, pl.String))
    events = at_both_levels(_complaints(store, viewer, filters).select("day", "count", *ISSUE))
    return pl.DataFrame({"end": ends, "count": weekly(events, ISSUE, cells, ends)[0].astype(int)})


def weeks_of_term(store: Store, viewer: Viewer, end: date, filters: Filters, term: str) -> pl.DataFrame:
    """Texts with a term in the last SHOWN_WEEKS weeks: `end count texts`."""
    key = ("weeks of term", viewer.sight, end, filters, term)
    ends = week_ends(end, SHOWN_WEEKS)
    return store.answers.once(key, lambda: weekly_cases(_texts(store, viewer, filters), term, ends))


def open_term(
    store: Store,
    state: Engine,
    viewer: Viewer,
    found: Rising,
    term: str,
    period: Period,
    filters: Filters,
    now: datetime,
) -> Rows:
    """The complaints of the window with a term, masked for who is not cleared; the look stands in the audit log.

    Args:
        period: the window, or a part of it.

    Raises:
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    ids = found.cases.filter(pl.col("term") == term).select("complaint_id")
    return _opened(store, state, viewer, ids, "emerging_words", period, filters, now)


def open_code(
    store: Store,
    state: Engine,
    viewer: Viewer,
    dimension: str,
    code: str,
    period: Period,
    filters: Filters,
    now: datetime,
) -> Rows:
    """The complaints of a period with a new code; as `open_term`."""
    ids = _complaints(store, viewer, filters).filter(pl.col(dimension) == code).select("complaint_id")
    return _opened(store, state, viewer, ids, "new_codes", period, filters, now)


def _opened(
    store: Store,
    state: Engine,
    viewer: Viewer,
    ids: pl.DataFrame,
    what: str,
    period: Period,
    filters: Filters,
    now: datetime,
) -> Rows:
    seen = cut(_complaints(store, viewer, filters), viewer, period, ()).join(ids, on="complaint_id", how="semi")
    found = seen.select("complaint_id", "received_at")
    return rows.chosen(store, state, viewer, "complaints", found, what, period, filters, now)
