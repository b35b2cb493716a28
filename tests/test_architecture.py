import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
BELOW = {
    "metrics": set(),
    "data_access": {"metrics"},
    "reports": {"data_access", "metrics"},
    "jobs": {"reports", "data_access", "metrics"},
    "pages": {"reports", "data_access", "metrics"},
    "dashboard": {"pages", "reports", "data_access", "metrics"},
}
ROOMS = (*BELOW, "tests", "benchmarks")
DATABASES = {"sqlalchemy", "duckdb", "sqlite3", "psycopg", "pymysql"}
FILE_LINES, FUNCTION_LINES = 300, 40
SLOW_TO_LOAD = ("statsmodels", "scipy.stats", "scipy.optimize", "scipy.signal")  # half of the start of every command
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}


@dataclass(frozen=True)
class Source:
    path: PurePosixPath
    text: str

    @property
    def room(self) -> str:
        return self.path.parts[0].removesuffix(".py")

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(ast.parse(self.text)))


Violations = Iterator[tuple[int, str]]


def imported(source: Source) -> Violations:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, f"{source.room}.{node.module or ''}"
            else:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in {"import_module", "__import__"} and node.args and isinstance(node.args[0], ast.Constant):
                yield node.lineno, str(node.args[0].value)


def names(source: Source, wanted: set[str]) -> Violations:
    for node in source.nodes:
        name = getattr(node, "attr", None) if isinstance(node, ast.Attribute) else getattr(node, "id", None)
        if isinstance(node, ast.Name | ast.Attribute) and name in wanted:
            yield node.lineno, f"uses {name}"
    for line, module in imported(source):
        if module.rpartition(".")[2] in wanted:
            yield line, f"imports {module}"


def wrong_arrow(source: Source) -> Violations:
    allowed = BELOW.get(source.room, set(ROOMS)) | {source.room}
    for line, module in imported(source):
        room = module.partition(".")[0]
        if room in ROOMS and room not in allowed:
            yield line, f"{source.room} must not import {room}: arrows point down, to {sorted(allowed)}"


def package_out_of_place(source: Source) -> Violations:
    for line, module in imported(source):
        package = module.partition(".")[0]
        if package == "streamlit" and source.room not in {"dashboard", "pages", "benchmarks", "tests"}:
            yield line, "streamlit belongs in dashboard.py and pages/"
        if package == "plotly" and not _draws(source):
            yield line, "plotly belongs in charts*.py of reports/ and its sections"
        if package == "pandas" and source.room != "benchmarks":
            yield line, "pandas is not used: frames are Polars"
        is_type = module == "sqlalchemy.Engine"  # passed on, not opened
        if package in DATABASES and source.room not in {"data_access", "benchmarks", "tests"} and not is_type:
            yield line, f"{package} belongs in data_access/, which opens every connection"


def _draws(source: Source) -> bool:
    return any(
        source.path.match(f"reports/{room}charts*.py") for room in ("", "wings/", "desk/", "watch/", "data_quality/")
    )


def loads_slowly(source: Source) -> Violations:
    at_start = {node.lineno for node in source.nodes if isinstance(node, ast.stmt) and not node.col_offset}
    for line, module in imported(source) if source.room in BELOW else ():
        if line in at_start and module.startswith(SLOW_TO_LOAD):
            yield line, f"{module} takes long to load: import it in the function that needs it"


def session_state_out_of_place(source: Source) -> Violations:
    if source.room in BELOW and source.path != PurePosixPath("pages/ui/scope.py"):
        yield from names(source, {"session_state"})


def cache_out_of_place(source: Source) -> Violations:
    if source.room in BELOW and source.path != PurePosixPath("pages/ui/load.py"):
        yield from names(source, {"cache_data", "cache_resource"})


def connection_out_of_place(source: Source) -> Violations:
    if source.room in set(BELOW) - {"data_access"}:
        yield from names(source, {"create_engine", "connect", "raw_connection", "read_database", "read_database_uri"})


def clock_in_metrics(source: Source) -> Violations:
    for node in source.nodes if source.room == "metrics" else []:
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today", "time_ns", "monotonic"}:
            yield node.lineno, f"reads a clock ({node.attr}): take the time as an argument"


def swallows_errors(source: Source) -> Violations:
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(each is None or getattr(each, "id", "") in {"Exception", "BaseException"} for each in caught):
                yield node.lineno, "catches everything: name the failures that are expected"


def unfinished(source: Source) -> Violations:
    if source.room not in BELOW:
        return
    yield from names(source, {"NotImplementedError", "NotImplemented"})
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            yield number, "is not finished"
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Pass):
            yield node.lineno, f"{node.name} does nothing"


def rebinds_module_state(source: Source) -> Violations:
    for node in source.nodes:
        if isinstance(node, ast.Global):
            yield node.lineno, f"rebinds {', '.join(node.names)} of the module"


def too_long(source: Source) -> Violations:
    if source.room not in BELOW:
        return
    count = len(source.text.splitlines())
    if count > FILE_LINES:
        yield count, f"{count} lines in a file: at most {FILE_LINES}"
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines: at most {FUNCTION_LINES}"


def script_in_pages(source: Source) -> Violations:
    # A cold server opened at the address of such a script runs it without dashboard.py, so without sign-in.
    if source.path.parent == PurePosixPath("pages") and (source.path.name != "__init__.py" or source.text.strip()):
        yield 1, "is a script in pages/: pages live in section folders"


