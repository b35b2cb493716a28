"""Every job killed at ten moments that its seeds choose: nothing lost, nothing half, and the next run right."""

from collections.abc import Callable
from random import Random

import pytest

from tests.faults.killing import CASES, Usual, assert_survived
from tests.faults.world import World

#: A demo takes long to make, and is put in use as an import is: tests/scale/test_faults.py kills it.
MOMENTS = (
    ("refresh", 1), ("import", 1), ("alerts", 1), ("alerts", 2), ("weekly", 1), ("actions", 1), ("backup", 1),
    ("backup", 2), ("restore", 1), ("restore", 2),
)  # fmt: skip


@pytest.mark.parametrize(("job", "seed"), MOMENTS)
def test_a_job_that_is_killed_leaves_nothing_half_and_its_next_run_ends_right(
    job: str, seed: int, usual: Callable[[str], Usual], world: World
):
    assert_survived(CASES[job], world, Random(f"{job} {seed}"), usual(job))
