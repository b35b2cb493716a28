"""How the tables of a warehouse changed from one refresh to the next: what is gone, new, or of another type."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Shape = Mapping[str, Mapping[str, str]]  # table → column → type


class Turn(StrEnum):
    """What became of a table or a column."""

    GONE = "gone"
    NEW = "new"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Drift:
    """One change of the tables; `column` is empty where it is about a whole table."""

    table: str
    column: str
    turn: Turn
    was: str = ""  # its type
    became: str = ""

    @property
    def place(self) -> str:
        """The table, or `table.column`."""
        return f"{self.table}.{self.column}" if self.column else self.table


def drifts(before: Shape, now: Shape) -> list[Drift]:
    """What changed from one shape to another, by table and column; a table that came or went is told once."""
    found = [Drift(table, "", Turn.GONE) for table in before.keys() - now.keys()]
    found += [Drift(table, "", Turn.NEW) for table in now.keys() - before.keys()]
    for table in before.keys() & now.keys():
        was, is_ = before[table], now[table]
        found += [Drift(table, column, Turn.GONE, was=was[column]) for column in was.keys() - is_.keys()]
        found += [Drift(table, column, Turn.NEW, became=is_[column]) for column in is_.keys() - was.keys()]
        found += [
            Drift(table, column, Turn.TYPE, was[column], is_[column])
            for column in was.keys() & is_.keys()
            if was[column] != is_[column]
        ]
    return sorted(found, key=lambda each: (each.table, each.column))


def standing(history: list[Drift]) -> list[Drift]:
    """The newest change of each place, without those that were turned back; in the order in which they were seen."""
    latest: dict[str, Drift] = {}
    first_type: dict[str, str] = {}
    for each in history:
        before = latest.pop(each.place, None)
        first_type.setdefault(each.place, each.was)
        is_back = before is not None and before.turn is not Turn.NEW and each.became == first_type[each.place]
        if not (is_back and each.turn is not Turn.GONE):
            latest[each.place] = each
        else:
            first_type.pop(each.place)
    return list(latest.values())
