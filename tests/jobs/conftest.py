"""The command line as a person uses it: in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from data_access.home import Home

Done = subprocess.CompletedProcess[str]


@pytest.fixture
def command() -> Callable[..., Done]:
    def run(arguments: Sequence[str], home: Home, language: str = "en_GB.UTF-8") -> Done:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWINWING_", "LC_"))}
        return subprocess.run(
            [sys.executable, "-m", "jobs", *arguments],
            cwd=Path(__file__).parents[2],
            env=kept | {"TWINWING_HOME": str(home.folder), "LANG": language},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run
