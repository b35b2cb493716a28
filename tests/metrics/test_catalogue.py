"""What holds for every metric of the catalogue, whatever it counts."""

from datetime import date, timedelta
from string import Formatter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from metrics.catalogue import CATALOGUE, named
from metrics.errors import UnknownName
from metrics.evaluation import evaluate
from metrics.metric import AnyMetric, Metric, Quantile, Spread, Statistic, Status
from metrics.open_cases import BACKLOG, LEAD_TIME
from metrics.rules import Rules
from metrics.times import DURATIONS

EVERY = pytest.mark.parametrize("metric", CATALOGUE.values(), ids=list(CATALOGUE))
NUMBERS = ("value", "numerator", "denominator", "low", "high")
FIRST = date(2024, 2, 26)

#: Rows of (day, team, size, part): `size` is counted, `part` of six parts of it make the numerator.
ROWS = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from("abc"), st.integers(0, 400), st.integers(0, 6)), max_size=12
)


def frame_of(metric: AnyMetric, rows: list[tuple[int, str, int, int]]) -> pl.DataFrame:
    """Facts that this metric can read; a numerator is never above its denominator."""
    days = [FIRST + timedelta(days=day) for day, *_ in rows]
    teams = [team for _, team, *_ in rows]
    sizes = [size for *_, size, _ in rows]
    parts = [part for *_, part in rows]
    types = {"day": pl.Date, "team_id": pl.String}
    if isinstance(metric, Quantile):
        measures = {"bin": [part * 60 - 1 for part in parts], "contacts": [size + 1 for size in sizes]}
        frame = pl.DataFrame(
            {"day": days, "team_id": teams, **measures}, schema={**types, "bin": pl.Int64, "contacts": pl.Int64}
        )
        return frame.with_columns(duration=pl.lit(metric.duration))
    if isinstance(metric, Statistic):
        return pl.DataFrame(
            {"day": days, "team_id": teams, **statistic_columns(sizes, parts)},
            schema=types | STATISTIC_COLUMNS,
        )
    # What a metric adds or takes away beside its first count is 0 here; that it does so is worked by hand elsewhere.
    numerator, *added = metric.numerator.meta.root_names()
    denominator, *taken = metric.denominator.meta.root_names()
    measures = dict.fromkeys([*added, *taken], [0] * len(rows))
    measures |= {denominator: sizes, numerator: [size * part // 6 for size, part in zip(sizes, parts, strict=True)]}
    if metric.spread is not None:
        measures |= clusters(metric.spread, measures[numerator], sizes)
    if metric.squares is not None:
        (squares,) = metric.squares.meta.root_names()
        measures[numerator] = [size * part for size, part in zip(sizes, parts, strict=True)]
        measures[squares] = [size * part * part for size, part in zip(sizes, parts, strict=True)]
    return pl.DataFrame(
        {"day": days, "team_id": teams, **measures}, schema={**types, **dict.fromkeys(measures, pl.Int64)}
    )


STATISTIC_COLUMNS = {
    **dict.fromkeys(("raters", "nothings", "first", "second", "stayed_away", "uncomplained", "answered"), pl.Int64),
    **dict.fromkeys(("rating_sum", "rating_squares", "rating", "csat"), pl.Float64),
    **dict.fromkeys(("issue_type", "answer_code"), pl.String),
}


def statistic_columns(sizes: list[int], parts: list[int]) -> dict[str, list]:
    """Two ratings a row, `size` and seven times `part`; verdicts, outcomes and answers from what is left of them."""
    pairs = list(zip(sizes, parts, strict=True))
    return {
        "raters": [2] * len(pairs),
        "rating_sum": [float(x + 7 * y) for x, y in pairs],
        "rating_squares": [float(x**2 + (7 * y) ** 2) for x, y in pairs],
        "nothings": [(x == 0) + (y == 0) for x, y in pairs],
        "first": [x % 3 for x, _ in pairs],
        "second": [y % 3 for _, y in pairs],
        "rating": [float(x) for x, _ in pairs],
        "csat": [1.0 + y % 5 for _, y in pairs],
        "stayed_away": [y % 2 for _, y in pairs],
        "uncomplained": [int(y > 1) for _, y in pairs],
        "issue_type": [f"issue {x % 2}" for x, _ in pairs],
        "answer_code": [f"answer {y}" for _, y in pairs],
        "answered": sizes,
    }


def clusters(spread: Spread, counted: list[int], sizes: list[int]) -> dict[str, list[int]]:
    """Every row is a cluster of its own."""
    pairs = list(zip(counted, sizes, strict=True))
    names = (each.meta.root_names()[0] for each in (spread.numerator_squares, spread.products))
    squares, products = names
    return {
        squares: [x * x for x, _ in pairs],
        products: [x * y for x, y in pairs],
        spread.denominator_squares.meta.root_names()[0]: [y * y for _, y in pairs],
        spread.clusters.meta.root_names()[0]: [1] * len(pairs),
    }


def test_ids_are_their_keys_and_names_are_unique() -> None:
    assert [metric.id for metric in CATALOGUE.values()] == list(CATALOGUE)
    assert len({metric.name for metric in CATALOGUE.values()}) == len(CATALOGUE)


@EVERY
def test_definition_names_only_settings_that_exist(metric: AnyMetric) -> None:
    named_fields = {field for _, field, _, _ in Formatter().parse(metric.definition) if field}
    assert named_fields <= set(Rules().named())
    assert metric.definition.endswith(".")
    assert metric.source.endswith(".")


@EVERY
def test_texts_are_plain_sentences_without_dangling_braces(metric: AnyMetric) -> None:
    values = dict.fromkeys(Rules().named(), 0)
    assert "{" not in metric.definition.format_map(values)
    assert metric.needs


@EVERY
def test_empty_frame_gives_null_and_no_data(metric: AnyMetric) -> None:
    result = evaluate([metric], frame_of(metric, []))
    assert result.height == 1
    assert result.select("value", "low", "high").row(0) == (None, None, None)
    assert result["status"].to_list() == [Status.NO_DATA]


@pytest.mark.alike(2)
@EVERY
@settings(max_examples=4)
@given(rows=ROWS)
def test_numbers_are_finite_or_null_and_the_interval_contains_the_value(metric: AnyMetric, rows: list) -> None:
    result = evaluate([metric], frame_of(metric, rows), ["team_id"], data_end=FIRST + timedelta(days=21))
    for name in NUMBERS:
        assert result[name].is_finite().fill_null(value=True).all(), name
    slack = pl.col("value").abs() * 1e-9 + 1e-9
    assert result.filter(pl.col("low") > pl.col("value") + slack).is_empty()
    assert result.filter(pl.col("high") < pl.col("value") - slack).is_empty()
    assert result["value"].is_null().equals(result["status"].is_in([Status.NO_DATA, Status.NO_VARIATION]))
    if metric.unit.name == "PERCENT":
        assert result.filter(~pl.col("low").is_between(0, 100) | ~pl.col("high").is_between(0, 100)).is_empty()


@pytest.mark.alike(2)
@EVERY
@settings(max_examples=4)
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_row_order_is_irrelevant(metric: AnyMetric, rows: list, order: object) -> None:
    shuffled = rows.copy()
    order.shuffle(shuffled)  # ty: ignore[missing-attribute]
    one, other = (evaluate([metric], frame_of(metric, each), ["team_id"]) for each in (rows, shuffled))
    assert_frame_equal(one.sort("team_id"), other.sort("team_id"), rel_tol=1e-12)


@pytest.mark.alike(2)
@EVERY
@settings(max_examples=4)
@given(rows=ROWS)
def test_total_equals_its_groups_pooled(metric: AnyMetric, rows: list) -> None:
    frame = frame_of(metric, rows)
    total = evaluate([metric], frame).row(0, named=True)
    groups = evaluate([metric], frame, [pl.col("day").dt.truncate("1w").alias("week"), "team_id"])
    assert groups["denominator"].sum() == pytest.approx(total["denominator"])
    if isinstance(metric, Metric):
        assert groups["numerator"].sum() == pytest.approx(total["numerator"])
        if total["denominator"]:
            pooled = float(groups["numerator"].sum()) / float(groups["denominator"].sum()) * metric.unit.scale
            assert total["value"] == pytest.approx(pooled)
    elif isinstance(metric, Quantile) and groups.height:
        assert groups["value"].min() <= total["value"] <= groups["value"].max()


@pytest.mark.alike(2)
@EVERY
@settings(max_examples=4)
@given(rows=ROWS.filter(len))
def test_group_equals_its_rows_evaluated_alone(metric: AnyMetric, rows: list) -> None:
    frame = frame_of(metric, rows)
    groups = evaluate([metric], frame, ["team_id"])
    is_one = pl.col("team_id") == rows[0][1]  # whichever was drawn
    alone = evaluate([metric], frame.filter(is_one))
    assert_frame_equal(alone, groups.filter(is_one).drop("team_id"), rel_tol=1e-12)


def test_every_duration_of_a_quantile_is_one_that_is_counted() -> None:
    quantiles = [metric for metric in CATALOGUE.values() if isinstance(metric, Quantile)]
    assert {metric.duration for metric in quantiles} == {*DURATIONS, BACKLOG, LEAD_TIME}


def test_metrics_are_named_in_the_order_asked() -> None:
    assert [metric.id for metric in named(["csat", "complaint_rate"])] == ["csat", "complaint_rate"]


def test_mistyped_metric_is_answered_with_near_names() -> None:
    with pytest.raises(UnknownName, match=r"There is no metric 'csatt'\. Did you mean: csat"):
        named(["csatt"])
