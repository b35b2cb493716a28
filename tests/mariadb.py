"""A real MariaDB server, started once for the tests of a process; `python -m tests.mariadb` installs one if need be."""

import atexit
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from tests import debian

NUMBERS = itertools.count(1)
PREFIX = "twinwing-mariadb-"
PACKAGE = "mariadb-server"
SERVER, INSTALL = "mariadbd", "mariadb-install-db"
FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")  # where servers lie that are on nobody's path
PATIENCE_SECONDS = 60.0
#: No network, nothing of the machine's own settings, and nothing done for the day of a power cut: the data of a test
#: that is cut off are thrown away.
OPTIONS = (
    "--no-defaults",
    "--skip-networking",
    "--skip-log-bin",
    "--local-infile=1",
    "--performance-schema=off",
    "--innodb-log-file-size=48M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=off",
    "--innodb-fast-shutdown=2",
)


def path_of(program: str) -> str | None:
    return shutil.which(program, path=os.pathsep.join((os.environ.get("PATH", ""), *FOLDERS)))


def is_ready() -> bool:
    return path_of(SERVER) is not None and path_of(INSTALL) is not None


@cache
def _socket() -> Path:
    """Of a server with a folder of its own; both end with this process."""
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    own = ("--no-defaults", f"--datadir={folder / 'data'}", *(("--user=root",) if os.geteuid() == 0 else ()))
    # A server that starts takes every temporary table in its folder for one of its own from before, and deletes it:
    # in a shared one, those of the statements that another worker's server is answering.
    apart = os.environ | {"TMPDIR": str(folder)}
    made = [path_of(INSTALL) or INSTALL, *own, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(made, check=True, capture_output=True, env=apart)
    socket = folder / "socket"
    run = [path_of(SERVER) or SERVER, *OPTIONS, *own[1:], f"--socket={socket}", f"--pid-file={folder / 'pid'}"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(run, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=apart)
    atexit.register(_end, server, folder)
    return socket


def _end(server: subprocess.Popen, folder: Path) -> None:
    server.kill()  # nothing is kept
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers() -> None:
    """Data of servers that are gone: tests that were killed left them behind."""
    for told in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/pid"):
        try:
            os.kill(int(told.read_text()), 0)
        except ProcessLookupError:
            shutil.rmtree(told.parent)
        except PermissionError:  # somebody else's, and running
            continue


@cache
def _administrator() -> Engine:
    engine = create_engine(_address(), isolation_level="AUTOCOMMIT")
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            engine.connect().close()
        except OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return engine


def _address(database: str = "") -> URL:
    return URL.create("mysql+pymysql", "root", database=database, query={"unix_socket": str(_socket())})


def fresh_database() -> str:
    """The address of an empty database. Its text is compared as MySQL's and MariaDB's is unless a table says otherwise:
    without regard to case, accents and blanks at the end."""
    name = f"test_{next(NUMBERS)}"
    with _administrator().connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"))
    return _address(name).render_as_string(hide_password=False)


def main() -> int:
    """Exit status 0 when the tests on MariaDB can run."""
    if not is_ready() and debian.may_install():
        debian.update()
        debian.install(PACKAGE)
    if is_ready():
        return 0
    hint = "brew install mariadb" if sys.platform == "darwin" else f"apt-get install {PACKAGE}"
    print(f"The tests of warehouses need a MariaDB server: {hint}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
