"""`python -m jobs restore`: what is in use is left alone, and what is no backup is told in a sentence."""

import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from data_access.audit_check import verify_audit
from data_access.backups.restoring import FILLING, restore
from data_access.state import open_state
from metrics.errors import BackupFailed, SourceUnavailable
from tests.browser.server import serving
from tests.data_access.test_backups import NOW, lived_in, made, nobody
from tests.jobs.conftest import Run


def test_nothing_is_restored_under_a_running_dashboard(tmp_path, monkeypatch):
    place, path = lived_in(tmp_path / "home", monkeypatch), tmp_path / "b.zip"
    made(place, path)
    place.pointer.write_text('{"file": "gone.duckdb"}')  # the page then says so, which takes no time
    with serving(place, tmp_path / "log.txt") as server:
        urlopen(f"{server.address}/_stcore/script-health-check", timeout=60).close()
        with pytest.raises(BackupFailed, match=r"would be lost\. Stop it"):
            restore(path, place, NOW, nobody)
    restore(path, place, NOW, nobody)


OPENS = "from data_access.state import open_state; import time; state = open_state(); print(flush=True); time.sleep(99)"


def test_who_was_killed_holds_nothing_any_more(tmp_path, monkeypatch):
    place, path = lived_in(tmp_path / "home", monkeypatch), tmp_path / "b.zip"
    made(place, path)
    with subprocess.Popen([sys.executable, "-c", OPENS], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(BackupFailed, match="would be lost"):
            restore(path, place, NOW, nobody)
        other.kill()
    restore(path, place, NOW, nobody)


def test_who_comes_while_a_backup_is_put_back_has_to_wait(tmp_path, monkeypatch):
    place, path = lived_in(tmp_path / "home", monkeypatch), tmp_path / "b.zip"
    made(place, path)
    refused = []

    def come(_share: float, step: str) -> None:
        if step == FILLING:
            with pytest.raises(SourceUnavailable, match="restore of a backup is running"):
                open_state()
            refused.append(step)

    restore(path, place, NOW, come)
    assert refused
    assert verify_audit(open_state()).count == 3


def test_what_is_no_file_is_told_in_plain_words(in_process: Run, tmp_path: Path):
    status, _out, err = in_process("restore", str(tmp_path / "nosuch.zip"))
    assert (status, f"There is no file {tmp_path / 'nosuch.zip'}. Name a backup" in err) == (2, True), err
    status, _out, err = in_process("restore", str(tmp_path))
    assert (status, f"{tmp_path} is a folder, and no backup." in err, "Errno" in err) == (2, True, False), err
