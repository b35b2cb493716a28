"""Sums of squares and products of a regression whose periods resemble their neighbours, by how much they do."""

import numpy as np
from scipy.linalg import get_lapack_funcs

FACTOR, SOLVE = get_lapack_funcs(("pttrf", "pttrs"))  # of a matrix with three diagonals


def grams(at: np.ndarray, columns: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """C'V⁻¹C of the columns C (periods × columns) for each cell's correlation V, and the log determinant of each V.

    V is a first-order autoregression, of which `noise` is a share that each period has for itself; gaps between the
    periods are minded. The inverse of an autoregression has three diagonals, so the work grows with the periods only.
    """
    rho, noise = grid[:, 0], grid[:, 1]
    steps = np.diff(at)
    told = np.sign(rho)[:, None] ** np.round(steps) * np.abs(rho)[:, None] ** steps  # cells × periods − 1
    news = 1 - told**2
    found = np.tile(columns.T @ columns, (len(grid), 1, 1))
    for first in np.unique(steps, return_index=True)[1]:  # periods as far apart are summed once for all cells
        earlier, later = columns[:-1][steps == steps[first]], columns[1:][steps == steps[first]]
        own, crossed = earlier.T @ earlier + later.T @ later, earlier.T @ later
        share = (told[:, first] / news[:, first])[:, None, None]
        found += share * (told[:, first, None, None] * own - crossed - crossed.T)
    logdet = np.log(news).sum(1)
    for cell in np.flatnonzero(noise):
        found[cell], more = _with_noise(columns, told[cell], news[cell], noise[cell])
        logdet[cell] += more
    return found, logdet


def _with_noise(columns: np.ndarray, told: np.ndarray, news: np.ndarray, noise: float) -> tuple[np.ndarray, float]:
    """With R the autoregression's correlation V = (1 − noise) R + noise I = R M, where M has three diagonals too."""
    own, beside = np.ones(len(columns)), -told / news
    own[1:] += told**2 / news
    own[:-1] += told**2 / news
    diagonal, factor, _ = FACTOR(1 - noise + noise * own, noise * beside)
    solved, _ = SOLVE(diagonal, factor, columns)
    white = own[:, None] * columns
    white[1:] += beside[:, None] * columns[:-1]
    white[:-1] += beside[:, None] * columns[1:]
    return solved.T @ white, float(np.log(diagonal).sum())
