"""Totals that multiply: a log-linear model of sums over cells, and what one group's totals do over time against it."""

import numpy as np
from scipy import sparse

STEPS = 50
CLOSE = 1e-8
STEEPEST = 20.0  # of a logarithm: beyond it a total is as good as none


def fitted(x: sparse.csr_array, total: np.ndarray, exposure: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """Coefficients of log(total / exposure) by quasi-likelihood with variance in proportion to the mean.

    Columns may depend on each other: one of the solutions is given, which all fit the same.

    Source: McCullagh & Nelder (1989), Generalized Linear Models, 6.2 and 9.2: iteratively reweighted least squares.
    """
    known = exposure > 0
    x, total, exposure = x[known], total[known], exposure[known]
    beta = np.zeros(x.shape[1]) if start is None else start
    if start is None:
        beta = _solved((x.T @ x).toarray(), x.T @ np.log((total + 0.1) / exposure))
    before = np.inf
    for _ in range(STEPS):
        mean = exposure * np.exp(np.clip(x @ beta, -STEEPEST, STEEPEST))
        information = (x.T.multiply(mean).tocsr() @ x).toarray()
        beta = beta + _solved(information, x.T @ (total - mean))
        now = float((total * np.clip(x @ beta, -STEEPEST, STEEPEST)).sum() - mean.sum())
        if abs(now - before) <= CLOSE * (abs(now) + 1):
            break
        before = now
    return beta


def _solved(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """One solution where columns depend on each other: a trifle on the diagonal chooses a short one."""
    trifle = 1e-10 * max(float(np.trace(matrix)) / len(matrix), 1e-12)
    return np.linalg.solve(matrix + trifle * np.eye(len(matrix)), right)


def slope(total: np.ndarray, expected: np.ndarray, time: np.ndarray) -> tuple[float, float]:
    """How log(total / expected) goes with time, and its variance where a total's variance is its mean."""
    level, steep = np.log(max(total.sum(), 1e-9) / expected.sum()), 0.0
    for _ in range(STEPS):
        mean = expected * np.exp(np.clip(level + steep * time, -STEEPEST, STEEPEST))
        middle = (mean * time).sum() / mean.sum()
        inside = (mean * (time - middle) ** 2).sum()
        step = ((total - mean) * (time - middle)).sum() / inside
        steep += float(np.clip(step, -1.0, 1.0))
        level = np.log(max(total.sum(), 1e-9) / (expected * np.exp(steep * time)).sum())
        if abs(step) < CLOSE:
            break
    return float(steep), float(1 / inside)
