"""What a check of the data is: one declaration of which rows cannot be right, and of what is computed from them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Better, Metric, Source, Unit
from metrics.rules import Rules


class Fault(StrEnum):
    """What is wrong with a row."""

    TWICE = "twice"  # its id is on record more than once
    ORPHAN = "orphan"  # it names a row of another table that is not there
    TIME = "time"  # its first instant, named second, lies after the one that has to follow
    RANGE = "range"  # a number outside what it can be
    CODE = "code"  # a code that the definitions do not know
    EMPTY = "empty"  # what it should name is left open
    LATE = "late"  # it came after a refresh at which its day was over


#: The rule that says from which share on, in percent, a fault counts as trouble.
LIMITS = {
    Fault.TWICE: "twice_limit",
    Fault.ORPHAN: "orphan_limit",
    Fault.TIME: "impossible_limit",
    Fault.RANGE: "impossible_limit",
    Fault.CODE: "unmapped_limit",
    Fault.EMPTY: "empty_limit",
    Fault.LATE: "late_limit",
}
#: The tables that each source of metrics is read from.
TABLES_OF: dict[Source, str] = {
    **dict.fromkeys((Source.CONTACTS, Source.CALLS, Source.TIMES, Source.ANSWERS, Source.SESSIONS), "contacts"),
    **dict.fromkeys((Source.COMPLAINTS, Source.BACKLOG, Source.LEAD_TIMES), "complaints"),
    **dict.fromkeys((Source.REVIEWS, Source.DOUBLE_REVIEWS, Source.OUTCOMES), "qa_reviews"),
    **dict.fromkeys((Source.AGENT_WEEKS, Source.SCORES, Source.PLAN), "qa_reviews"),
    Source.FINDINGS: "findings",
    Source.VOLUMES: "volumes",
    Source.HOURS: "agent_hours",
    Source.RECOVERIES: "recoveries",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Check:
    """One kind of rows that cannot be right. `name` is an English gettext key.

    Attributes:
        columns: of the table: what is looked at; of TIME the one that has to follow, then the one that comes first.
        refers: of ORPHAN the table that is named.
        codes: of CODE those that the definitions know.
        low, high: of RANGE what a number can be at least and at most.
        stands_in: a column that makes the one looked at needless: where the warehouse has it, the check is not made.
        spoils: `table` or `table.column` names: a metric made of one of them suffers.
        needs: `table.column` names without which it cannot be made, beside the columns.
    """

    id: str
    fault: Fault
    table: str
    name: str
    columns: tuple[str, ...] = ()
    refers: str = ""
    codes: Callable[[Rules], tuple[str, ...]] = lambda _rules: ()
    low: float | None = None
    high: float | None = None
    stands_in: str = ""
    spoils: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """`table.column` names without which it cannot be made."""
        own = [name if "." in name else f"{self.table}.{name}" for name in self.columns]
        return tuple(dict.fromkeys([*own, *([self.refers] if self.refers else []), *self.needs]))

    def limit(self, rules: Rules) -> float:
        """The share of rows, in percent, from which on it is trouble."""
        return float(getattr(rules, LIMITS[self.fault]))


#: What is evaluated of every check: rows that cannot be right, of the rows that could be looked at.
SHARE = Metric(
    id="data_quality",
    name="Share of rows that cannot be right",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(),
    needs=(),
    numerator=pl.col("faulty").sum(),
    denominator=pl.col("looked_at").sum(),
    counted="rows",
    basis="day of the row",
    definition="Rows that cannot be right, of those that the check could look at.",
    source="House rule.",
)


def suffering(spoils: tuple[str, ...], rules: Rules) -> list[AnyMetric]:
    """The metrics that are made of any of these tables or columns, in the order of the catalogue."""
    return [metric for metric in CATALOGUE.values() if _is_made_of(metric.under(rules), spoils)]


def _is_made_of(metric: AnyMetric, spoils: tuple[str, ...]) -> bool:
    named = {name for need in metric.needs for name in need.split(" or ")}
    tables = {name.split(".")[0] for name in named} | {TABLES_OF[each] for each in metric.reads if each in TABLES_OF}
    return any(each in named if "." in each else each in tables for each in spoils)
