"""Checking a connection and a mapping: what was found, how it is typed, what is wrong, and what metrics still need."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TypeVar

import polars as pl
from sqlalchemy import Engine, func, literal, literal_column, select

from data_access.connecting.faults import FAILURES, told
from data_access.connecting.guard import in_zone
from data_access.connecting.logical import Logical, logical, logical_faults, pruned_by
from data_access.connecting.source_mapping import SourceMapping
from data_access.connecting.source_schema import SourceTable, distinct_words, type_name
from data_access.imports.code_words import known_codes
from data_access.marks import INSTANTS
from data_access.read import read
from data_access.viewer import Right, Viewer, require
from data_access.warehouse import Warehouse, reading_engine
from metrics.catalogue import CATALOGUE
from metrics.errors import ServiceQualityError
from metrics.rules import Rules

SECONDS = 20  # a check is for somebody who waits
MOST_COUNTED = 1_000_000
SAMPLES = 3
PREVIEW = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a check, how long it took, and why it failed; None where it went well."""

    name: str  # driver, connection, schema, mapping or rows, as reports/connect_words.py calls them
    seconds: float
    failure: ServiceQualityError | None = None


@dataclass(frozen=True, slots=True)
class CheckedColumn:
    """A canonical column: what fills it, that source's type, some values, and codes that mean nothing yet."""

    column: str
    source: str
    type: str
    samples: tuple[str, ...]
    untranslated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A logical table: its source, how many rows (at most MOST_COUNTED are counted) and from when to when."""

    table: str
    source: str
    rows: int | None
    first: str | None
    last: str | None
    is_pruned: bool  # can the engine skip days that are not asked?
    columns: tuple[CheckedColumn, ...]
    preview: pl.DataFrame = field(repr=False)


@dataclass(frozen=True, slots=True)
class MetricNeeds:
    """A metric, and what it needs that is not mapped; nothing: it is available."""

    metric: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found."""

    steps: tuple[Step, ...]
    tables: tuple[CheckedTable, ...] = ()
    faults: tuple[ServiceQualityError, ...] = ()
    metrics: tuple[MetricNeeds, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not self.faults and all(each.failure is None for each in self.steps)


def reach(url: str, seconds: int = SECONDS) -> tuple[Engine | None, list[Step]]:
    """An engine that only reads, and the steps that led to it; None where one failed."""
    steps: list[Step] = []
    engine = _step(steps, "driver", url, lambda: reading_engine(url, seconds))
    if engine is None:
        return None, steps
    answer = _step(steps, "connection", url, lambda: _ask(engine))
    return (engine if answer else None), steps


def check(
    engine: Engine, viewer: Viewer, mapping: SourceMapping, place: str, rules: Rules, steps: Sequence[Step] = ()
) -> Check:
    """What a mapping comes to on a database that answers; parts that are wrong are told and left out.

    Who is not cleared sees no value of the source.

    Raises:
        NotAllowed: the viewer's role does not put data in use.
    """
    require(viewer, Right.DATA)
    done, url = list(steps), engine.url.render_as_string(hide_password=False)
    in_zone(engine, mapping.time_zone)
    found = _step(done, "schema", url, lambda: logical_faults(engine, mapping, place))
    if found is None:
        return Check(tuple(done))
    sound, faults = found
    if sound is None:
        return Check(tuple(done), faults=tuple(faults), metrics=needs({}, engine, rules))
    made = _step(done, "mapping", url, lambda: logical(engine, sound, place))
    if made is None:
        return Check(tuple(done), faults=tuple(faults))
    tables = []
    for name in made.ctes:
        table = _step(done, "rows", url, partial(_table, engine, viewer, made, name))
        tables += [table] if table else []
    return Check(tuple(done), tuple(tables), tuple(faults), needs(made.columns, engine, rules))


def needs(columns: dict[str, frozenset[str]], engine: Engine, rules: Rules) -> tuple[MetricNeeds, ...]:
    """Every metric of the catalogue with what it lacks where the warehouse has these columns."""
    warehouse = Warehouse(engine, columns, "", "connected", "", "UTC", "UTC")
    return tuple(MetricNeeds(metric.id, warehouse.missing(metric.under(rules).needs)) for metric in CATALOGUE.values())


def _ask(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(select(literal_column("1"))).scalar() == 1


T = TypeVar("T")


def _step(steps: list[Step], name: str, url: str, work: Callable[[], T]) -> T | None:
    begun = time.perf_counter()
    try:
        result = work()
    except (ServiceQualityError, *FAILURES) as failure:
        steps.append(Step(name, time.perf_counter() - begun, told(failure, url)))
        return None
    steps.append(Step(name, time.perf_counter() - begun))
    return result


def _table(engine: Engine, viewer: Viewer, made: Logical, name: str) -> CheckedTable:
    source, cte = made.sources[name], made.ctes[name]
    preview = _as_text(read(engine, select(*cte.c).limit(PREVIEW if viewer.is_cleared else 0)))
    counted = read(
        engine,
        select(func.count().label("rows")).select_from(
            select(literal(1).label("one")).select_from(cte).limit(MOST_COUNTED + 1).subquery("counted")
        ),
    )
    instant = cte.c.get(INSTANTS.get(name, ""))
    first, last = None, None
    if instant is not None:
        ends = read(engine, select(func.min(instant).label("first"), func.max(instant).label("last")))
        first, last = ends.row(0)
    return CheckedTable(
        name,
        source.full,
        int(counted["rows"][0]),
        _shown(first),
        _shown(last),
        instant is not None and pruned_by(made, name, INSTANTS[name]),
        tuple(_columns(engine, viewer, made, name, preview)),
        preview,
    )


def _columns(
    engine: Engine, viewer: Viewer, made: Logical, name: str, preview: pl.DataFrame
) -> Iterator[CheckedColumn]:
    source, told_of = made.sources[name], made.mapping.tables[name].columns
    for column in preview.columns:
        told_by = told_of.get(column)
        words = column if told_by is None else told_by.column or told_by.expression or repr(told_by.value)
        kind = source.columns.get(words)
        samples = tuple(preview[column].drop_nulls().unique(maintain_order=True)[:SAMPLES])
        codes = tuple(told_by.codes) if told_by and viewer.is_cleared else ()
        codes += tuple(map(str, known_codes(name, column))) if codes else ()  # a code of the product needs no meaning
        untranslated = _untranslated(engine, source, words, codes) if codes else ()
        yield CheckedColumn(column, words, "" if kind is None else type_name(kind), samples, untranslated)


def _untranslated(engine: Engine, source: SourceTable, column: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a source's column, in its first rows, that the mapping gives no meaning."""
    if column not in source.columns:  # an expression: what it gives stands in the samples
        return ()
    return tuple(sorted({*distinct_words(engine, source, column)} - {*codes}))


def _as_text(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.all().cast(pl.String).str.strip_suffix(".000000"))


def _shown(instant: datetime | date | None) -> str | None:
    return None if instant is None else instant.isoformat(sep=" ") if isinstance(instant, datetime) else str(instant)
