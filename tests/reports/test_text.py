"""Numbers, times, days and sentences as a reader of either language expects them."""

from datetime import date, datetime

import polars as pl
import pytest

from data_access.rows import SHOWN
from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidScope, ServiceQualityError
from metrics.metric import AnyMetric, Unit
from metrics.rules import Rules
from metrics.scope import Period
from metrics.working_time import Clock
from reports import text
from reports.codes import CODES, DIMENSIONS
from reports.rule_names import CLOCKS
from reports.text import LANGUAGES, language, language_of, speaking
from reports.wings import answer_words

BOTH = pytest.mark.parametrize("tongue", list(LANGUAGES))


@pytest.mark.parametrize(
    ("amount", "digits", "shown"),
    [
        (0, 0, "0"),
        (1234.5, 0, "1,234"),  # halves go to the even figure
        (1234567.891, 2, "1,234,567.89"),
        (-12.34, 1, "−12.3"),  # a real minus sign
        (-0.04, 1, "0.0"),
        (-0.0, 0, "0"),
        (999.96, 1, "1,000.0"),
        (None, 1, "–"),
    ],
)
@BOTH
def test_number_has_separators_and_a_minus_sign(amount: float | None, digits: int, shown: str, tongue: str) -> None:
    with speaking(tongue):
        assert text.number(amount, digits) == shown


@pytest.mark.parametrize(
    ("amount", "digits", "shown"),
    [
        (1.25, 2, "+1.25"),
        (-1.25, 2, "−1.25"),
        (0.0, 1, "±0.0"),
        (-0.04, 1, "±0.0"),
        (0.04, 1, "±0.0"),
        (0.06, 1, "+0.1"),
    ],
)
def test_signed_says_plus_minus_or_neither(amount: float, digits: int, shown: str) -> None:
    assert text.signed(amount, digits) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "–"),
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3_599, "59 min 59 s"),
        (3_599.7, "1 h 00 min"),
        (7_500, "2 h 05 min"),
        (172_799, "47 h 59 min"),
        (172_800, "2.0 d"),
        (293_760, "3.4 d"),
        (86_400_000, "1,000.0 d"),
    ],
)
def test_duration_is_said_in_the_units_that_fit(seconds: float | None, shown: str) -> None:
    assert text.duration(seconds) == shown


@pytest.mark.parametrize(
    ("amount", "unit", "english", "chinese"),
    [
        (82.71, Unit.PERCENT, "82.7 %", "82.7%"),
        (3.0, Unit.PER_THOUSAND, "3.0 ‰", "3.0‰"),
        (4.248, Unit.SCORE, "4.25", "4.25"),
        (None, Unit.PERCENT, "–", "–"),
        (100.0, Unit.PERCENT, "100.0 %", "100.0%"),
        (99.98, Unit.PERCENT, "99.98 %", "99.98%"),  # 4,999 of 5,000: not all
        (0.03, Unit.PERCENT, "0.03 %", "0.03%"),
        (0.0, Unit.PERCENT, "0.0 %", "0.0%"),
        (99.99999999999999, Unit.PERCENT, "100.0 %", "100.0%"),  # rounding
        (1e-17, Unit.PER_THOUSAND, "0.0 ‰", "0.0‰"),
        (0.004, Unit.PER_THOUSAND, "0.004 ‰", "0.004‰"),
    ],
)
def test_value_carries_its_unit(amount: float | None, unit: Unit, english: str, chinese: str) -> None:
    with speaking("en"):
        assert text.value(amount, unit) == english
    with speaking("zh"):
        assert text.value(amount, unit) == chinese


