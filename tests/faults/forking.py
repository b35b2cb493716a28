"""Jobs as processes of their own that start at once: forked from one that has loaded all of them, and has done nothing.

`python -m tests.faults.forking` is that process. It reads a list in JSON a line, and answers with a number:
["start", arguments, environment, harm, file of what is printed] with the process id, ["wait", process id] with how it
ended.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOADED = (
    "sqlite3", "alembic.command", "data_access.audit_check", "data_access.backups.restoring", "data_access.demo",
    "data_access.opening", "jobs.__main__", "jobs.actions", "jobs.alerts", "jobs.import_files", "jobs.make_demo",
    "jobs.readying", "jobs.weekly", "reports.audit_words",
)  # fmt: skip
NOBODY = 65_534  # a user without rights: what root may not write there is none


@dataclass(frozen=True, slots=True)
class Harm:
    """What is done to a job. A step is an opened, renamed, linked or removed file, a connection or a statement.

    Args:
        killed_at: the step before which it is killed, from 1 on; 0: never.
        most_bytes: that one file may hold, as on a full disk; 0: no limit.
        is_nobody: it may write to nothing that is not everybody's.
    """

    killed_at: int = 0
    most_bytes: int = 0
    is_nobody: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended: its exit status or minus the signal, what it printed, and after how many steps and seconds."""

    status: int
    printed: str
    steps: int
    seconds: float


UNHARMED = Harm()


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was started."""

    server: "Server"
    process: int
    file: Path
    began: float

    def kill(self) -> None:
        os.kill(self.process, signal.SIGKILL)

    def wait(self) -> Ended:
        status = self.server.ask("wait", self.process)
        steps = self.file.with_suffix(".steps")
        counted = int(steps.read_text() or 0)  # none where it was killed
        return Ended(status, self.file.read_text("utf-8"), counted, time.monotonic() - self.began)


class Server:
    """The process from which jobs are forked, in a folder for what they print."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forking"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], harm: Harm = UNHARMED) -> Job:
        self._count += 1
        file = self._folder / f"{self._count}.txt"
        told = {"killed_at": harm.killed_at, "most_bytes": harm.most_bytes, "is_nobody": harm.is_nobody}
        for each in (file, file.with_suffix(".steps")):
            each.write_text("")
        began = time.monotonic()
        return Job(self, self.ask("start", list(arguments), dict(environment), told, str(file)), file, began)

    def run(self, arguments: Sequence[str], environment: Mapping[str, str], harm: Harm = UNHARMED) -> Ended:
        return self.start(arguments, environment, harm).wait()

    def ask(self, *request: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _serve() -> None:
    _load()
    for line in sys.stdin:
        what, *given = json.loads(line)
        if what == "wait":
            answer = os.waitstatus_to_exitcode(os.waitpid(given[0], 0)[1])
        else:
            answer = os.fork() or _become(*given)
        print(answer, flush=True)
    os._exit(0)  # without the complaints of libraries that are unloaded


def _load() -> None:
    """All that jobs import, also where they do so late; nothing of it starts a thread, which a fork would lose."""
    for name in LOADED:
        importlib.import_module(name)


def _become(arguments: list[str], environment: dict[str, str], harm: dict[str, int], file: str) -> int:
    """This process is the job from here on, and ends with it."""
    from jobs.__main__ import main

    with Path(os.devnull).open() as nothing, Path(file).open("w") as printed:
        os.dup2(nothing.fileno(), 0)
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
    for name in [name for name in os.environ if name.startswith(("TWINWING_", "LC_"))]:
        del os.environ[name]
    os.environ |= environment
    steps = Path(file).with_suffix(".steps")
    descriptor = os.open(steps, os.O_WRONLY)
    _harm(**harm)
    counted = _count(harm["killed_at"])
    status = 1
    try:
        main(arguments)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:  # whatever it was: as the interpreter would, to stderr
        kind, failure, trace = sys.exc_info()
        if kind is not None and failure is not None:
            sys.excepthook(kind, failure, trace)
        os.write(descriptor, str(counted[0]).encode())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _harm(killed_at: int, most_bytes: int, *, is_nobody: bool) -> None:
    import resource

    if most_bytes:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    if is_nobody and os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _count(killed_at: int) -> list[int]:
    """Counts the steps of this process from here on, and kills it before the one that was named."""
    from sqlalchemy import Engine, event

    counted = [0]
    home = os.environ["TWINWING_HOME"]

    def step(*_given: object) -> None:
        counted[0] += 1
        if counted[0] == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def happened(what: str, given: tuple[object, ...]) -> None:
        is_ours = what == "open" and str(given[0]).startswith(home)
        if is_ours or what in {"os.rename", "os.link", "os.remove", "os.mkdir", "socket.connect"}:
            step()

    def asked(_connection: object, _cursor: object, statement: str, *_given: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "WITH")):
            step()

    sys.addaudithook(happened)
    event.listen(Engine, "before_cursor_execute", asked)
    event.listen(Engine, "commit", step)
    return counted


if __name__ == "__main__":
    _serve()
