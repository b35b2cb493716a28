"""A home of the product's own with a demo in use, for tests that look at it from outside."""

import shutil
from pathlib import Path

from data_access.demo import make_demo
from data_access.home import Home


def demo_home(folder: Path, contacts: int = 20_000) -> Home:
    """20,000 contacts are the fewest in which the planted patterns are found."""
    home = Home(folder)
    warehouse = home.new_warehouse()
    make_demo(warehouse, contacts=contacts)
    home.adopt(warehouse)
    return home


def copied(home: Home, folder: Path) -> Home:
    """A home of the test's own, with all that the other one holds; what is computed from its roll-ups is shared."""
    shutil.copytree(home.folder, folder, dirs_exist_ok=True)
    for rollups in (folder / "rollups").glob("*"):
        shared = (home.folder / "rollups" / rollups.name / "answers").resolve()
        shared.mkdir(exist_ok=True)
        shutil.rmtree(rollups / "answers", ignore_errors=True)
        (rollups / "answers").symlink_to(shared, target_is_directory=True)
    return Home(folder)
