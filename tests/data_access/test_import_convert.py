"""From text to dates, numbers, durations, flags and codes: what fits, and what is said of the rest."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, Integer, String

from data_access.imports.convert import conversion
from data_access.imports.mapping import ColumnSource, Mapping

BAD = object()


def converted(kind, texts, *, decimal=".", zone="Asia/Shanghai", missing_everywhere=(), into="", **source):
    mapping = Mapping.model_validate(
        {
            "name": "x",
            "time_zone": zone,
            "decimal": decimal,
            "missing": missing_everywhere,
            "tables": {"contacts": {"columns": {}}},
        }
    )
    turned = conversion(ColumnSource.model_validate({"column": "c", **source}), kind, mapping, column=into)
    frame = pl.DataFrame({"c": texts}, schema={"c": pl.String}).select(value=turned.value, bad=turned.is_bad)
    return [BAD if bad else value for value, bad in frame.rows()]


MOMENT = datetime(2024, 3, 5, 14, 7)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%d/%m/%Y %H:%M", "05/03/2024 14:07"),
        ("%d/%m/%Y %H:%M", "5/3/2024 14:07"),
        ("%d.%m.%y %H:%M", "05.03.24 14:07"),
        ("%m/%d/%Y %I:%M %p", "3/5/2024 02:07 PM"),
        ("%Y年%m月%d日 %H:%M", "2024年3月5日 14:07"),
        ("%Y年%m月%d日 %p%I:%M", "2024年3月5日 下午2:07"),
        ("%Y年%m月%d日%H时%M分", "2024年03月05日14时07分"),
        ("%d-%b-%y %H:%M", "05-Mar-24 14:07"),
        ("%Y%m%d%H%M%S", "20240305140700"),
        ("%Y-%m-%d %H:%M:%S%.f", "2024-03-05 14:07:00.000"),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-03-05T06:07:00Z"),  # Shanghai is UTC+8
        ("%Y-%m-%dT%H:%M:%S%z", "2024-03-05T01:07:00-05:00"),
    ],
)
def test_the_same_moment_is_read_from_every_form(form, text):
    assert converted(DateTime(), [f" {text} "], format=form) == [MOMENT]


@pytest.mark.parametrize("text", ["2024-03-05 14:07", "31/02/2024 14:07", "03/15/2024 14:07", "5/3/24 14:07", "soon"])
def test_a_date_of_another_form_is_bad_and_never_guessed(text):
    assert converted(DateTime(), [text], format="%d/%m/%Y %H:%M") == [BAD]


def test_the_first_fitting_form_of_a_list_counts():
    texts = ["05/03/2024 14:07", "2024-03-05 14:07", "05/03"]
    assert converted(DateTime(), texts, format=["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"]) == [MOMENT, MOMENT, BAD]


def test_a_day_is_midnight_as_an_instant_and_a_date_as_a_day():
    assert converted(DateTime(), ["05/03/2024"], format="%d/%m/%Y") == [datetime(2024, 3, 5)]
    assert converted(Date(), ["05/03/2024"], format="%d/%m/%Y") == [datetime(2024, 3, 5).date()]


def test_a_clock_time_that_stands_for_unknown_is_missing_and_not_bad():
    texts = ["28/08/2023 00:00", "28/08/2023 00:01", "28/08/2023"]
    expected = [None, datetime(2023, 8, 28, 0, 1), BAD]
    assert converted(DateTime(), texts, format="%d/%m/%Y %H:%M", missing_time="00:00") == expected


@settings(max_examples=80)
@given(
    moment=st.datetimes(datetime(1970, 1, 1), datetime(2037, 12, 31)).map(lambda m: m.replace(second=0, microsecond=0)),
    form=st.sampled_from(
        ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y年%m月%d日 %H:%M", "%d.%m.%y %H:%M", "%Y%m%d %I:%M %p"]
    ),
)
def test_what_python_writes_in_a_form_is_read_back(moment, form):
    assert converted(DateTime(), [moment.strftime(form)], format=form) == [moment]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Double(), "4.25", 4.25),
        (Double(), "-1", -1.0),
        (Double(), "4,25", BAD),
        (Double(), "nan", BAD),
        (Double(), "inf", BAD),
        (Double(), "12 min", BAD),
        (Integer(), "3", 3),
        (Integer(), "3.0", 3),  # spreadsheets and data frames write counts so
        (Integer(), "3.5", BAD),
        (Integer(), "99999999999", BAD),  # does not fit 32 bits
        (Boolean(), "TRUE", True),
        (Boolean(), "false", False),
        (Boolean(), "1", BAD),
        (BigInteger(), "143.0", 143),
        (String(), "  Anna  ", "Anna"),
        (String(), "   ", None),
    ],
)
def test_a_value_fits_its_type_or_is_bad(kind, text, value):
    assert converted(kind, [text]) == [value]


NUMBERS = {
    "1,000.50": 1000.5, "-1,234,567": -1234567.0, "12,34": BAD, "1,00": BAD, "1,2345": BAD, "0,875": BAD, ",500": BAD,
    "1.000,50": BAD, "1,000.5.0": BAD,
}  # fmt: skip
SCORES = {"84.5%": 84.5, "84.5 ％": 84.5, "70分": 70.0, "-5分": -5.0, "1,000分": 1000.0, "70元": BAD, "%": BAD}
MONEY = {
    "¥1,200.50": 1200.5, "￥ 80": 80.0, "-¥80": -80.0, "80元": 80.0, "¥80元": 80.0, "80%": BAD, "80分": BAD,
    "1.2万元": BAD, "¥": BAD,
}  # fmt: skip
CASES = [
    *(("", each) for each in NUMBERS.items()),
    *(("score", each) for each in SCORES.items()),
    *(("redress_amount", each) for each in MONEY.items()),
    *(("csat", each) for each in {"4分": 4.0, "80%": BAD}.items()),  # 80 % of 5 is no 80
    *(("inclusion_probability", each) for each in {"10%": BAD, "0.1": 0.1}.items()),
]


@pytest.mark.parametrize(("column", "case"), CASES)
def test_numbers_as_exports_write_them_are_read_or_bad(column, case):
    text, value = case
    assert converted(Double(), [f" {text} "], into=column) == [value]


@pytest.mark.parametrize(
    ("column", "texts", "values"),
    [
        ("value", ["1,200", "3,400.5"], [1200.0, 3400.5]),
        ("score", ["1,500", "3.5", "1,200分"], [BAD, 3.5, 1200.0]),  # one and a half, unless 分 says what it is
        ("score", ["1,200", "1,2", "7"], [BAD, BAD, 7.0]),  # a decimal comma beside it: 1.2 perhaps
        ("score", ["1,200", "0,875"], [BAD, BAD]),
        ("score", ["84.5%", "0.9", "90", "0"], [84.5, BAD, 90.0, 0.0]),  # 0.9 or 90 %
        ("redress_amount", ["$1,200", "5"], [1200.0, 5.0]),
        ("redress_amount", ["$80", "¥80", "80元", "5"], [BAD, BAD, BAD, 5.0]),  # two currencies are no sum
    ],
)
def test_a_number_that_others_of_its_column_make_doubtful_is_bad(column, texts, values):
    assert converted(Double(), texts, into=column) == values


def test_counts_and_durations_take_separators_and_no_signs():
    assert converted(Integer(), ["1,200", "3分"]) == [1200, BAD]
    assert converted(BigInteger(), ["1,200", "5分"]) == [1200, BAD]


def test_decimal_commas_are_read_where_the_mapping_says_so_and_points_are_not_guessed():
    assert converted(Double(), ["4,25", "1.250", "3"], decimal=",") == [4.25, BAD, 3.0]
    assert converted(Double(), ["84,5 %", "70分"], decimal=",", into="score") == [84.5, 70.0]


@pytest.mark.parametrize(
    ("unit", "text", "seconds"),
    [
        ("seconds", "90", 90),
        ("milliseconds", "90000", 90),
        ("minutes", "1.5", 90),
        ("hours", "0.025", 90),  # 0.025 × 3600
        ("h:mm:ss", "0:01:30", 90),
        ("h:mm:ss", "25:00:00", 90_000),  # 25 × 3600
        ("h:mm", "0:02", 120),
        ("m:ss", "1:30", 90),
        ("m:ss", "1:30:00", BAD),
        ("h:mm:ss", "1:75:00", BAD),
        ("h:mm:ss", "90", BAD),
    ],
)
def test_durations_become_seconds(unit, text, seconds):
    assert converted(BigInteger(), [text], unit=unit) == [seconds]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("reject", ["phone", BAD, None]),
        ("keep", ["phone", "Fax", None]),
        ("missing", ["phone", None, None]),
        ({"value": "else"}, ["phone", "else", None]),
    ],
)
def test_codes_that_are_not_listed_go_as_the_mapping_says(other, expected):
    assert converted(String(), ["Tel", "Fax", ""], codes={"Tel": "phone"}, other=other) == expected


def test_codes_become_numbers_and_flags():
    assert converted(Double(), ["很满意", "满意"], codes={"很满意": 5, "满意": 4}) == [5.0, 4.0]
    assert converted(Boolean(), ["是", "否"], codes={"是": True, "否": False}) == [True, False]


def test_missing_words_are_missing_for_the_whole_file_or_one_column():
    texts = ["?", "n/a", "", "1"]
    assert converted(Integer(), texts, missing_everywhere="?") == [None, BAD, None, 1]
    assert converted(Integer(), texts, missing=["?", "n/a"]) == [None, None, None, 1]


def test_a_joined_value_is_missing_when_a_part_is():
    mapping = Mapping.model_validate({"name": "x", "time_zone": "UTC", "tables": {"contacts": {"columns": {}}}})
    source = ColumnSource.model_validate({"column": ["day", "clock"], "format": "%Y-%m-%d %H:%M"})
    turned = conversion(source, DateTime(), mapping)
    frame = pl.DataFrame({"day": ["2024-03-05", "2024-03-05"], "clock": ["14:07", ""]})
    assert frame.select(value=turned.value, bad=turned.is_bad).rows() == [(MOMENT, False), (None, False)]


@pytest.mark.parametrize(
    ("begun", "lasted", "unit", "ended"),
    [
        ("05/03/2024 14:07", "75", "seconds", datetime(2024, 3, 5, 14, 8, 15)),
        ("05/03/2024 23:59", "1:30", "m:ss", datetime(2024, 3, 6, 0, 0, 30)),
        ("05/03/2024 14:07", "", "seconds", None),  # nobody answered
        ("", "75", "seconds", None),
        ("05/03/2024 14:07", "soon", "seconds", BAD),
        ("soon", "75", "seconds", BAD),
    ],
)
def test_a_duration_is_added_to_a_time(begun, lasted, unit, ended):
    source = {"column": "c", "format": "%d/%m/%Y %H:%M", "plus": "d", "unit": unit}
    mapping = Mapping.model_validate({"name": "x", "time_zone": "UTC", "tables": {"contacts": {"columns": {}}}})
    turned = conversion(ColumnSource.model_validate(source), DateTime(), mapping)
    frame = pl.DataFrame({"c": [begun], "d": [lasted]}).select(value=turned.value, bad=turned.is_bad)
    value, bad = frame.row(0)
    assert (BAD if bad else value) == ended