def without_purpose(source: Source) -> Violations:
    if source.room in BELOW and source.text.strip() and not ast.get_docstring(ast.parse(source.text)):
        yield 1, "has no sentence that says what the module is for"


def vaguely_named(source: Source) -> Violations:
    if {part.removesuffix(".py") for part in source.path.parts} & VAGUE:
        yield 1, "has a name that says nothing of what is in it"


RULES: dict[str, Callable[[Source], Violations]] = {
    rule.__name__: rule
    for rule in (
        wrong_arrow,
        package_out_of_place,
        loads_slowly,
        session_state_out_of_place,
        cache_out_of_place,
        connection_out_of_place,
        clock_in_metrics,
        swallows_errors,
        unfinished,
        rebinds_module_state,
        too_long,
        script_in_pages,
        without_purpose,
        vaguely_named,
    )
}


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    paths += [ROOT / "dashboard.py"] if (ROOT / "dashboard.py").exists() else []
    return [Source(PurePosixPath(path.relative_to(ROOT).as_posix()), path.read_text("utf-8")) for path in paths]


@pytest.mark.parametrize("rule", RULES)
def test_no_file_breaks_the_rule(rule: str, sources: list[Source]):
    found = [f"{source.path}:{line}: {why}" for source in sources for line, why in RULES[rule](source)]
    assert not found, "\n" + "\n".join(found)


def test_every_room_has_files(sources: list[Source]):
    assert set(BELOW) <= {source.room for source in sources}


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        ("wrong_arrow", "metrics/rate.py", "from data_access.read import read"),
        ("wrong_arrow", "data_access/read.py", "import reports.text"),
        ("wrong_arrow", "reports/weekly.py", "import importlib\nimportlib.import_module('pages.ui.show')"),
        ("wrong_arrow", "pages/quality/coverage.py", "from jobs import demo"),
        ("wrong_arrow", "jobs/demo.py", "import dashboard"),
        ("wrong_arrow", "metrics/rate.py", "def inside():\n    import tests.real_data"),
        ("package_out_of_place", "reports/export.py", "import streamlit as st"),
        ("package_out_of_place", "pages/ui/show.py", "from plotly import graph_objects"),
        ("package_out_of_place", "data_access/read.py", "from pandas import DataFrame"),
        ("package_out_of_place", "jobs/check.py", "import duckdb"),
        ("loads_slowly", "metrics/rate.py", "from scipy import special, stats"),
        ("session_state_out_of_place", "dashboard.py", "import streamlit as st\nst.session_state['a'] = 1"),
        ("session_state_out_of_place", "pages/ui/load.py", "from streamlit import session_state"),
        ("cache_out_of_place", "pages/ui/show.py", "import streamlit as st\n@st.cache_data\ndef f(): return 1"),
        ("connection_out_of_place", "reports/export.py", "def f(engine): return engine.connect()"),
        ("clock_in_metrics", "metrics/scope.py", "from datetime import date\nTODAY = date.today()"),
        ("swallows_errors", "jobs/demo.py", "try:\n    f()\nexcept Exception:\n    g()"),
        ("swallows_errors", "jobs/demo.py", "try:\n    f()\nexcept (OSError, Exception):\n    g()"),
        ("swallows_errors", "tests/test_x.py", "try:\n    f()\nexcept:\n    g()"),
        ("unfinished", "jobs/demo.py", "x = 1  # TODO later"),
        ("unfinished", "jobs/demo.py", "def f():\n    raise NotImplementedError"),
        ("unfinished", "jobs/demo.py", "def f():\n    pass"),
        ("rebinds_module_state", "jobs/demo.py", "x = 1\ndef f():\n    global x\n    x = 2"),
        ("too_long", "jobs/demo.py", "x = 1\n" * 301),
        ("too_long", "jobs/demo.py", "def f():\n" + "    x = 1\n" * 40),
        ("script_in_pages", "pages/overview.py", "x = 1"),
        ("script_in_pages", "pages/__init__.py", "x = 1"),
        ("without_purpose", "jobs/demo.py", "x = 1"),
        ("vaguely_named", "reports/utils.py", ""),
        ("vaguely_named", "reports/helpers/dates.py", ""),
    ],
)
def test_the_rule_finds_a_violation(rule: str, path: str, text: str):
    assert list(RULES[rule](Source(PurePosixPath(path), text)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dashboard.py", '"""Frame."""\nimport streamlit as st\nfrom pages.ui import show'),
        ("pages/ui/scope.py", '"""Scope."""\nimport streamlit as st\nst.session_state["a"] = 1'),
        ("pages/ui/load.py", '"""Load."""\nimport streamlit as st\n@st.cache_resource\ndef f(): return 1'),
        ("pages/__init__.py", ""),
        ("reports/charts_lines.py", '"""Charts."""\nimport plotly.graph_objects as go\nfrom metrics import scope'),
        ("data_access/read.py", '"""Read."""\nimport duckdb\ndef f(engine): return engine.connect()'),
        ("jobs/demo.py", '"""Demo."""\nfrom reports.text import _\ndef f():\n' + "    x = 1\n" * 39),
        ("metrics/rate.py", '"""Rate."""\n' + "x = 1\n" * 299),
        ("metrics/rate.py", '"""Rate."""\nfrom scipy import special\ndef f():\n    from scipy import stats'),
    ],
)
def test_no_rule_flags_what_is_right(path: str, text: str):
    source = Source(PurePosixPath(path), text)
    assert [(name, *found) for name, rule in RULES.items() for found in rule(source)] == []
