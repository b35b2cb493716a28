"""Control charts against R, textbooks and hand arithmetic; rules on drawn patterns; verdicts on what they say."""

import math
from statistics import mean

import numpy as np
import polars as pl
import pytest

from metrics.errors import InvalidScope
from metrics.metric import Better
from metrics.spc import (
    ANHOEJ,
    NELSON,
    NHS,
    WESTERN,
    Assurance,
    Chart,
    Heading,
    Phase,
    RuleSet,
    Variation,
    assurance,
    control_chart,
    signal,
    variation,
)
from metrics.spc.limits import c4
from metrics.spc.runs import FEW_CROSSINGS, LONGEST_RUN
from tests.real_data import real_data

FILES = {
    "cdi": "cdi.csv",
    "gtt": "gtt_monthly.csv",
    "juice": "montgomery_07_03_juice_cans.csv",
    "circuit": "montgomery_07_08_circuit_boards.csv",
}
PARTS = (Phase(0), Phase(24))
#: The cases of shared/data/spc_reference: chart, count, denominator, phases, excluded (from 0), what is printed.
REFERENCE = {
    "gtt_run": (Chart.RUN, "harms", "days", (Phase(),), (), 1000),
    "gtt_u": (Chart.U, "harms", "days", (Phase(),), (), 1000),
    "gtt_p": (Chart.P, "harmed_patients", "patients", (Phase(),), (), 1),
    "cdi_run_all": (Chart.RUN, "n", None, (Phase(),), (), 1),
    "cdi_run_pre_frozen": (Chart.RUN, "n", None, (Phase(0, 24),), (), 1),
    "cdi_c_parts": (Chart.C, "n", None, PARTS, (), 1),
    "cdi_u_parts": (Chart.U, "n", "days", PARTS, (), 10_000),
    "cdi_u_all": (Chart.U, "n", "days", (Phase(),), (), 10_000),
    "juice_p_excl_15_23": (Chart.P, "count", "size", (Phase(0), Phase(30)), (14, 22), 1),
    "circuit_c_excl_6_20_first26": (Chart.C, "count", None, (Phase(0, 26),), (5, 19), 1),
}


def read(name: str) -> pl.DataFrame:
    return pl.read_csv(real_data(f"spc_reference/{name}"), null_values="NA")


def reference(case: str):
    chart, count, over, phases, excluded, multiply = REFERENCE[case]
    rows = read(FILES[case.partition("_")[0]])
    rows = rows.with_columns(pl.int_range(pl.len()).alias("period"), pl.col(count).alias("numerator"))
    if over is None:
        rows = rows.with_columns(value=pl.col(count))
    else:
        rows = rows.with_columns(pl.col(over).alias("denominator"), value=pl.col(count) / pl.col(over))
    return control_chart(rows, chart, ANHOEJ, phases=phases, excluded=excluded, multiply=multiply)


@pytest.mark.real_data
@pytest.mark.parametrize("case", REFERENCE)
def test_limits_and_signals_are_those_of_qicharts2(case: str):
    expected = read("expected_points.csv").filter(pl.col("chart") == case)
    found = reference(case).points
    for ours, theirs in (("value", "y"), ("centre", "cl"), ("lower", "lcl"), ("upper", "ucl")):
        assert found[ours].to_list() == pytest.approx(expected[theirs].cast(pl.Float64).to_list(), abs=1e-6)
    for names, theirs in ((["outside_limits"], "sigma.signal"), ([LONGEST_RUN, FEW_CROSSINGS], "runs.signal")):
        ours = [not set(names).isdisjoint(flags) for flags in found["flags"]]
        assert ours == (expected[theirs].cast(pl.String).str.to_uppercase() == "TRUE").to_list()


@pytest.mark.real_data
@pytest.mark.parametrize("case", REFERENCE)
def test_runs_are_counted_as_by_qicharts2(case: str):
    expected = read("expected_summary.csv").filter(pl.col("chart") == case)
    names = ("n.useful", "longest.run", "longest.run.max", "n.crossings", "n.crossings.min")
    found = [phase.runs for phase in reference(case).phases]
    ours = [(each.useful, each.longest, each.longest_allowed, each.crossings, each.crossings_needed) for each in found]
    assert ours == expected.select(names).rows()


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("case", "digits", "printed"),
    # Montgomery, Statistical Quality Control, example 7.1 and 7.3.
    [
        ("juice_p_excl_15_23", 4, (0.2150, 0.0407, 0.3893)),
        ("circuit_c_excl_6_20_first26", 2, (19.67, 6.36, 32.97)),
    ],
)
def test_limits_are_those_that_the_textbook_prints(case: str, digits: int, printed: tuple[float, ...]):
    first = reference(case).points.row(0, named=True)
    assert tuple(round(first[name], digits) for name in ("centre", "lower", "upper")) == printed


