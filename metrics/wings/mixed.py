"""Means by group with what makes cases harder or easier taken out: the sums that a regression needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse


@dataclass(frozen=True, slots=True, eq=False)
class Absorbed:
    """What is left of the sums over groups when the fixed effects of the mix are taken out.

    `within` is Z'MZ and `moved` is Z'My for the groups' dummies Z and the residual maker M of the fixed effects;
    `squares` is y'My, `freedom` the reviews less the fixed effects that the data tell apart.
    """

    groups: list[str]
    within: np.ndarray
    moved: np.ndarray
    squares: float
    freedom: int


def absorbed(cells: pl.DataFrame, group: str, mix: Sequence[str]) -> Absorbed:
    """Take the effects of the mix out of the groups' sums.

    Args:
        cells: a row a cell: `group`, `*mix` (words; null is a kind of its own), `reviews rating_sum rating_squares`.
    """
    groups = cells[group].unique().sort().to_list()
    n, total = cells["reviews"].to_numpy().astype(float), cells["rating_sum"].to_numpy().astype(float)
    z = dummies(cells[group])
    x = fixed_effects(cells, mix)
    weighted = x.T.multiply(n).tocsr()
    xx, xz, xy = (weighted @ x).toarray(), (weighted @ z).toarray(), x.T @ total
    inverse = np.linalg.pinv(xx, hermitian=True, rcond=1e-10)
    known = inverse @ np.column_stack([xz, xy])
    counts = np.asarray(z.T @ n)
    within = np.diag(counts) - xz.T @ known[:, :-1]
    moved = np.asarray(z.T @ total) - xz.T @ known[:, -1]
    squares = float(cells["rating_squares"].sum()) - float(xy @ known[:, -1])
    rank = int(np.linalg.matrix_rank(xx, hermitian=True, tol=1e-8 * np.abs(xx).max()))
    return Absorbed(groups, (within + within.T) / 2, moved, squares, int(n.sum()) - rank)


def fixed_effects(cells: pl.DataFrame, mix: Sequence[str]) -> sparse.csr_array:
    """A constant and a column for every value of each part of the mix."""
    parts = [sparse.csr_array(np.ones((cells.height, 1))), *(dummies(cells[name]) for name in mix)]
    return sparse.csr_array(sparse.hstack(parts))


def dummies(values: pl.Series) -> sparse.csr_array:
    """A column of 0 and 1 for every value in order, null last."""
    codes = values.rank("dense").cast(pl.Int64) - 1
    known = 0 if codes.null_count() == len(codes) else int(codes.max()) + 1  # ty: ignore[invalid-argument-type]
    places = codes.fill_null(known).to_numpy()
    width = known + (1 if codes.null_count() else 0)
    ones = np.ones(len(places))
    return sparse.csr_array((ones, (np.arange(len(places)), places)), shape=(len(places), width))
