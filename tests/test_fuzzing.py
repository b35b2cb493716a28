"""Whatever is put in: it is taken or refused in one sentence, within seconds, and never with a stack trace.

`make test` tries some of it; `pytest --hypothesis-profile=many`, which `make test-scale` runs, tries twenty times as
much. Where something was found, it stands as an example.
"""

import string
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as any_of

from data_access.connecting.expressions import written as expression
from data_access.connecting.source_mapping import source_mapping
from data_access.home import Home
from data_access.imports.first_draft import begin
from data_access.imports.import_files import import_files
from data_access.imports.mapping_check import checked
from data_access.imports.sampling import sample_of
from data_access.imports.uploads import keep_uploads
from jobs.series_files import read_table
from metrics.alerts.rule import AlertRule, Kind, Side, check, rule_of
from metrics.alerts.rule import written as rule_written
from metrics.errors import ServiceQualityError
from pages.ui import link
from reports.links import URL_NAMES
from tests.nasty import SHORT

NASTY = any_of.sampled_from(SHORT)
WORDS = any_of.one_of(NASTY, any_of.text(max_size=30), any_of.text(string.printable, max_size=30))
MAPPING = checked(
    """
name = "fuzz"
time_zone = "Asia/Shanghai"
[contacts.columns]
contact_id = "id"
started_at = { column = "start", format = "%Y-%m-%d %H:%M" }
queue = "queue"
talk_seconds = "talk"
""",
    "fuzz.toml",
)
LINK = (*URL_NAMES.values(), *link.VIEWS, *link.PERIODS, "lang", "change", "metric", "by.csat")
SQL = (
    "SELECT",
    "FROM",
    "CASE",
    "WHEN",
    "END",
    "pg_sleep",
    "read_csv",
    "attach",
    *"'\"`(),.=<>;",
    "--",
    "/*",
    "*/",
    "::",
)


def tried(share: float, *more: HealthCheck) -> settings:
    """So much of what the profile tries: what takes longer is tried less."""
    most = max(10, int(settings.default.max_examples * share))
    return settings(max_examples=most, suppress_health_check=[HealthCheck.too_slow, *more])


def csv_of(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in [["id", "start", "queue", "talk"], *rows]).encode("utf-8", "replace")


CELLS = any_of.lists(
    any_of.lists(any_of.one_of(WORDS, any_of.just("2026-01-02 03:04"), any_of.just("9" * 40)), min_size=1, max_size=5),
    max_size=6,
)


def imported(name: str, content: bytes) -> None:
    """As a person drops a file: kept, looked at, and imported; refused in a sentence, or the rows are there."""
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        try:
            dropped = keep_uploads(home, [(name, content)])
        except ServiceQualityError as refused:
            assert refused.what.format_map(refused.values)
            return
        for refused in dropped.refused:
            assert refused.what.format_map(refused.values)
            return
        (file,) = dropped.files
        for step in (lambda: begin(sample_of(file)), lambda: import_files(MAPPING, [file], home)):
            try:
                step()
            except ServiceQualityError as refused:
                assert refused.what.format_map(refused.values)


@tried(0.25)
@given(any_of.one_of(any_of.binary(max_size=400), CELLS.map(csv_of)))
@example(b"\x80\r\xa1\xa2")  # a name of a column that is no text
def test_any_bytes_as_csv(content: bytes):
    imported("fuzz.csv", content)


@tried(0.15)
@given(any_of.text(max_size=20), any_of.sampled_from([b"", b"id,start\n1,2026-01-01 00:00\n", b"PK\x03\x04"]))
@example("长" * 300 + ".csv", b"id,start\n")
def test_any_name_of_a_file(name: str, content: bytes):
    imported(name, content)
    imported(f"{name}.csv", content)


@tried(0.15)
@given(CELLS, any_of.lists(any_of.tuples(any_of.integers(0, 4000), any_of.integers(0, 255)), max_size=4))
@example([], [(391, 8), (414, 128)])  # a part whose name says that it is UTF-8, and is not
def test_any_workbook(rows: list[list[str]], changed: list[tuple[int, int]]):
    memory = BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([["id", "start", "queue", "talk"], *rows]):
            for column, words in enumerate(row):
                sheet.write_string(place, column, words)
    content = bytearray(memory.getvalue())
    for place, byte in changed:
        content[place % len(content)] = byte
    imported("fuzz.xlsx", bytes(content))


