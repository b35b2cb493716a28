"""Tests on the full real data sets run where the sets are; where they are not, one line says so."""

import gc
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser
from xdist.scheduler import LoadScopeScheduling

from data_access.home import Home
from data_access.opening import open_store
from metrics.rules import Rules
from reports import charts_base
from tests.browser.screen import launched
from tests.demo_home import demo_home
from tests.nasty import nasty_home
from tests.nasty_state import write_down
from tests.real_data import REAL_DATA

IN_MEMORY, ENOUGH = Path("/dev/shm"), 12 * 2**30  # bytes: a whole run takes 10 GiB, 4 of them for files


def pytest_configure() -> None:
    """What tests write lies in memory where there is plenty, unless TMPDIR says where: they would wait for the disk.

    And Plotly refuses what a chart cannot have, which it would leave to the browser to pass over.
    """
    charts_base.IS_CHECKED = True
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK):
        return
    if min(shutil.disk_usage(IN_MEMORY).free, psutil.virtual_memory().available) > ENOUGH:
        os.environ["TMPDIR"], tempfile.tempdir = str(IN_MEMORY), None


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test writes without naming a home, like the secret that seals the audit log, stays out of the project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINWING_HOME", str(tmp_path_factory.mktemp("home")))
        for name in ("WAREHOUSE", "LIVE", "STATE", "SIGN_IN", "SECRET", "AS"):
            patch.delenv(f"TWINWING_{name}", raising=False)
        yield


@pytest.fixture(scope="session")
def ready_demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A demo and its roll-ups, made once for all workers: to be read, or to be copied by whoever writes beside it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    home = Home(root / "ready_demo")
    with FileLock(root / "ready_demo.lock"):
        if home.current_warehouse() is None:
            open_store(demo_home(home.folder), Rules()).warehouse.engine.dispose()
    return home


@pytest.fixture(scope="session")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A demo in which every text tries to be something else, and people wrote the like: to be read only."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    home = Home(root / "nasty")
    with FileLock(root / "nasty.lock"):
        if home.current_warehouse() is None:
            store = open_store(nasty_home(home.folder), Rules())
            write_down(home, store)
            store.warehouse.engine.dispose()
    return home


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each worker: Playwright runs once in a thread."""
    with launched() as running:
        yield running


settings.register_profile("untimed", deadline=None)  # how long an example takes is no claim of a test
settings.register_profile("many", deadline=None, max_examples=2_000)  # --hypothesis-profile=many, in make test-scale
settings.load_profile("untimed")
LEFT_OUT, ALIKE = pytest.StashKey[int](), pytest.StashKey[int]()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and tests stay to the end: the garbage collector need not look through them again and again."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    return collected


LONG = ("rights", "browser", "jobs", "pages", "test_documentation.py")  # folders and files, the longest first


#: Folders in which modules look at one server, or start jobs from one process: where one worker has them all it is
#: started once, and its pages computed once. Those that start another server, or that would make this worker the last
#: to end, stay by themselves.
TOGETHER = ("tests/rights/", "tests/browser/", "tests/faults/")
ALONE = ("test_new_warehouse.py",)


class Together(LoadScopeScheduling):
    """A module to a worker, and some folders as if they were one module."""

    def _split_scope(self, nodeid: str) -> str:
        module = super()._split_scope(nodeid)
        return module if module.endswith(ALONE) else next((each for each in TOGETHER if each in module), module)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return Together(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # The long modules first: at the end one worker would wait for the other.
    items.sort(key=lambda item: next((place for place, each in enumerate(LONG) if each in item.path.parts), len(LONG)))
    without = [] if REAL_DATA.is_dir() else [item for item in items if item.get_closest_marker("real_data")]
    alike = [] if os.environ.get("TWINWING_TESTS") == "every" else list(_alike(items))
    config.stash[LEFT_OUT], config.stash[ALIKE] = len(without), len(alike)
    gone = {*without, *alike}
    config.hook.pytest_deselected(items=list(gone))
    items[:] = [item for item in items if item not in gone]


def _alike(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Of a test's cases that are marked as alike all but one in so many; of several parameters each value occurs."""
    met: defaultdict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for item in items:
        mark = item.get_closest_marker("alike")
        if mark is None:
            continue
        place = 0  # where its parameters stand among their values, added up: a step in any of them is another place
        for number, value in enumerate(item.callspec._idlist):  # ty: ignore[unresolved-attribute]
            values = met[item.nodeid.partition("[")[0], number]
            place += values.setdefault(value, len(values))
        if place % mark.args[0]:
            yield item


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)  # with several workers the counting is done in them
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)
        output["alike"] = session.config.stash.get(ALIKE, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    told = getattr(node, "workeroutput", {})
    for name, key in (("left_out", LEFT_OUT), ("alike", ALIKE)):
        node.config.stash[key] = max(told.get(name, 0), node.config.stash.get(key, 0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    count = config.stash.get(LEFT_OUT, 0)
    if count:
        terminalreporter.write_line(
            f"{count} tests on the full real data sets were left out: folder {REAL_DATA} not found; set TWINWING_DATA"
        )
    if alike := config.stash.get(ALIKE, 0):
        terminalreporter.write_line(
            f"{alike} cases like others were left out: TWINWING_TESTS=every runs them, as make test-scale does"
        )