@pytest.mark.real_data
def test_breaches_in_emergency_departments_vary_far_beyond_chance():
    rows = pl.read_csv(real_data("nhs_ae_attendances/england_monthly.csv"))
    rows = rows.select("period", numerator=pl.col("breaches"), denominator=pl.col("attendances"))
    by_chance, by_laney = (control_chart(rows, chart) for chart in (Chart.P, Chart.P_PRIME))
    counts, sizes = rows["numerator"].to_list(), rows["denominator"].to_list()
    share = sum(counts) / sum(sizes)  # the formulas of Laney (2002), one after another
    z = [
        (count / size - share) / math.sqrt(share * (1 - share) / size)
        for count, size in zip(counts, sizes, strict=True)
    ]
    ratio = mean(abs(one - other) for one, other in zip(z[1:], z[:-1], strict=True)) / 1.128
    sigma = math.sqrt(share * (1 - share) / sizes[-1])
    for found, width in ((by_chance, 1.0), (by_laney, ratio)):
        last = found.points.row(-1, named=True)
        limits = share - 3 * sigma * width, share + 3 * sigma * width
        assert (last["lower"], last["upper"]) == pytest.approx(limits, abs=1e-12)
    assert by_chance.latest.ratio == pytest.approx(ratio)
    assert by_chance.latest.is_overdispersed
    outside = [sum("outside_limits" in flags for flags in each.points["flags"]) for each in (by_chance, by_laney)]
    assert outside[0] > 4 * outside[1]  # "p-chart limits are far too narrow": PROVENANCE.md of the data


def series(values, **more) -> pl.DataFrame:
    return pl.DataFrame({"period": list(range(1, len(values) + 1)), "value": [float(each) for each in values], **more})


def ratios(counts, sizes) -> pl.DataFrame:
    return pl.DataFrame({"period": range(len(counts)), "numerator": counts, "denominator": sizes})


COSTS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]


@pytest.mark.parametrize(
    ("chart", "points", "expected"),
    [
        # Montgomery, example 6.5 (costs of a loan by week): mean 300.5, mean moving range 7.79, limits 279.78, 321.22.
        (Chart.XMR, series(COSTS), (300.5, 279.78, 321.22)),
        # Shares 0.1 and 0.2 of 100: p̄ 0.15, σ √(0.15·0.85/100) = 0.035707, z ±1.40028, range 2.80056, σz 2.48277.
        (Chart.P_PRIME, ratios([10, 20, 10, 20], [100] * 4), (0.15, 0, 0.41596)),
        # 4 and 9 in 10: ū 0.65, σ √0.065 = 0.254951, z ±0.980581, σz 1.961161 / 1.128 = 1.738618; 3·0.254951·1.738618.
        (Chart.U_PRIME, ratios([4, 9, 4, 9], [10] * 4), (0.65, 0, 1.97979)),
        # Mean 6, σ √(6·7) = 6.480741; the centre is the median.
        (Chart.G, series([3, 5, 8, 4, 10]), (5, 0, 25.44222)),
        # Roots 2 and 3: mean 2.5, σ 1 / 1.128; (2.5 + 3 / 1.128)^3.6, and the lower one is below 0.
        (Chart.T, series([2**3.6, 3**3.6] * 3), (2.5**3.6, 0, 5.159574**3.6)),
    ],
)
def test_limits_without_a_reference_series_are_worked_by_hand(chart: Chart, points: pl.DataFrame, expected: tuple):
    first = control_chart(points, chart).points.row(0, named=True)
    assert tuple(first[name] for name in ("centre", "lower", "upper")) == pytest.approx(expected, rel=1e-5, abs=5e-3)


def test_constants_of_subgroups_are_those_of_the_textbook():
    sizes = np.array([2.0, 3, 4, 5, 10, 25])
    a3 = [2.659, 1.954, 1.628, 1.427, 0.975, 0.606]  # Montgomery, table of control-chart constants
    assert (3 / (c4(sizes) * np.sqrt(sizes))).round(3).tolist() == a3


