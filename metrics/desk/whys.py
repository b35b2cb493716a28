"""Which root causes do several problems share? Five whys, one tree a case or a problem."""

from collections.abc import Iterable

import polars as pl

MOST_WHYS = 5
SHARED = {"cause": pl.String(), "trees": pl.Int64(), "kinds": pl.List(pl.String()), "complaints": pl.Int64()}


def shared_causes(trees: Iterable[tuple[str, str | None]], counts: dict[str, int]) -> pl.DataFrame:
    """Root causes by how many trees end in them, those with the most complaints behind them first among equals.

    Args:
        trees: root cause and complaint type of each tree; causes are the same however they are spaced and capitalised.
        counts: complaints of the period by type. A type counts once for a cause, however many trees it has.
    """
    found: dict[str, tuple[str, list[str | None]]] = {}
    for cause, kind in trees:
        spoken = " ".join(cause.split())
        found.setdefault(spoken.casefold(), (spoken, []))[1].append(kind)
    rows = []
    for spoken, kinds in found.values():
        known = sorted({kind for kind in kinds if kind is not None})
        rows.append((spoken, len(kinds), known, sum(counts.get(kind, 0) for kind in known)))
    table = pl.DataFrame(rows, schema=SHARED, orient="row")
    return table.sort("trees", "complaints", "cause", descending=[True, True, False])