@pytest.mark.parametrize(
    ("old", "new", "unit", "english", "chinese"),
    [
        # The traps of the sources: 25 % to 10 % is −15 points and −60 %; 70 to 80 is +10 points.
        (25, 10, Unit.PERCENT, "−15.0 points", "−15.0 个百分点"),
        (70, 80, Unit.PERCENT, "+10.0 points", "+10.0 个百分点"),
        (70, 70, Unit.PERCENT, "±0.0 points", "±0.0 个百分点"),
        (3.25, 3.5, Unit.PER_THOUSAND, "+0.2 per 1,000", None),
        (4.2, 4.3, Unit.SCORE, "+0.10", "+0.10"),
        (300, 240, Unit.SECONDS, "−1 min 00 s", None),
        (240, 300.2, Unit.SECONDS, "+1 min 00 s", None),
        (240, 240.3, Unit.SECONDS, "±0 s", None),
    ],
)
def test_change_is_said_in_the_terms_of_its_unit(
    old: float, new: float, unit: Unit, english: str, chinese: str | None
) -> None:
    with speaking("en"):
        assert text.change(old, new, unit) == english
    if chinese:
        with speaking("zh"):
            assert text.change(old, new, unit) == chinese


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    # (150 + 21) → (50 + 10) a month is −64.9 % of the count.
    [(25, 10, "−60.0 %"), (171, 60, "−64.9 %"), (10, 10, "±0.0 %"), (0, 5, "–"), (4, 5, "+25.0 %"), (5, 0, "−100.0 %")],
)
def test_relative_change_is_a_share_of_the_old_value(old: float, new: float, shown: str) -> None:
    assert text.relative(old, new) == shown


@pytest.mark.parametrize(
    ("start", "end", "english", "chinese"),
    [
        ("2026-11-09", "2026-11-10", "9 Nov 2026", "2026年11月9日"),
        ("2026-11-09", "2026-11-16", "9 – 15 Nov 2026", "2026年11月9日至15日"),
        ("2026-10-26", "2026-11-02", "26 Oct – 1 Nov 2026", "2026年10月26日至11月1日"),
        ("2025-12-29", "2026-01-05", "29 Dec 2025 – 4 Jan 2026", "2025年12月29日至2026年1月4日"),
        ("2024-02-01", "2024-03-01", "1 – 29 Feb 2024", "2024年2月1日至29日"),
    ],
)
def test_period_names_its_first_and_last_day(start: str, end: str, english: str, chinese: str) -> None:
    shown = Period(date.fromisoformat(start), date.fromisoformat(end))
    with speaking("en"):
        assert text.period(shown) == english
    with speaking("zh"):
        assert text.period(shown) == chinese


def test_what_is_split_by_no_usual_dimension_is_called_by_its_column() -> None:
    with speaking("en"):
        assert text.dimension("established_cause") == "Established cause"
        assert text.dimension("team_id") == "Team"


@pytest.mark.parametrize(
    ("beside", "english", "chinese"),
    [
        (("2026-10-26", "2026-11-02"), "24 – 30 Aug", "8月24日至30日"),
        (("2025-12-29", "2026-01-05"), "24 – 30 Aug 2026", "2026年8月24日至30日"),  # which of the two years?
        (("2027-01-04", "2027-01-11"), "24 – 30 Aug 2026", "2026年8月24日至30日"),
    ],
)
def test_period_beside_another_of_its_year_needs_none(beside: tuple[str, str], english: str, chinese: str) -> None:
    shown = Period(date(2026, 8, 24), date(2026, 8, 31))
    other = Period(*map(date.fromisoformat, beside))
    with speaking("en"):
        assert text.period(shown, other) == english
    with speaking("zh"):
        assert text.period(shown, other) == chinese


def test_moments_and_short_days_in_both_languages() -> None:
    at = datetime(2026, 3, 5, 7, 4, 59)
    with speaking("en"):
        assert (text.moment(at), text.short_day(at.date())) == ("5 Mar 2026 07:04", "5 Mar")
    with speaking("zh"):
        assert (text.moment(at), text.short_day(at.date())) == ("2026年3月5日 07:04", "3月5日")


