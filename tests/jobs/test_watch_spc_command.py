"""`python -m jobs spc`: a control chart of any CSV file, and one sentence for what cannot be drawn."""

import csv
import json
from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path

import pytest

from tests.jobs.conftest import Run

QUIET = "week,count,of\n" + "".join(f"{week},{10 + week % 2},100\n" for week in range(1, 25)) + "25,90,100\n"
MORE_THAN_ALL = "101 of 100 in period 26 is more than there are."
ROW = ["period", "value", "centre", "lower", "upper", "flags"]


@pytest.fixture
def run(in_process: Run) -> Run:
    return partial(in_process, "spc")


def test_each_point_is_told_with_its_limits_and_the_rules_it_breaks(run: Run, file: Callable, tmp_path: Path):
    chart = ["--chart", "p", "--value", "count", "--denominator", "of", "--period", "week", "--freeze", "24"]
    status, out, err = run(file(QUIET), *chart, "--multiply", "100")
    points = json.loads(out)
    assert (status, err, [list(each) for each in points]) == (0, "", [ROW] * 25)
    assert [each["period"] for each in points] == [str(week) for week in range(1, 26)]
    # 252 of 2,400 make 10.5 %; σ √(0.105·0.895/100) = 3.06553 points.
    assert [points[0][name] for name in ROW[2:5]] == pytest.approx([10.5, 1.3034, 19.6966], abs=1e-4)
    assert [each["flags"] for each in points] == [[]] * 24 + [["outside_limits"]]
    assert not (tmp_path / "no_home").exists()  # no warehouse and no state store


def test_csv_has_the_names_of_the_rules_in_one_cell(run: Run, file: Callable):
    out = run(file(QUIET), "--chart", "c", "--value", "count", "--freeze", "24", "--format", "csv")[1]
    rows = list(csv.DictReader(StringIO(out)))
    assert list(rows[0]) == ROW
    assert (rows[0]["period"], rows[0]["flags"], rows[24]["flags"]) == ("1", "", "outside_limits")


def test_subgroups_have_the_chart_of_their_spread_behind(run: Run, file: Callable):
    values = "day,part,size\nMo,1,9\nMo,1,11\nTu,2,8\nTu,2,12\n"
    status, out, err = run(
        file(values), "--chart", "xbar-s", "--value", "size", "--subgroup", "part", "--period", "day"
    )
    first = json.loads(out)[0]
    assert (status, first["period"], first["value"], first["s"]) == (0, "Mo", 10.0, pytest.approx(2**0.5))
    assert list(first) == [*ROW, "s", "s_centre", "s_lower", "s_upper", "s_flags"]
    assert err == "Trial limits: they come from 2 points; from 20 on they are steady.\n"


def test_phases_and_what_is_left_out_are_counted_from_one(run: Run, file: Callable):
    split = ["--chart", "xmr", "--value", "count", "--part", "20", "--exclude", "25"]
    points = json.loads(run(file(QUIET), *split)[1])
    assert [each["centre"] for each in points] == [10.5] * 25
    assert points[24]["flags"] == ["outside_limits"]


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        (QUIET, ["--chart", "pp"], "There is no chart 'pp'. Did you mean: p"),
        (QUIET, ["--chart", "xmr", "--rules", "nsh"], "There are no rules 'nsh'. Did you mean: nhs?"),
        (QUIET, ["--chart", "p"], "A p chart needs a denominator."),
        (QUIET, ["--chart", "c", "--denominator", "of"], "A c chart has no denominator."),
        (QUIET, ["--chart", "xbar-s"], "Subgroups belong to an xbar-s chart"),
        (QUIET, ["--chart", "xmr", "--subgroup", "week"], "Subgroups belong to an xbar-s chart"),
        (QUIET, ["--chart", "xbar-s", "--subgroup", "week"], "The subgroup 1 has one value"),
        (QUIET, ["--chart", "xmr", "--freeze", "5", "--part", "9"], "Limits are either frozen or"),
        (QUIET, ["--chart", "xmr", "--freeze", "26"], "frozen after 26 of 25 points"),
        (QUIET, ["--chart", "xmr", "--part", "25"], "after point 25: there are 25 points"),
        (QUIET, ["--chart", "xmr", "--part", "a"], "--part is 'a', which is not a list of points."),
        (QUIET, ["--chart", "xmr", "--exclude", "0"], "--exclude is '0', which is not a list of points."),
        (QUIET, ["--chart", "xmr", "--exclude", "26"], "There is no point 26 to leave out"),
        (QUIET, ["--chart", "xmr", "--multiply", "0"], "--multiply is 0.0."),
        (QUIET, ["--chart", "p", "--denominator", "off"], "has no column 'off'"),
        (QUIET + "26,101,100\n", ["--chart", "p", "--denominator", "of", "--period", "week"], MORE_THAN_ALL),
        (
            QUIET + "26,1,0\n",
            ["--chart", "u", "--denominator", "of", "--period", "week"],
            "1 of 0 in period 26",
        ),
        (QUIET + "26,1,0\n", ["--chart", "xmr", "--denominator", "of"], "The denominator of period 26 is 0."),
        (QUIET + "25,9,9\n", ["--chart", "xmr", "--period", "week"], "The period 25 occurs twice."),
        (
            "day,part,count\nMo,1,9\nMo,1,8\nMo,2,7\nMo,2,6\n",
            ["--chart", "xbar-s", "--subgroup", "part", "--period", "day"],
            "The period Mo has several subgroups.",
        ),
        (QUIET + "26,many,9\n", ["--chart", "xmr"], "'many', which is not a number"),
        ("", ["--chart", "xmr"], "is empty"),
        ("count\n", ["--chart", "xmr"], "no rows"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    run: Run, file: Callable, text: str, arguments: list[str], sentence: str
):
    status, out, err = run(file(text), "--value", "count", *arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 1
