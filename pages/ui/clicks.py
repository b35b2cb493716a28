"""Clicks into charts and tables: what they narrow, zoom or open."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from metrics.scope import FILTERS
from pages.ui import scope


def click_bar(key: str, dimension: str) -> None:
    """For callbacks: a bar of what can be filtered narrows the scope; any other is picked, for its cases.

    The bars' points carry codes in `customdata`.
    """
    points = _selected(key, "points")
    found = [point["customdata"] for point in points if point.get("customdata")]
    _look_at(key, dimension, tuple(code if isinstance(code, str) else code[0] for code in found))


def click_row(key: str, chart: str, dimension: str, codes: Sequence[str | None]) -> None:
    """For callbacks: a row of the table behind a chart does what its bar does, for who has no mouse."""
    rows = _selected(key, "rows")
    _look_at(chart, dimension, tuple(code for row in rows if (code := codes[row])))


def _look_at(key: str, dimension: str, codes: tuple[str, ...]) -> None:
    if codes and dimension in FILTERS:
        scope.narrow(dimension, codes)
    elif codes:
        _pick(key, codes)


def pick_cell(key: str) -> None:
    """For callbacks: the cell of a table that was clicked, as its row's place and its column's header."""
    cells = _selected(key, "cells")
    if cells:
        _pick(key, cells[0])


def pick_point(key: str) -> None:
    """For callbacks: the point of a chart that was clicked, as its `customdata`."""
    points = _selected(key, "points")
    found = [point["customdata"] for point in points if point.get("customdata")]
    if found:
        _pick(key, tuple(found[0]))


def _pick(key: str, what: tuple) -> None:
    name = key.rpartition("#")[0]
    scope.note(f"picked {name}", what)
    scope.note(f"turn {name}", (scope.noted(f"turn {name}") or 0) + 1)


def turned(name: str) -> str:
    """The key of a chart or table in which things are picked: a new one after each, so that nothing stays selected."""
    return f"{name}#{scope.noted(f'turn {name}') or 0}"


def picked(key: str) -> Any:
    """What was picked since the last run; None where nothing was."""
    return scope.taken(f"picked {key.rpartition('#')[0]}")


def zoom_by_chart(key: str, days: int) -> None:
    """For callbacks: look at the week or month of the point that was clicked in a trend."""
    points = _selected(key, "points")
    if points:
        place = points[0].get("customdata") or points[0]["x"]
        start = date.fromisoformat(str(place[0] if isinstance(place, list) else place)[:10])
        last = start + timedelta(days=days - 1)
        if days > 7:
            last = (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        scope.look_at(start, last)


def _selected(key: str, kind: str) -> list:
    """What is selected in a chart or table: its points, rows or cells."""
    return scope.typed(key)["selection"][kind]
