"""Exports: what stands in the file, that a spreadsheet cannot be made to run any of it, and that it never varies."""

import csv
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as any_of

from data_access.numbers import read_metrics
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules
from metrics.scope import Period, Scope
from reports.export import Section, csv_snapshot, defused, file_name, filters_in_words
from reports.text import speaking
from reports.version import PRODUCT, VERSION
from tests.data_access.seed import contact, embedded

WEEK = Period(date(2024, 1, 8), date(2024, 1, 15))
SCOPE = Scope(WEEK, Period(date(2024, 1, 1), date(2024, 1, 8)), (("channel", ("chat", "phone")), ("team_id", ("a",))))
CSAT = CATALOGUE["csat"]
TABLE = pl.DataFrame({"team_id": ["a", "=cmd()"], "value": [-1.5, 2.25], "change": ["-3", "-3+4"]})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("export")
    rows = [
        contact(f"k{number}", datetime(2024, 1, 8 + number % 7, 12), f"c{number}", channel=channel, csat=score)
        for number, (channel, score) in enumerate([("phone", 5.0), ("phone", 2.0), (None, 4.0), ("fax", 1.0)])
    ]
    rollups = open_rollups(embedded(folder / "w.duckdb", {"contacts": rows}), Rules(), folder / "rollups")
    yield Store(rollups, rollups.refresh())


def lines(snapshot: bytes) -> list[list[str]]:
    """Read back by Python's own CSV reader."""
    return list(csv.reader(StringIO(snapshot.decode("utf-8-sig"), newline="")))


def test_file_is_utf_8_with_a_byte_order_mark_and_crlf(store: Store) -> None:
    snapshot = csv_snapshot("投诉", [Section("表", TABLE)], store, SCOPE)
    assert snapshot.startswith(b"\xef\xbb\xbf")
    assert snapshot.count(b"\n") == snapshot.count(b"\r\n")  # RFC 4180, 2.1
    assert "投诉".encode() in snapshot


def test_head_says_what_the_numbers_stand_on(store: Store) -> None:
    head = [row[0] for row in lines(csv_snapshot("This week", [], store, SCOPE, [CSAT])) if row]
    assert head[0] == "# Title: This week"
    # The last day shown is the one before the excluded end.
    assert "# Period: 8 – 14 Jan 2024 (2024-01-08/2024-01-14)" in head
    assert "# Compared with: 1 – 7 Jan 2024 (2024-01-01/2024-01-07)" in head
    assert "# Filters: Channel: Online chat, Phone; Team: a" in head
    assert "# Data up to: 2024-01-11 12:00:00" in head  # the newest of the four contacts: 8 January + 3 days
    assert f"# Product: {PRODUCT} {VERSION}" in head
    assert head[-1].startswith("# Metric csat: Customer satisfaction (%). Answers 4 and 5 out of all valid answers")
    assert len([line for line in head if line.startswith("# Warehouse: ")]) == 1


def test_every_line_of_the_head_is_one_cell(store: Store) -> None:
    every = list(CATALOGUE.values())
    assert {len(row) for row in lines(csv_snapshot("a, b\n=c", [], store, SCOPE, every)) if row} == {1}


def test_sections_are_titled_and_a_blank_line_apart(store: Store) -> None:
    read = lines(csv_snapshot("Page", [Section("One", TABLE), Section("Two", TABLE.head(0))], store, SCOPE))
    first, second = read.index(["# One"]), read.index(["# Two"])
    assert (read[first - 1], read[second - 1]) == ([], [])
    assert second - first == 1 + 1 + TABLE.height + 1  # title, header, rows, blank
    assert read[second + 1 :] == [["Team", "Value", "change"]]


def test_numbers_come_back_as_they_were_and_formulas_as_text(store: Store) -> None:
    read = lines(csv_snapshot("Page", [Section("One", TABLE)], store, SCOPE))
    assert read[-2:] == [["a", "-1.5", "-3"], ["'=cmd()", "2.25", "'-3+4"]]


def test_numbers_read_from_a_store_carry_name_and_unit_in_the_readers_language(store: Store) -> None:
    read = read_metrics(store, LOCAL, [CSAT], WEEK, by=("channel",))
    rows = lines(csv_snapshot("Page", [Section("One", read)], store, SCOPE))
    header = ["Channel", "Metric id", "Metric", "Unit", "Value", "Numerator", "Denominator"]
    assert rows[-4][: len(header)] == header
    # By hand: phone has the answers 5 and 2, so 1 of 2; the contact without a channel has 4; "fax" has 1.
    assert [row[:7] for row in rows[-3:]] == [
        ["fax", "csat", "Customer satisfaction", "%", "0.0", "0.0", "1.0"],
        ["Phone", "csat", "Customer satisfaction", "%", "50.0", "1.0", "2.0"],
        ["Not recorded", "csat", "Customer satisfaction", "%", "100.0", "1.0", "1.0"],
    ]
    assert {row[-2] for row in rows[-3:]} == {"too few"}
    with speaking("zh"):
        translated = lines(csv_snapshot("页", [Section("一", read)], store, SCOPE))
    assert [row[4:7] for row in translated[-3:]] == [row[4:7] for row in rows[-3:]]


def test_same_scope_gives_the_same_bytes(store: Store) -> None:
    made = [
        csv_snapshot("P", [Section("One", read_metrics(store, LOCAL, [CSAT], WEEK, by=("channel",)))], store, SCOPE)
        for _ in range(2)
    ]
    assert made[0] == made[1]


@given(any_of.sampled_from("=+-@\t\r\n＝＋－＠"), any_of.text(max_size=9))
def test_no_text_reaches_a_spreadsheet_as_a_formula(sign: str, rest: str) -> None:
    text = defused(pl.DataFrame({"x": [sign + rest]}))["x"].item()
    seen = "".join(each for each in rest if each in "\t\r\n" or unicodedata.category(each) != "Cc")
    is_number = sign == "-" and seen.replace(".", "", 1).isdecimal() and seen[0] != "." and seen[-1] != "."
    assert text == (sign + seen if is_number and seen.isascii() else f"'{sign}{seen}")


def test_a_sign_behind_a_control_character_is_no_formula_either() -> None:
    assert defused(pl.DataFrame({"x": ["\x00=1+1", "a\x1b[31mb\x00"]}))["x"].to_list() == ["'=1+1", "a[31mb"]


def test_headers_are_made_safe_as_well() -> None:
    assert defused(pl.DataFrame({"=x": ["a"], "y": [-1]})).columns == ["'=x", "y"]


def test_no_filter_is_said_in_words() -> None:
    assert filters_in_words(()) == "none"


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("This week", "This_week"),
        ("本周 / 投诉: 退货?", "本周_投诉_退货"),
        ("../../etc/passwd", "etc_passwd"),
        ("con", "Twinwing_con"),  # a device of Windows
        ("***", "Twinwing"),
    ],
)
def test_file_names_are_safe_on_every_system(title: str, wanted: str) -> None:
    assert file_name(title, WEEK, "zh") == f"{wanted}_2024-01-08_2024-01-14_zh.csv"


def test_long_titles_are_cut_between_characters() -> None:
    name = file_name("投" * 300, WEEK, "zh")
    assert len(name.encode()) <= 200  # file systems allow 255 bytes
    assert name.endswith("投_2024-01-08_2024-01-14_zh.csv")


def test_version_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
