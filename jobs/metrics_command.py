"""`python -m jobs metrics`: the numbers of the pages, for scripts and for checking."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from data_access.masking import check_filters
from data_access.names import names_seen
from data_access.numbers import VALUE_TYPES, Grain, read_metrics
from data_access.splits import SPLITS
from data_access.store import Store
from data_access.viewer import Viewer
from jobs.days import FIRST_YEAR, LAST_YEAR, day_of
from jobs.formats import Format
from metrics.catalogue import CATALOGUE, named
from metrics.errors import InvalidScope, UnknownName, near
from metrics.metric import AnyMetric, Source
from metrics.scope import Filters, Period
from reports.export import defused

#: What people call dimensions; the names of the columns themselves are understood as well.
SPOKEN = {"team": "team_id", "agent": "agent_id", "tier": "customer_tier", "department": "responsible_department"}
NAMED = ("team_id", "agent_id")  # dimensions whose codes have names in the warehouse
COLUMNS = tuple(sorted({name for dimensions in SPLITS.values() for name in dimensions}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """What was asked for. `names` are the keys of the output, one for each column of `by`."""

    period: Period
    metrics: tuple[AnyMetric, ...]
    by: tuple[str, ...]
    names: tuple[str, ...]
    filters: Filters
    grain: Grain | None
    is_named: bool = False  # teams and agents have their names beside their codes


def requested(
    start: str,
    end: str,
    by: Sequence[str],
    metrics: Sequence[str],
    filters: Sequence[str],
    grain: Grain | None,
    *,
    is_named: bool = False,
) -> Request:
    """The request in the words of the command line; names may be given one by one or with commas between.

    Raises:
        InvalidScope: a day or filter cannot be read, or the period has no day in it.
        UnknownName: there is no such metric or dimension.
    """
    asked = {column(name): name for name in reversed(_listed(by))}
    columns = tuple(reversed(asked))
    return Request(
        period=Period(day_of(start), day_of(end)),
        metrics=tuple(named(dict.fromkeys(_listed(metrics))) or CATALOGUE.values()),
        by=columns,
        names=tuple(asked[each] for each in columns),
        filters=_filters(filters),
        grain=grain,
        is_named=is_named,
    )


def column(name: str) -> str:
    """The column of a dimension's name.

    Raises:
        UnknownName: there is no such dimension.
    """
    found = SPOKEN.get(name, name)
    if found not in COLUMNS:
        raise UnknownName(
            "Nothing can be split or filtered by '{name}'.",
            "Did you mean: {near}? Days, weeks and months are asked for with --grain.",
            name=name,
            near=near(name, {*SPOKEN, *COLUMNS}),
        )
    return found


def _listed(given: Sequence[str]) -> list[str]:
    return [name.strip() for each in given for name in each.split(",") if name.strip()]


def _filters(given: Sequence[str]) -> Filters:
    kept: dict[str, list[str]] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not (equals and value):
            raise InvalidScope("The filter '{filter}' has no value.", "Write it like channel=phone.", filter=each)
        kept.setdefault(column(name.strip()), []).append(value)
    return tuple((name, tuple(sorted(set(values)))) for name, values in sorted(kept.items()))


def rows(store: Store, viewer: Viewer, request: Request) -> pl.DataFrame:
    """The numbers: `metric`, the groups under the names that were asked for, then as `read_metrics` gives them.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        UnknownName: a filter keeps a value that occurs nowhere among what the viewer sees.
    """
    check_filters(request.filters, viewer)
    _check_values(store, viewer, request.filters)
    read = read_metrics(store, viewer, request.metrics, request.period, request.filters, request.by, request.grain)
    time = [request.grain.value] if request.grain else []
    values = [name for name in VALUE_TYPES if name != "metric"]
    renamed = dict(zip(request.by, request.names, strict=True))
    printed = read.select("metric", *request.by, *time, *values).rename(renamed)
    return _named(printed, request, names_seen(store, viewer)) if request.is_named else printed


def _named(frame: pl.DataFrame, request: Request, names: Mapping[tuple[str, str], str]) -> pl.DataFrame:
    """The names of teams and agents in a column behind that of their codes; null where there is none to tell."""
    columns = list(frame.columns)
    for dimension, given in zip(request.by, request.names, strict=True):
        if dimension not in NAMED:
            continue
        name = f"{dimension.removesuffix('_id')}_name"
        known = {code: told for (of, code), told in names.items() if of == dimension}
        frame = frame.with_columns(
            pl.col(given).replace_strict(known, default=None, return_dtype=pl.String).alias(name)
        )
        columns.insert(columns.index(given) + 1, name)
    return frame.select(columns)


def _check_values(store: Store, viewer: Viewer, filters: Filters) -> None:
    everything = Period(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
    for name, values in filters:
        known: set[str] = set()
        for source, table in ((Source.CONTACTS, "contacts"), (Source.COMPLAINTS, "complaints")):
            place = SPLITS[source].get(name)
            if place and store.warehouse.has(table) and not store.warehouse.missing((place,)):
                facts = store.facts(viewer, [source], everything, (), (name,))
                known |= set(facts[name].drop_nulls().unique())
        for value in values:
            if known and value not in known:
                raise UnknownName(
                    "No contact or complaint has {name} '{value}'.",
                    "Did you mean: {near}?",
                    name=name,
                    value=value,
                    near=near(value, known),
                )


def written(frame: pl.DataFrame, kind: Format) -> str:
    """JSON, one row a line, with null for what there is not; or CSV that is safe to open in a spreadsheet."""
    if kind is Format.CSV:
        return defused(frame).write_csv()
    lines = ",\n".join(
        json.dumps(row, ensure_ascii=False, default=date.isoformat) for row in frame.iter_rows(named=True)
    )
    return f"[\n{lines}\n]\n"
