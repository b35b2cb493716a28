"""`python -m jobs evaluate`: any CSV file judged, a refusal as an answer, and one sentence for bad input."""

import json
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from metrics.intervention import VerdictCode
from tests.jobs.conftest import Run

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "returns.csv"
MONTHLY = ["--period", "month", "--count", "complaints"]
#: The keys of the issue's contract for scripts.
KEYS = {
    "verdict", "text", "before", "after", "naive", "rate_ratio", "slope_change", "averted", "dispersion",
    "autocorrelation", "model", "checks", "robustness",
}  # fmt: skip


@pytest.fixture
def run(in_process: Run) -> Run:
    return partial(in_process, "evaluate")


def finite(thing: object) -> bool:
    if isinstance(thing, dict):
        return all(finite(each) for each in thing.values())
    if isinstance(thing, list):
        return all(finite(each) for each in thing)
    return not isinstance(thing, float) or math.isfinite(thing)


def test_the_planted_change_of_the_sample_is_found(run: Run, tmp_path: Path):
    status, out, _err = run(str(SAMPLE), *MONTHLY, "--exposure", "contacts", "--start", "2026-01-01")
    told = json.loads(out)
    assert status == 0
    assert set(told) >= KEYS
    assert told["verdict"] == "worked"
    assert told["rate_ratio"]["low"] < 50 / 150 < told["rate_ratio"]["high"]  # as the sample was drawn
    assert told["averted"]["low"] < 12 * 100 < told["averted"]["high"]  # 100 fewer in each of twelve months
    assert len(told["checks"]) == 12
    assert told["before"]["total"] == 1761  # summed by hand
    assert told["text"].startswith("This change worked: −")
    dates = told["placebo"]["dates"]
    assert [each["is_change"] for each in dates] == [False] * (len(dates) - 1) + [True]
    assert (dates[-1]["period"], dates[-1]["rank"]) == ("2026-01-01", told["placebo"]["rank"])
    assert finite(told)
    assert not (tmp_path / "no_home").exists()  # no warehouse and no state store


def test_a_share_a_control_and_events_are_understood(run: Run, tmp_path: Path):
    events = tmp_path / "events.csv"
    events.write_text("day,name\n2025-12-10,New shop\n", "utf-8")
    share = ["--period", "month", "--numerator", "complaints", "--denominator", "contacts", "--start", "2026-01-01"]
    told = json.loads(run(str(SAMPLE), *share, "--events", str(events))[1])
    assert (told["verdict"], told["decision"]["event"]) == ("confounded", "New shop")  # within three months
    control = ["--exposure", "contacts", "--control", "other_complaints", "--control-exposure", "other_contacts"]
    told = json.loads(run(str(SAMPLE), *MONTHLY, *control, "--start", "2026-01-01", "--season", "none")[1])
    assert told["model"]["controlled"]
    assert told["rate_ratio"]["low"] < 1 / 3 < told["rate_ratio"]["high"]


def test_two_points_after_are_refused_with_status_0(run: Run):
    status, out, _err = run(str(SAMPLE), *MONTHLY, "--start", "2026-11-01")
    told = json.loads(out)
    assert status == 0
    assert (told["verdict"], told["reason"], told["needed"]) == ("not_estimable", "few_periods_after", "periods_after")
    assert told["rate_ratio"] is None
    assert (told["found"], told["least"]) == (2, 3)
    assert set(told) >= KEYS


def test_text_is_in_the_language_of_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "这次变更有效" in run(str(SAMPLE), *MONTHLY, "--start", "2026-01-01", "--format", "text")[1]


HEAD = "month,complaints\n"
ROWS = "".join(f"2025-{month:02d}-01,{10 + month}\n" for month in range(1, 13))


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        (HEAD + ROWS, ["--start", "2025-07-02"], "no period begins on that day"),
        (HEAD + ROWS, ["--start", "July"], "--start is 'July', which is not a day."),
        (HEAD + ROWS, ["--start", "2025-07-01", "--exposure", "contacts"], "has no column 'contacts'"),
        (HEAD + ROWS + "2025-13-01,3\n", ["--start", "2025-07-01"], "In line 14 of"),
        (HEAD + ROWS + "2026-01-01,many\n", ["--start", "2025-07-01"], "'many', which is not a number"),
        (HEAD + ROWS + "2026-01-01,nan\n", ["--start", "2025-07-01"], "In line 14 of"),
        (HEAD + ROWS + "2026-01-01,2,3\n", ["--start", "2025-07-01"], "Line 14 of"),
        (HEAD + ROWS + "2025-01-01,3\n", ["--start", "2025-07-01"], "The period 2025-01-01 occurs twice."),
        (HEAD + ROWS + "2026-01-01,-3\n", ["--start", "2025-07-01"], "The column complaints is -3.0 in 2026-01-01."),
        (HEAD + ROWS, ["--start", "2025-07-01", "--expected", "less"], "There is no expected less."),
        (HEAD + ROWS, ["--start", "2025-07-01", "--season", "-1"], "There is no season '-1'."),
        (HEAD + ROWS, ["--start", "2025-07-01", "--confidence", "95"], "A confidence of 95.0 was asked for."),
        (HEAD + ROWS, ["--start", "2025-07-01", "--value", "complaints"], "or more than one thing is"),
        (HEAD + ROWS, ["--start", "2025-07-01", "--control-exposure", "complaints"], "--control is not"),
        ("", ["--start", "2025-07-01"], "is empty"),
        (HEAD, ["--start", "2025-07-01"], "no rows"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    run: Run, file: Callable[[str], str], text: str, arguments: list[str], sentence: str
):
    status, out, err = run(file(text), *MONTHLY, *arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 1


def test_a_file_of_a_chinese_excel_without_the_month_of_the_start_is_answered(run: Run, tmp_path: Path):
    rows = [line for line in ROWS.splitlines() if not line.startswith("2025-05")]
    (tmp_path / "month.csv").write_bytes("\n".join(["月份;投诉量", *rows]).replace(",", ";").encode("gb18030"))
    asked = ["--period", "月份", "--count", "投诉量", "--start", "2025-05-01"]
    status, out, err = run(str(tmp_path / "month.csv"), *asked)
    assert (status, err, json.loads(out)["after"]["periods"]) == (0, "", 7)


def test_nothing_to_count_from_is_refused_without_a_word_beside(run: Run, file: Callable[[str], str]):
    rows = "".join(f"2025-{month:02d}-01,0,0\n" for month in range(1, 13))
    status, out, err = run(
        file("month,complaints,contacts\n" + rows), *MONTHLY, "--exposure", "contacts", "--start", "2025-05-01"
    )
    told = json.loads(out)
    assert (status, err, told["reason"], told["needed"]) == (0, "", "no_period_before", "periods_before")


def test_a_file_that_is_not_there_is_one_sentence(run: Run):
    status, _out, err = run("nowhere.csv", *MONTHLY, "--start", "2025-07-01")
    assert status == 2
    assert err.startswith("nowhere.csv cannot be read")


def test_every_verdict_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "sop_changes.md").read_text("utf-8")
    assert [code for code in VerdictCode if f"`{code}`" not in page] == []
