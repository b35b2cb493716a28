"""Every job killed at ten moments that its seeds choose: nothing lost, nothing half, and the next run right."""

from collections.abc import Callable
from functools import cache
from random import Random

import pytest

from data_access.home import Home
from tests.faults.killing import CASES, Usual, assert_survived, undisturbed
from tests.faults.world import World

MOMENTS = (
    ("refresh", 1), ("import", 1), ("import", 2), ("demo", 1), ("alerts", 1), ("alerts", 2), ("weekly", 1),
    ("actions", 1), ("backup", 1), ("restore", 1),
)  # fmt: skip


@pytest.fixture(scope="module")
def usual(anywhere: World, template: Home, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Usual]:
    """What comes of a job that nothing happens to."""

    @cache
    def ran(job: str) -> Usual:
        with pytest.MonkeyPatch.context() as patch:
            world = anywhere.moved(template, tmp_path_factory.mktemp(job))
            patch.setenv("TWINWING_HOME", str(world.home.folder))
            return undisturbed(CASES[job], world)

    return ran


@pytest.mark.parametrize(("job", "seed"), MOMENTS)
def test_a_job_that_is_killed_leaves_nothing_half_and_its_next_run_ends_right(
    job: str, seed: int, usual: Callable[[str], Usual], world: World
):
    assert_survived(CASES[job], world, Random(f"{job} {seed}"), usual(job))