@pytest.mark.parametrize(
    ("browser", "tongue"),
    [("zh-CN", "zh"), ("zh", "zh"), ("ZH-TW", "zh"), ("en-GB", "en"), ("de-DE", "en"), (None, "en"), ("", "en")],
)
def test_browser_decides_between_chinese_and_english(browser: str | None, tongue: str) -> None:
    assert language_of(browser) == tongue


def test_language_ends_with_its_block_even_when_that_fails() -> None:
    before = language.get()
    with pytest.raises(ZeroDivisionError), speaking("zh"):
        assert language.get() == "zh"
        raise ZeroDivisionError
    assert language.get() == before


def test_sentence_without_words_stays_empty() -> None:
    assert text._("") == ""  # gettext gives the catalogue's head for it


@BOTH
@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=list(CATALOGUE))
def test_definition_in_force_has_its_settings_filled_in(metric: AnyMetric, tongue: str) -> None:
    rules = Rules(fcr_window_days=13, fcr_gap_days=17, eligible_seconds=19, coverage_reviews=23)
    with speaking(tongue):
        shown = text.definition(metric, rules)
    assert "{" not in shown
    asked = {"fcr_window_days": "13", "fcr_gap_days": "17", "eligible_seconds": "19", "coverage_reviews": "23"}
    for field, figure in asked.items():
        assert (f"{{{field}}}" in metric.definition) == (figure in shown), field


@pytest.mark.parametrize("clock", list(Clock))
def test_a_definition_of_deadlines_says_when_the_clock_runs(clock: Clock) -> None:
    with speaking("en"):
        said = text.definition(CATALOGUE["complaint_sla_attainment_response"], Rules(deadline_clock=clock))
    assert said.endswith(f"the clock runs {CLOCKS[clock]}.")


@BOTH
def test_error_is_explained_with_its_values(tongue: str) -> None:
    with pytest.raises(ServiceQualityError) as failure:
        Period(date(2026, 2, 1), date(2026, 2, 1))
    assert isinstance(failure.value, InvalidScope)
    with speaking(tongue):
        what, fix = text.explained(failure.value)
    assert "2026-02-01" in what
    assert "{" not in what + fix
    assert str(failure.value) == (
        "The period from 2026-02-01 to 2026-02-01 has no day in it. Choose a start that lies before the end."
    )


def test_codes_are_named_and_the_users_own_are_shown_as_they_are() -> None:
    with speaking("en"):
        assert (text.code("phone"), text.code("Group 70"), text.code(None)) == ("Phone", "Group 70", "Not recorded")
    with speaking("zh"):
        assert (text.code("Group 70"), text.code(None)) == ("Group 70", "未记录")


@pytest.mark.parametrize("name", [*DIMENSIONS, *CODES])
def test_every_code_and_dimension_has_a_chinese_name(name: str) -> None:
    with speaking("zh"):
        shown = text.dimension(name) if name in DIMENSIONS else text.code(name)
    has_chinese = any("一" <= letter <= "鿿" for letter in shown)
    assert has_chinese or shown in {"App", "IT", "IVR"}


@pytest.mark.parametrize("table", SHOWN)
def test_columns_of_cases_have_names(table: str) -> None:
    assert [name for name in SHOWN[table].split() if text.column(name) == name] == []


@BOTH
def test_answers_given_are_told_as_people_know_them(tongue: str) -> None:
    cases = pl.DataFrame(
        {
            "answer_code": ["price_older_rule", "returns_7_days", "K-7", None],
            "issue_type": ["price", "returns", "price", None],
        }
    )
    told = {"zh": ["按旧规则", "7天内可退"], "en": ["By the older rule", "Return within 7 days"]}
    with speaking(tongue):
        assert answer_words.spoken(cases)["answer_code"].to_list() == [*told[tongue], "K-7", None]
    alone = cases.select("answer_code")
    assert answer_words.spoken(alone).equals(alone)  # a code is of an issue type
