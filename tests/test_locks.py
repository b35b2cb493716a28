import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements-uv.lock", "requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def entries(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [entry for entry in re.split(r"\n(?=\S)", "\n".join(lines)) if entry.strip()]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_locked_with_hashes(name: str):
    found = entries((ROOT / name).read_text("utf-8"))
    assert found
    assert [entry for entry in found if not PIN.match(entry) or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_an_index(name: str):
    assert re.findall(r"https?://|--index|--find-links|file:", (ROOT / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_direct_dependency_is_locked(name: str):
    wanted = re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    locked = {each for each, _ in PIN.findall((ROOT / name).with_suffix(".lock").read_text("utf-8"))}
    assert wanted
    assert set(wanted) - locked == set()


def test_what_the_tests_install_contains_what_the_dashboard_needs():
    runtime, development = (set(PIN.findall((ROOT / name).read_text("utf-8"))) for name in LOCKS[1:])
    assert runtime - development == set()
