"""Parts and their total, foretold each by itself, brought to add up."""

import numpy as np


def reconciled(expected: np.ndarray) -> np.ndarray:
    """Expected counts that add up: the first series is the total of the others.

    Each forecast is trusted in proportion to the variance of a count, which is its mean: what the parts say together
    and what the total says are both moved, by weighted least squares. With total t and parts that sum to s, the total
    becomes 2ts / (t + s), and each part is multiplied by 2t / (t + s): nothing becomes negative.

    Args:
        expected: … × series × steps, the total first, no negative ones.

    Source: Wickramasuriya, Athanasopoulos & Hyndman (2019), JASA 114: minimum trace with a diagonal of variances.
    """
    if expected.shape[-2] == 1:
        return expected
    total, parts = expected[..., :1, :], expected[..., 1:, :]
    together = parts.sum(axis=-2, keepdims=True)
    either = np.where(total + together > 0, total + together, 1.0)
    moved = parts * (2 * total / either)
    return np.concatenate([moved.sum(axis=-2, keepdims=True), moved], axis=-2)
