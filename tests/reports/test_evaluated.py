"""The verdict in words: every code, both languages, every direction and kind of figure."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from metrics.intervention import ChangeEffect, CheckCode, CheckStatus, Effect, Expected, Family, VerdictCode
from metrics.intervention import Verdict as Judged
from metrics.results import Estimate, Needed, NotEstimable, Reason
from reports import effect_sizes as sizes
from reports import evaluated, evaluated_checks
from reports.text import speaking
from tests.metrics.interrupted import counted, months
from tests.metrics.interrupted import evaluated as worked_out

LEFT_OVER = re.compile(r"[{}]|\b(nan|None|inf)\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODES = [code for code in VerdictCode if code is not VerdictCode.NOT_ESTIMABLE]
CLEAR = {VerdictCode.WORKED, VerdictCode.GOT_WORSE}
REASONS = {
    VerdictCode.ALREADY_UNDER_WAY: [CheckCode.PRE_TREND, CheckCode.PLACEBO_TIME],
    VerdictCode.CONFOUNDED: [CheckCode.OTHER_CHANGES, CheckCode.PLACEBO_OUTCOME],
    VerdictCode.WORKED_FADING: [CheckCode.FADING],
}
BEFORE = [150, 149, 152, 150, 148, 151, 149, 150, 153, 150, 147, 151]
AFTER = [51, 50, 49, 50, 52, 48, 50, 51, 49, 50, 50, 50]


def a_count() -> ChangeEffect:
    return worked_out(counted([*BEFORE, *AFTER]), 12)


def a_share() -> ChangeEffect:
    frame = pl.DataFrame({"period": months(24), "numerator": [*BEFORE, *AFTER], "denominator": [500] * 24})
    return worked_out(frame, 12)


def a_mean() -> ChangeEffect:
    return worked_out(pl.DataFrame({"period": months(24), "value": [each / 10 for each in (*BEFORE, *AFTER)]}), 12)


@pytest.fixture(scope="module")
def effects() -> dict[Family, ChangeEffect]:
    return {Family.COUNT: a_count(), Family.SHARE: a_share(), Family.MEAN: a_mean()}


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


def told_as(found: ChangeEffect, code: VerdictCode, expected: Expected, reason: CheckCode | None) -> ChangeEffect:
    """The same series with another verdict, and an effect of that verdict's direction."""
    falls = (expected != "increase") == (code is not VerdictCode.GOT_WORSE)
    ratio = Effect(0.5, 0.4, 0.62, 0.001) if falls else Effect(2.0, 1.6, 2.5, 0.001)
    points = Effect(-5.0, -6.0, -4.0, 0.001) if falls else Effect(5.0, 4.0, 6.0, 0.001)
    averted = Estimate(120, 90, 150) if falls else Estimate(-120, -150, -90)
    if code not in CLEAR:
        ratio, points, averted = Effect(0.9, 0.7, 1.2, 0.4), Effect(-1, -3, 1, 0.4), Estimate(20, -10, 50)
    verdict = Judged(code, (reason,) if reason else (), "New shop", 0.6, 0.8, 7)
    averted_ = None if found.family is Family.MEAN else averted
    return replace(found, expected=expected, overall=ratio, difference=points, averted=averted_, verdict=verdict)


def cases() -> Iterator[tuple[VerdictCode, CheckCode | None, Expected]]:
    for code in CODES:
        for reason in REASONS.get(code, [None]):
            yield from ((code, reason, each) for each in ("decrease", "increase"))
            if code is not VerdictCode.GOT_WORSE:  # where either direction would do, every effect is wanted
                yield code, reason, "either"


@pytest.mark.parametrize(("code", "reason", "expected"), list(cases()))
@pytest.mark.parametrize("family", Family)
def test_every_verdict_is_said_in_whole_sentences(
    effects: dict[Family, ChangeEffect],
    family: Family,
    code: VerdictCode,
    reason: CheckCode | None,
    expected: Expected,
    language: str,
):
    said = evaluated.paragraph(told_as(effects[family], code, expected, reason))
    assert not LEFT_OVER.search(said)
    assert bool(CHINESE.search(said)) == (language == "zh")
    assert said.endswith("。" if language == "zh" else ".")


@pytest.mark.parametrize(("code", "reason", "expected"), list(cases()))
def test_no_verdict_contradicts_itself(
    effects: dict[Family, ChangeEffect], code: VerdictCode, reason: CheckCode | None, expected: Expected
):
    said = evaluated.paragraph(told_as(effects[Family.COUNT], code, expected, reason))
    assert ("includes zero" in said) == (code in {VerdictCode.NO_CLEAR_CHANGE, VerdictCode.TOO_EARLY})
    assert ("worked" in said) == (code in {VerdictCode.WORKED, VerdictCode.WORKED_FADING} and expected != "either")
    assert ("got worse" in said) == (code is VerdictCode.GOT_WORSE)
    fewer = code in CLEAR and (expected != "increase") == (code is VerdictCode.WORKED)
    assert ("cases fewer" in said) == fewer
    assert ("cases more" in said) == (code in CLEAR and not fewer)