@tried(0.1)
@given(any_of.dictionaries(WORDS, any_of.binary(max_size=200), max_size=4))
def test_any_archive_as_a_workbook(parts: dict[str, bytes]):
    memory = BytesIO()
    with ZipFile(memory, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("\x00", "") or "x", content)
    imported("fuzz.xlsx", memory.getvalue())


@tried(1)
@given(
    any_of.one_of(
        any_of.text(max_size=200), WORDS.map(lambda words: f'name = "a"\n[contacts.columns]\nqueue = "{words}"')
    )
)
def test_any_mapping_of_an_import(text: str):
    try:
        checked(text, "fuzz.toml")
    except ServiceQualityError as refused:
        assert refused.what


@tried(1)
@given(
    any_of.one_of(
        any_of.text(max_size=200),
        WORDS.map(
            lambda words: f'time_zone = "UTC"\n[contacts]\ntable = "{words}"\n[contacts.columns]\nqueue = "{words}"'
        ),
    )
)
def test_any_mapping_of_a_connection(text: str):
    try:
        source_mapping(text, "fuzz.toml")
    except ServiceQualityError as refused:
        assert refused.what


@tried(1)
@given(any_of.lists(any_of.one_of(any_of.sampled_from(SQL), WORDS, any_of.just("id")), max_size=12).map(" ".join))
@pytest.mark.parametrize("engine", ["duckdb", "postgresql", "mysql"])
def test_any_expression_of_a_mapping(engine: str, told: str):
    """What is let through names columns of the row and nothing else: no statement, no table, no comment, no file."""
    try:
        sent = expression(told, engine, ["id"], "contacts.queue", "t")
    except ServiceQualityError as refused:
        assert refused.what
        return
    outside = without_strings(sent).lower()
    assert not any(each in outside for each in (";", "--", "/*", "select", "attach", "read_csv", "pg_sleep"))


def without_strings(sql: str) -> str:
    """What stands outside '…' and the quoted names."""
    kept, quote = [], ""
    for each in sql:
        if quote:
            quote = "" if each == quote else quote
        elif each in "'\"`":
            quote = each
        else:
            kept.append(each)
    return "".join(kept)


@tried(2)
@given(
    any_of.dictionaries(any_of.sampled_from(LINK), any_of.one_of(WORDS, any_of.lists(WORDS, max_size=3)), max_size=8)
)
def test_any_link(query: dict[str, str | list[str]]):
    try:
        kept = link.kept(query)
    except ValueError:  # the scope bar then says so, and goes on with the rest
        kept = link.kept(link.without_periods(query))
    for days in (kept[name] for name in link.DAYS if name in kept):
        assert all(isinstance(each, date) for each in days)
    assert link.kept(link.asked({"lang": "en", **kept}))["view"] == kept["view"]


NUMBERS = any_of.one_of(any_of.floats(), any_of.integers(-10, 10**9))


@tried(2)
@given(
    any_of.builds(
        AlertRule, key=WORDS, kind=any_of.sampled_from(Kind), name=WORDS, about=WORDS | any_of.just("csat"),
        side=any_of.sampled_from(Side), limit=NUMBERS, window_days=any_of.integers(), least=any_of.integers(),
        lasting=any_of.integers(), margin=NUMBERS, channels=any_of.lists(WORDS, max_size=2).map(tuple), owner=WORDS,
        filters=any_of.lists(any_of.tuples(WORDS, any_of.lists(WORDS, max_size=2).map(tuple)), max_size=2).map(tuple),
    )
)  # fmt: skip
def test_any_alert_rule(rule: AlertRule):
    assert rule_of(rule_written(rule)).key == rule.key
    try:
        check(rule, ["duty"])
    except ServiceQualityError as refused:
        assert refused.what


@tried(1)
@given(any_of.one_of(any_of.binary(max_size=300), CELLS.map(csv_of)))
def test_any_series(content: bytes):
    with TemporaryDirectory() as folder:
        file = Path(folder, "series.csv")
        file.write_bytes(content)
        try:
            read_table(file, {"period": "start", "value": "talk"})
        except ServiceQualityError as refused:
            assert refused.what
