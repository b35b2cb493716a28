"""An effect that goes back: is it fading, or was it none?"""

import numpy as np
import pytest

from metrics.intervention import CheckCode, CheckStatus, VerdictCode
from metrics.results import Answer
from reports import evaluated as words
from tests.metrics.interrupted import check, counted, evaluated


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("before", "after", "first", "last"), [(24, 24, 60, 200), (20, 16, 45, 260)])
def test_a_rise_beyond_where_it_was_is_no_change_that_worked(
    seed: int, before: int, after: int, first: int, last: int
) -> None:
    # Injected: 100 a month, then a line from well below it to twice as many and more; the mean after is above 100.
    random = np.random.default_rng(seed)
    line = np.linspace(first, last, after)
    assert line.mean() > 125
    found = evaluated(counted(random.poisson([100.0] * before + list(line))), before)
    assert found.naive.count.answer is Answer.MORE
    assert check(found, CheckCode.FADING).status is CheckStatus.WARNING
    assert found.verdict.code not in {VerdictCode.WORKED, VerdictCode.WORKED_FADING}
    assert found.verdict.code is VerdictCode.NO_CLEAR_CHANGE
    assert CheckCode.FADING in found.verdict.reasons
    assert not words.stands_up(found)