def test_more_of_what_is_good_worked_and_fewer_of_it_got_worse(effects: dict[Family, ChangeEffect]):
    solved = told_as(effects[Family.SHARE], VerdictCode.WORKED, "increase", None)
    assert "This change worked: +5.0 points, 95 % sure of +4.0 points to +6.0 points." in evaluated.paragraph(solved)
    lost = told_as(effects[Family.SHARE], VerdictCode.GOT_WORSE, "increase", None)
    assert "It got worse: −5.0 points" in evaluated.headline(lost)
    assert "where a rise was expected" in evaluated.headline(lost)


def test_the_numbers_of_a_real_fall_are_said(effects: dict[Family, ChangeEffect]):
    found = effects[Family.COUNT]
    assert found.verdict.code is VerdictCode.WORKED
    said = evaluated.paragraph(found)
    assert "A month there were 150 before the change and 50 after it." in said  # 1800 / 12 and 600 / 12
    assert said.startswith("This change worked: −6")  # 150 to 50 is −67 %
    assert "From 1 Jan 2023 to 31 Dec 2023" in said


def test_too_early_says_both_and_how_many_months_more():
    # 21 to 10 a month, six months on each side: the level differs clearly, a trend cannot be taken out yet.
    found = worked_out(counted([23, 19, 20, 23, 21, 20, 11, 9, 10, 12, 8, 10]), 6)
    assert found.verdict.code is VerdictCode.TOO_EARLY
    told = evaluated.sentences(found)
    assert told[0].startswith(f"It is too early to say: it takes {found.verdict.more_periods} months more")
    # 60 of 126: exp(± 1.96 √(1/126 + 1/60)) about 0.476 is 0.350 to 0.648, the exact interval a little wider.
    assert re.search(r"The level alone differs clearly \(−52 %, 95 % sure of −6[56] % to −35 %\)", told[2])
    assert "With a trend taken out" in told[3]


def test_what_a_bend_explains_is_not_told_as_clear(effects: dict[Family, ChangeEffect]):
    found = told_as(effects[Family.COUNT], VerdictCode.ALREADY_UNDER_WAY, "decrease", CheckCode.PRE_TREND)
    checks = tuple(
        replace(each, numbers={**each.numbers, "beyond": 0.82, "beyond_p": 0.31})
        if each.code is CheckCode.PRE_TREND
        else each
        for each in found.checks
    )
    said = evaluated.paragraph(replace(found, checks=checks, overall=Effect(0.69, 0.53, 0.91, 0.01)))
    assert "one that bent before it leaves −18 %, which is not clear." in said


def test_cases_where_there_was_none_are_told_by_their_number():
    found = worked_out(counted([0] * 12 + [8, 9, 10, 8, 9, 10, 8, 9, 10, 8, 9, 10]), 12)
    said = evaluated.headline(found)
    assert re.fullmatch(r"It got worse: \+9\.\d a month, 95 % sure of .* a month, where a fall was expected\.", said)
    assert sizes.relative(5e9) == "over +9,900 %"


def test_a_chance_is_never_told_as_certain(effects: dict[Family, ChangeEffect]):
    found = told_as(effects[Family.COUNT], VerdictCode.NO_CLEAR_CHANGE, "decrease", None)
    sure = replace(found, verdict=replace(found.verdict, power=0.99999))
    assert "a chance of 99.9 %" in evaluated.paragraph(sure)


@pytest.mark.parametrize("reason", evaluated.REFUSED)
def test_every_refusal_is_said(reason: Reason, language: str):
    said = evaluated.paragraph(NotEstimable(reason, Needed.PERIODS_AFTER, {"found": 2, "least": 3}))
    assert not LEFT_OVER.search(said)
    assert bool(CHINESE.search(said)) == (language == "zh")


def test_every_check_and_model_has_a_sentence(effects: dict[Family, ChangeEffect], language: str):
    for found in effects.values():
        told = [evaluated_checks.check(found, each) for each in found.checks]
        told += evaluated_checks.model(found.model)
        assert [each for each in told if LEFT_OVER.search(each)] == []
        assert all(bool(CHINESE.search(each)) == (language == "zh") for each in told)
    questioned = {(code, status) for code, status in evaluated_checks.ANSWERS}
    assert questioned == {(code, status) for code in CheckCode for status in (CheckStatus.OK, CheckStatus.WARNING)}


@pytest.mark.parametrize("status", [CheckStatus.OK, CheckStatus.WARNING])
def test_each_check_fills_both_its_answers(effects: dict[Family, ChangeEffect], status: CheckStatus):
    others = {"Refund": counted([30 + place % 3 for place in range(24)])}
    series = counted([*BEFORE, *AFTER])
    found = worked_out(series, 12, others=others)
    for each in found.checks:
        if each.status is not CheckStatus.NOT_POSSIBLE:
            names = each.names or (date(2022, 3, 1).isoformat(),)
            said = evaluated_checks.check(found, replace(each, status=status, names=names))
            assert not LEFT_OVER.search(said)
