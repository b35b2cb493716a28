"""Which words and phrases do customers use more often than before? Log-odds with an informative prior.

A complaint counts once for each term in it, so that nobody's wrath counts twice. The odds of a term in the window stand
against its odds in the weeks before, and both are drawn towards its share in all of these texts, as if PRIOR complaints
more had been like them: few cases alone name nothing. A term rises only where it is said more often by the day as well:
where other complaints become fewer, the share of all that is left grows without a cause.

Source: Monroe, Colaresi & Quinn (2008), Political Analysis 16, equations 15, 16 and 22; Przyborowski & Wilenski (1940),
Biometrika 31, for counts of two periods; Berger (1982), Technometrics 24: the larger of two p values.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy import special

from metrics.desk.stop_words import STOP_WORDS, TELLING
from metrics.discoveries import discoveries
from metrics.intervals import proportion_ratio_score
from metrics.scope import Period

PRIOR = 50  # complaints that the share of a term in all texts is worth
BEFORE = 52  # weeks before the window at most: every season is in them
LEAST_BEFORE = 13  # and at least
LEAST_TEXTS = 30  # in the window, and in the weeks before
LEAST_CASES = 5  # complaints with a term: fewer are no issue, and might tell who they are of
ALIKE = 0.5  # share of complaints in common: from it on two terms are one issue
MOST_NAMED = 40
HAN = r"^[\u3400-\u9fff]+$"
TERMS = {"complaint_id": pl.String(), "day": pl.Date(), "term": pl.String(), "is_phrase": pl.Boolean()}
RISING = {
    "term": pl.String(), "also": pl.List(pl.String()), "now": pl.Int64(), "before": pl.Int64(), "share": pl.Float64(),
    "share_before": pl.Float64(), "ratio": pl.Float64(), "low": pl.Float64(), "high": pl.Float64(), "z": pl.Float64(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TooFewTexts:
    """Why nothing is said: LEAST_TEXTS in the window and before it are needed, and LEAST_BEFORE weeks before it."""

    texts: int
    texts_before: int


@dataclass(frozen=True, slots=True, eq=False)
class Rising:
    """What rises, one row an issue, the clearest first."""

    window: Period
    past: Period
    texts: int  # in the window
    texts_before: int
    tested: int  # terms
    terms: pl.DataFrame  # RISING; shares in percent of texts, `ratio` with its interval
    cases: pl.DataFrame  # `term complaint_id`: the complaints of the window with it


def terms_of(texts: pl.DataFrame) -> pl.DataFrame:
    """The words and phrases of two words that mean something, each once a complaint: TERMS.

    Args:
        texts: `complaint_id day words`, as `data_access.desk.texts` cuts them.
    """
    tokens = texts.select("complaint_id", "day", pl.col("words").str.split(" ").alias("term")).explode("term")
    term = pl.col("term")
    is_long = pl.when(term.str.contains(HAN)).then((term.str.len_chars() > 1) | term.is_in(TELLING))
    tells = is_long.otherwise(term.str.len_chars() > 2) & ~term.is_in(STOP_WORDS)
    told = tokens.with_columns(tells=tells.fill_null(value=False))
    follows = pl.col("complaint_id").shift(-1) == pl.col("complaint_id")
    after, is_han = term.shift(-1), term.str.contains(HAN)
    told = told.with_columns(
        phrase=pl.when(follows & pl.col("tells") & pl.col("tells").shift(-1)).then(
            pl.when(is_han & is_han.shift(-1)).then(term + after).otherwise(term + " " + after)
        )
    )
    words = told.filter("tells").select("complaint_id", "day", "term", pl.lit(value=False).alias("is_phrase"))
    phrases = told.drop_nulls("phrase").select(
        "complaint_id", "day", pl.col("phrase").alias("term"), pl.lit(value=True).alias("is_phrase")
    )
    return pl.concat([words, phrases]).unique(["complaint_id", "term"], keep="first", maintain_order=True)


def rising(texts: pl.DataFrame, end: date, weeks: int) -> Rising | TooFewTexts:
    """The terms of the last weeks that stand out against those before them.

    Of those named at most one of twenty is expected to be chance (metrics/discoveries.py).

    Args:
        texts: `complaint_id day words`; one row a complaint.
        end: the day after the window.
    """
    start = end - timedelta(days=7 * weeks)
    earliest = start - timedelta(days=7 * BEFORE)
    near = texts.filter(pl.col("day").is_between(earliest, end, closed="left"))
    n = near.filter(pl.col("day") >= start).height
    n_before, first = near.height - n, near["day"].min()
    is_enough = isinstance(first, date) and first <= start - timedelta(days=7 * LEAST_BEFORE)
    if not is_enough or min(n, n_before) < LEAST_TEXTS:
        return TooFewTexts(n, n_before)
    window, past = Period(start, end), Period(first, start)
    terms = terms_of(near)
    is_now = pl.col("day") >= start
    counted = terms.group_by("term").agg(
        is_now.sum().cast(pl.Int64).alias("now"), (~is_now).sum().cast(pl.Int64).alias("before"),
        pl.col("is_phrase").first(),
    )  # fmt: skip
    tested = counted.filter(pl.col("now") + pl.col("before") >= LEAST_CASES).sort("term")
    z = log_odds_z(tested["now"].to_numpy(), n, tested["before"].to_numpy(), n_before)
    more = more_often(tested["now"].to_numpy(), tested["before"].to_numpy(), window, past)
    named = tested.with_columns(z=z).filter(
        pl.Series(discoveries(np.maximum(special.ndtr(-z), more))), pl.col("z") > 0, pl.col("now") >= LEAST_CASES
    )
    ordered = named.sort("z", "is_phrase", "term", descending=[True, True, False]).head(MOST_NAMED)
    of_window = terms.filter(is_now).join(ordered.select("term"), on="term", how="semi").select("term", "complaint_id")
    rows = _issues(ordered, of_window, n, n_before)
    return Rising(window, past, n, n_before, tested.height, rows, of_window.join(rows, on="term", how="semi"))


def log_odds_z(now: np.ndarray, n: int, before: np.ndarray, n_before: int) -> np.ndarray:
    """Standard errors by which the logarithm of a term's odds lies above that of before.

    Args:
        now: complaints with the term, of `n`.
        before: the same of the weeks before.
    """
    prior = PRIOR * (now + before) / (n + n_before)

    def log_odds(count: np.ndarray, total: int) -> np.ndarray:
        return np.log((count + prior) / (total + PRIOR - count - prior))

    delta = log_odds(now, n) - log_odds(before, n_before)
    return delta / np.sqrt(1 / (now + prior) + 1 / (before + prior))


def more_often(now: np.ndarray, before: np.ndarray, window: Period, past: Period) -> np.ndarray:
    """The chance that the window has so many of the complaints with a term, or more, if every day is like the other."""
    days, days_before = (each.end - each.start for each in (window, past))
    return special.bdtrc(now - 1, now + before, days / (days + days_before))


def _issues(ordered: pl.DataFrame, cases: pl.DataFrame, n: int, n_before: int) -> pl.DataFrame:
    """RISING: a term whose complaints are mostly those of a clearer one is named beside that one."""
    of_term: dict[str, set[str]] = {}
    for term, case in cases.iter_rows():
        of_term.setdefault(term, set()).add(case)
    rows: list[dict] = []
    for row in ordered.iter_rows(named=True):
        own = of_term[row["term"]]
        first = next((each for each in rows if _alike(own, of_term[each["term"]])), None)
        if first is not None:
            first["also"].append(row["term"])
            continue
        ratio = proportion_ratio_score(row["now"], n, row["before"], n_before)
        shares = {"share": 100 * row["now"] / n, "share_before": 100 * row["before"] / n_before}
        spread = {"ratio": ratio.value, "low": ratio.low, "high": ratio.high}
        rows.append({"term": row["term"], "also": [], "now": row["now"], "before": row["before"]} | shares | spread)
        rows[-1]["z"] = row["z"]
    return pl.DataFrame(rows, schema=RISING)


def _alike(left: set[str], right: set[str]) -> bool:
    return len(left & right) >= ALIKE * min(len(left), len(right))


def weekly_cases(texts: pl.DataFrame, term: str, ends: tuple[date, ...]) -> pl.DataFrame:
    """How many texts of each week have a term, and how many texts there are: `end count texts`, 0 among them."""
    first = ends[0] - timedelta(days=7)
    near = texts.filter(pl.col("day").is_between(first, ends[-1], closed="left"))
    having = terms_of(near).filter(pl.col("term") == term).select("complaint_id", has=pl.lit(1))
    back = (pl.lit(ends[-1]) - pl.col("day")).dt.total_days() - 1
    end = pl.lit(ends[-1]) - pl.duration(days=7 * (back // 7))
    counted = (
        near.join(having, on="complaint_id", how="left")
        .group_by(end.cast(pl.Date).alias("end"))
        .agg(pl.col("has").sum().cast(pl.Int64).alias("count"), pl.len().cast(pl.Int64).alias("texts"))
    )
    return pl.DataFrame({"end": ends}).join(counted, on="end", how="left").fill_null(0).sort("end")
