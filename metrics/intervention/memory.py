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
    fresh = (columns[1:] - told[:, :, None] * columns[:-1]) / np.sqrt(news)[:, :, None]
    found = fresh.transpose(0, 2, 1) @ fresh + np.outer(columns[0], columns[0])
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