def test_means_and_spreads_of_subgroups_have_limits_of_their_own():
    # Subgroups m − 2d … m + 2d: s = d√2.5. Means 10 and 11, d 1 and 2: x̄ 10.5, s̄ 2.371708, A3 1.427, B3 0, B4 2.089.
    steps = [10 + 1 * each for each in range(-2, 3)] + [11 + 2 * each for each in range(-2, 3)]
    found = control_chart(pl.DataFrame({"period": ["a"] * 5 + ["b"] * 5, "value": steps}), Chart.XBAR_S)
    wide = 1.427 * 2.371708
    limits = found.points.select("value", "centre", "lower", "upper").row(1)
    assert limits == pytest.approx((11, 10.5, 10.5 - wide, 10.5 + wide), abs=2e-3)
    spread = found.spread.select("value", "centre", "lower", "upper").row(1)
    assert spread == pytest.approx((2 * math.sqrt(2.5), 2.371708, 0, 2.089 * 2.371708), abs=2e-3)


def drawn(shape: str, rules: RuleSet, rule: str) -> str:
    """Points from a drawing in sigmas, with limits from a quiet past that no pattern touches."""
    heights = {"+": 0.4, "-": -0.4, "0": 0.0, "1": 1.4, "2": 2.4, "4": 4.0, "a": -1.4, "b": -2.4, "d": -4.0}
    quiet = [0.564, -0.564] * 20  # moving range 1.128, so sigma is 1
    climb = [0.05 * place for place in range(9)] if shape == "climbing" else [heights[each] for each in shape]
    chart = control_chart(series([*quiet, 0.0, *climb]), Chart.XMR, rules, phases=[Phase(0, 40)])
    return "".join(".^"[rule in flags] for flags in chart.points["flags"][41:])


@pytest.mark.parametrize(
    ("rules", "rule", "shape", "flagged"),
    [
        (NHS, "outside_limits", "+4-d0", ".^.^."),
        (NHS, "run_of_7", "+++0+++", "......."),
        (NHS, "run_of_7", "-+++++++-", ".^^^^^^^."),
        (WESTERN, "run_of_8", "-+++++++-", "........."),
        (WESTERN, "run_of_8", "-++++++++", ".^^^^^^^^"),
        (NELSON, "run_of_9", "+---------", ".^^^^^^^^^"),
        (NHS, "trend_of_7", "climbing", "^^^^^^^^^"),
        (NELSON, "trend_of_6", "ba-+12", "^^^^^^"),
        (NHS, "trend_of_7", "ba-+12", "......"),
        (NHS, "two_of_three", "2+2", "^.^"),
        (NHS, "two_of_three", "2++2", "...."),
        (NHS, "two_of_three", "2b", ".."),
        (WESTERN, "four_of_five", "1a111", "^.^^^"),
        (WESTERN, "four_of_five", "1aa11", "....."),
        (NELSON, "alternating_14", "0+-+-+-+-+-+-+", "^" * 14),
        (NELSON, "within_15", "2" + "+-" * 7, "." * 15),
        (NELSON, "within_15", "2" + "+-" * 7 + "+", "." + "^" * 15),
        (NELSON, "avoiding_8", "1a1a1a1a", "^^^^^^^^"),
        (NELSON, "avoiding_8", "1a1a+a1a", "........"),
    ],
)
def test_patterns_are_flagged_and_what_comes_near_is_not(rules: RuleSet, rule: str, shape: str, flagged: str):
    assert rule in {each.name for each in rules.rules}
    assert drawn(shape, rules, rule) == flagged


def test_no_pattern_reaches_into_the_next_phase_or_over_what_is_left_out():
    values = [0, 1] * 10 + [3, 4] * 10
    whole = control_chart(series(values), Chart.XMR)
    parts = control_chart(series(values), Chart.XMR, phases=[Phase(0), Phase(20)])
    assert sum(map(len, whole.points["flags"])) > 0 == sum(map(len, parts.points["flags"]))
    spiked = [0.0, 1.0] * 10 + [50.0] + [0.0, 1.0] * 5
    left_out = control_chart(series(spiked), Chart.XMR, excluded=[20])
    assert [place for place, flags in enumerate(left_out.points["flags"]) if len(flags)] == [20]
    assert left_out.points["centre"][0] == 0.5


