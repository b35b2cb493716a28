"""The command line as a person uses it: in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from data_access.home import Home
from jobs.__main__ import main

Done = subprocess.CompletedProcess[str]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def in_process(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command run in this process, in English and without a home: its status, and what it printed."""
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path / "no_home"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def ended(*arguments: str) -> tuple[int, str, str]:
        status = 0
        try:
            main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return ended


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    """A CSV file with this text."""

    def written(text: str) -> str:
        path = tmp_path / "series.csv"
        path.write_text(text, "utf-8")
        return str(path)

    return written


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
