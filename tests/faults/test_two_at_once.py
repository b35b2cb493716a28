"""Two jobs that start at the same moment: each does its work or says who was first, and what there is then is right."""

from data_access.audit_check import verify_audit
from data_access.audit_rows import Act
from data_access.backups import archive
from data_access.opening import open_store
from data_access.state import open_state
from metrics.rules import Rules
from tests.data_access.rebuilding import assert_as_built_anew
from tests.faults.forking import Ended
from tests.faults.killing import CASES, acts, sent_once
from tests.faults.world import World, rows_in_use

BUSY = "Another import or build is running."


def both(world: World, first: str, second: str) -> tuple[Ended, Ended]:
    for name in {first, second}:
        CASES[name].prepare(world)
    world.forget()
    running = [world.server.start(CASES[name].arguments(world), world.environment) for name in (first, second)]
    one, other = (each.wait() for each in running)
    state = open_state()
    assert verify_audit(state).fault is None
    state.dispose()
    return one, other


def assert_rollups_agree(world: World) -> None:
    """With the warehouse that is in use now."""
    store = open_store(world.home, Rules())
    assert_as_built_anew(store.rollups, store.manifest, world.folder)
    store.warehouse.engine.dispose()


def test_data_that_are_replaced_while_they_are_counted(world: World):
    before = rows_in_use(world.home)
    loaded, refreshed = both(world, "import", "refresh")
    assert (loaded.status, refreshed.status) == (0, 0), loaded.printed + refreshed.printed
    assert rows_in_use(world.home) != before
    assert_rollups_agree(world)


def test_a_backup_while_data_are_replaced_is_whole_or_says_that_it_has_to_wait(world: World):
    kept, loaded = both(world, "backup", "import")
    assert 0 in {kept.status, loaded.status}
    assert all(each.status == 0 or (each.status == 2 and BUSY in each.printed) for each in (kept, loaded))
    found = list((world.folder / "backups").iterdir())
    assert len(found) == (kept.status == 0)
    for path in found:
        with archive.read(path) as (_file, contents):
            assert contents.has_secret
    assert (Act.BACKUP_MADE in acts(world), Act.DATA_REPLACED in acts(world)) == (not kept.status, not loaded.status)


def test_a_restore_while_roll_ups_are_refreshed(world: World):
    restored = CASES["restore"]
    refreshed, put_back = both(world, "refresh", "restore")
    if put_back.status:  # it begins anew when what is entered meanwhile is safe
        assert (put_back.status, "would be lost" in put_back.printed) == (2, True), put_back.printed
        assert world.run(restored.arguments(world)).status == 0
    assert refreshed.status == 0 or "restore" in refreshed.printed
    assert restored.outcome(world)
    assert world.run(["refresh"]).status == 0


def test_two_that_send_reports_at_once_send_each_once(world: World):
    one, other = both(world, "weekly", "weekly")
    assert (one.status, other.status) == (0, 0), one.printed + other.printed
    assert CASES["weekly"].outcome(world)
    assert sent_once(world)
