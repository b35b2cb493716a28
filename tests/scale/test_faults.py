"""Every job killed at thirteen moments more, and every pair of jobs at once."""

from collections.abc import Callable
from itertools import combinations_with_replacement
from random import Random

import pytest

from data_access.audit_check import verify_audit
from data_access.home import Home
from data_access.opening import open_store
from data_access.state import open_state
from metrics.rules import Rules
from tests.data_access.rebuilding import assert_as_built_anew
from tests.faults.conftest import anywhere, jobs_server, template, usual, world  # noqa: F401 - fixtures
from tests.faults.forking import Harm
from tests.faults.killing import CASES, Usual, assert_survived, sent_once
from tests.faults.world import World, rows_in_use

SEEDS = range(101, 114)  # of each of eight jobs: more than a hundred moments
#: One of two may find that the other was first, or that what it works with is being put back.
TOLD = (
    "Another import or build is running.", "did not come to its end", "exists already", "would be lost",
    "A restore of a backup is running.",
)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("job", list(CASES))
def test_a_job_that_is_killed_leaves_nothing_half_and_its_next_run_ends_right(
    job: str,
    seed: int,
    usual: Callable[[str], Usual],  # noqa: F811
    world: World,  # noqa: F811
):
    assert_survived(CASES[job], world, Random(f"{job} {seed}"), usual(job))


@pytest.mark.parametrize("pair", list(combinations_with_replacement(CASES, 2)), ids=" and ".join)
def test_two_jobs_at_once_end_right_or_say_who_was_first(
    pair: tuple[str, str],
    usual: Callable[[str], Usual],  # noqa: F811
    template: Home,  # noqa: F811
    world: World,  # noqa: F811
):
    for job in set(pair):
        CASES[job].prepare(world)
    world.forget()
    running = [world.server.start(CASES[job].arguments(world), world.environment) for job in pair]
    for ended in [each.wait() for each in running]:
        assert ended.status == 0 or (ended.status == 2 and any(each in ended.printed for each in TOLD)), ended.printed
    known = [rows_in_use(template), usual("import").rows, usual("demo").rows]
    assert rows_in_use(world.home) in known
    state = open_state()
    assert verify_audit(state).fault is None
    state.dispose()
    assert sent_once(world) or not (world.web.taken or world.box.taken)
    store = open_store(world.home, Rules())
    assert_as_built_anew(store.rollups, store.manifest, world.folder)
    store.warehouse.engine.dispose()
    world.claims_run_out()
    for job in pair:
        again = world.run(CASES[job].arguments(world))
        assert again.status == 0, again.printed


def test_a_demo_for_which_there_is_no_room_is_a_sentence(world: World):  # noqa: F811
    before = rows_in_use(world.home)
    ended = world.run(CASES["demo"].arguments(world), Harm(most_bytes=300_000))
    assert (ended.status, "The demo could not be written" in ended.printed) == (2, True), ended.printed
    assert rows_in_use(world.home) == before
