"""A process from which jobs are forked, receivers, and an installation to be copied: made once."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from data_access.home import Home
from tests.faults.forking import Server
from tests.faults.killing import CASES, Usual, undisturbed
from tests.faults.world import World, make_template, receivers


@pytest.fixture(scope="session")
def jobs_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("printed"))
    yield server
    server.end()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Home:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("template")
        patch.setenv("TWINWING_HOME", str(folder))  # the log is sealed with the secret that goes with it
        return make_template(folder)


@pytest.fixture(scope="session")
def anywhere(jobs_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Receivers, for whichever installation."""
    folder = tmp_path_factory.mktemp("receivers")
    with receivers(folder) as (web, box, proof):
        yield World(folder, jobs_server, web, box, proof)


@pytest.fixture
def world(anywhere: World, template: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An installation of the test's own."""
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path / "home"))
    return anywhere.moved(template, tmp_path)


@pytest.fixture(scope="session")
def usual(anywhere: World, template: Home, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Usual]:
    """What comes of a job that nothing happens to."""

    @cache
    def ran(job: str) -> Usual:
        with pytest.MonkeyPatch.context() as patch:
            world = anywhere.moved(template, tmp_path_factory.mktemp(job))
            patch.setenv("TWINWING_HOME", str(world.home.folder))
            return undisturbed(CASES[job], world)

    return ran