def test_few_points_make_trial_limits_and_fewer_say_nothing():
    def of(count: int):
        return control_chart(series([0, 1] * (count // 2)), Chart.XMR)

    assert [of(count).latest.is_trial for count in (18, 20)] == [True, False]
    assert variation(of(8), Better.HIGHER) is Variation.UNKNOWN
    assert assurance(of(8), 0.5, Better.HIGHER) is Assurance.UNKNOWN
    assert variation(of(10), Better.HIGHER) is Variation.COMMON


@pytest.mark.parametrize(
    ("better", "last", "expected"),
    [
        (Better.HIGHER, 9, Variation.IMPROVING),
        (Better.HIGHER, -9, Variation.WORSENING),
        (Better.LOWER, 9, Variation.WORSENING),
        (Better.LOWER, -9, Variation.IMPROVING),
        (Better.NEITHER, 9, Variation.SPECIAL),
        (Better.LOWER, 0.5, Variation.COMMON),
    ],
)
def test_variation_is_named_by_the_direction_that_is_better(better: Better, last: float, expected: Variation):
    chart = control_chart(series([0, 1] * 10 + [last]), Chart.XMR, phases=[Phase(0, 20)])
    assert variation(chart, better) is expected


def test_a_fall_below_the_centre_that_still_rises_is_headed_up():
    # Seven rising points, the last of them still below the centre of the quiet past: the pattern rises.
    values = [10, 11] * 10 + [8, 8.1, 8.2, 8.3, 8.4, 8.5, 8.6]
    chart = control_chart(series(values), Chart.XMR, RuleSet("trend", NHS.rules[2:3], ""), phases=[Phase(0, 20)])
    assert signal(chart).heading is Heading.UP


@pytest.mark.parametrize(
    ("target", "better", "expected"),
    # 0 and 1 in turns: mean 0.5, sigma 1 / 1.128, limits −2.16 and 3.16.
    [
        (-2.2, Better.HIGHER, Assurance.ALWAYS),
        (-2.1, Better.HIGHER, Assurance.HIT_AND_MISS),
        (3.2, Better.HIGHER, Assurance.NEVER),
        (3.2, Better.LOWER, Assurance.ALWAYS),
        (0.5, Better.LOWER, Assurance.HIT_AND_MISS),
        (-2.2, Better.LOWER, Assurance.NEVER),
        (0.5, Better.NEITHER, Assurance.NO_TARGET),
        (None, Better.LOWER, Assurance.NO_TARGET),
    ],
)
def test_assurance_compares_limits_with_the_target(target: float | None, better: Better, expected: Assurance):
    assert assurance(control_chart(series([0, 1] * 10), Chart.XMR), target, better) is expected


def test_nothing_that_varies_has_limits_on_the_centre_and_no_flag():
    chart = control_chart(series([0.1 + 0.2] * 30), Chart.XMR, NELSON)
    assert chart.points.select("centre", "lower", "upper").row(0) == pytest.approx((0.3, 0.3, 0.3))
    assert sum(map(len, chart.points["flags"])) == 0


@pytest.mark.parametrize(
    ("points", "chart", "more", "sentence"),
    [
        (series([]), Chart.XMR, {}, "no point"),
        (series([1, -1]), Chart.C, {}, "The value -1.0 of period 2"),
        (series([1, 0]), Chart.T, {}, "The value 0.0 of period 2"),
        (ratios([1, 3], [2, 2]), Chart.P, {}, "3 of 2 in period 1"),
        (ratios([1, 3], [2, 0]), Chart.U, {}, "3 of 0 in period 1"),
        (series([1, 2]).with_columns(period=pl.lit("a")), Chart.XMR, {}, "The period a occurs twice."),
        (series([1, 2]), Chart.XBAR_S, {}, "The subgroup 1 has one value"),
        (series([1, 2, 3]), Chart.XMR, {"phases": [Phase(0), Phase(3)]}, "after point 3"),
        (series([1, 2, 3]), Chart.XMR, {"phases": [Phase(0, 4)]}, "frozen after 4 of 3"),
        (series([1, 2, 3]), Chart.XMR, {"excluded": [3]}, "no point 4 to leave out"),
        (series([1, 2, 3]), Chart.XMR, {"excluded": [0, 1, 2]}, "Every point from 1 to 3"),
    ],
)
def test_what_no_chart_can_show_is_said_in_a_sentence(points: pl.DataFrame, chart: Chart, more: dict, sentence: str):
    with pytest.raises(InvalidScope, match=sentence):
        control_chart(points, chart, **more)
