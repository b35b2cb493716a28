"""When a pattern of points is no chance: every rule a named expression with its source, gathered into sets.

Expressions read the points of one phase in the order of time: `value`; `side`, −1 below the centre, 0 on it, 1 above;
`z`, how many sigmas a point lies out (null where nothing varies).
"""

from dataclasses import dataclass

import polars as pl

from metrics.errors import UnknownName, near

OUT = 3 + 1e-9  # sigmas; the last bits of a point on a limit do not put it outside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One pattern.

    `complete` is 1 or −1 at the point with which a pattern upwards or downwards has just come about, else 0; for a
    pattern that has no direction (`is_directed` False) it is 1. `member` says in the same way which of the last
    `length` points make it up; None: all of them.
    """

    name: str
    length: int
    complete: pl.Expr
    member: pl.Expr | None
    source: str
    is_directed: bool = True

    def flagged(self) -> pl.Expr:
        """1 or −1 at each point of a pattern upwards or downwards, else 0."""
        up, down = (
            (self.complete == sign)
            .fill_null(value=False)
            .cast(pl.Int8)
            .reverse()
            .rolling_max(self.length, min_samples=1)
            .reverse()
            .cast(pl.Boolean)
            for sign in (1, -1)
        )
        if self.member is not None:
            up, down = up & (self.member == 1), down & (self.member == -1)
        return pl.when(up).then(1).when(down).then(-1).otherwise(0).cast(pl.Int8).alias(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Rules that are used together. `counts_runs`: the whole phase is judged by its runs as well, see runs.py."""

    name: str
    rules: tuple[Rule, ...]
    source: str
    counts_runs: bool = False


def _signed(up: pl.Expr, down: pl.Expr) -> pl.Expr:
    return pl.when(up).then(1).when(down).then(-1).otherwise(0)


def outside_limits(source: str) -> Rule:
    """A point beyond a limit."""
    out = _signed(pl.col("z") > OUT, pl.col("z") < -OUT)
    return Rule(name="outside_limits", length=1, complete=out, member=out, source=source)


def run_on_one_side(length: int, source: str) -> Rule:
    """So many points in a row on one side of the centre; a point on the centre ends the run."""
    together = pl.col("side").rolling_sum(length)
    complete = _signed(together == length, together == -length)
    return Rule(name=f"run_of_{length}", length=length, complete=complete, member=pl.col("side"), source=source)


def trend(length: int, source: str) -> Rule:
    """So many points in a row, each above the one before, or each below."""
    steps = pl.col("value").diff().sign().rolling_sum(length - 1)
    complete = _signed(steps == length - 1, steps == 1 - length)
    return Rule(name=f"trend_of_{length}", length=length, complete=complete, member=None, source=source)


def beyond(count: int, length: int, sigmas: float, name: str, source: str) -> Rule:
    """So many of so many points in a row further out than some sigmas, on the same side."""
    where = _signed(pl.col("z") > sigmas, pl.col("z") < -sigmas)
    up, down = (
        (where == sign) & ((where == sign).cast(pl.Int8).rolling_sum(length, min_samples=1) >= count)
        for sign in (1, -1)
    )
    return Rule(name=name, length=length, complete=_signed(up, down), member=where, source=source)


def alternating(length: int, source: str) -> Rule:
    """So many points in a row, up and down in turns."""
    step = pl.col("value").diff().sign()
    turns = (step * step.shift(1) == -1).cast(pl.Int8).rolling_sum(length - 2)
    return _undirected(f"alternating_{length}", length, turns == length - 2, source)


def within(sigmas: float, length: int, source: str) -> Rule:
    """So many points in a row nearer to the centre than some sigmas: two processes are mixed in each point."""
    near_it = (pl.col("z").abs() < sigmas).cast(pl.Int8).rolling_sum(length)
    return _undirected(f"within_{length}", length, near_it == length, source)


def avoiding(sigmas: float, length: int, source: str) -> Rule:
    """So many points in a row with none near the centre: two processes take turns."""
    far = (pl.col("z").abs() > sigmas).cast(pl.Int8).rolling_sum(length)
    return _undirected(f"avoiding_{length}", length, far == length, source)


def _undirected(name: str, length: int, complete: pl.Expr, source: str) -> Rule:
    return Rule(
        name=name, length=length, complete=complete.cast(pl.Int8), member=None, source=source, is_directed=False
    )


MAKING_DATA_COUNT = "NHS England, Making Data Count"
WESTERN_ELECTRIC = "Western Electric, Statistical Quality Control Handbook (1956)"
NELSON_1984 = "Nelson (1984), Journal of Quality Technology 16"
ANHOEJ_2014 = "Anhøj & Olesen (2014), PLoS ONE 9; Anhøj (2015), PLoS ONE 10"

NHS = RuleSet(
    "nhs",
    (
        outside_limits(MAKING_DATA_COUNT),
        run_on_one_side(7, MAKING_DATA_COUNT),
        trend(7, MAKING_DATA_COUNT),
        beyond(2, 3, 2.0, "two_of_three", MAKING_DATA_COUNT),
    ),
    MAKING_DATA_COUNT,
)
WESTERN = RuleSet(
    "western",
    (
        outside_limits(WESTERN_ELECTRIC),
        beyond(2, 3, 2.0, "two_of_three", WESTERN_ELECTRIC),
        beyond(4, 5, 1.0, "four_of_five", WESTERN_ELECTRIC),
        run_on_one_side(8, WESTERN_ELECTRIC),
    ),
    WESTERN_ELECTRIC,
)
NELSON = RuleSet(
    "nelson",
    (
        outside_limits(NELSON_1984),
        run_on_one_side(9, NELSON_1984),
        trend(6, NELSON_1984),
        alternating(14, NELSON_1984),
        beyond(2, 3, 2.0, "two_of_three", NELSON_1984),
        beyond(4, 5, 1.0, "four_of_five", NELSON_1984),
        within(1.0, 15, NELSON_1984),
        avoiding(1.0, 8, NELSON_1984),
    ),
    NELSON_1984,
)
ANHOEJ = RuleSet("anhoej", (outside_limits("Shewhart (1931)"),), ANHOEJ_2014, counts_runs=True)
RULE_SETS = {each.name: each for each in (NHS, WESTERN, NELSON, ANHOEJ)}


def rule_set(name: str) -> RuleSet:
    """The set of this name.

    Raises:
        UnknownName: there is none.
    """
    if name not in RULE_SETS:
        raise UnknownName(
            "There are no rules '{name}'.", "Did you mean: {near}?", name=name, near=near(name, RULE_SETS)
        )
    return RULE_SETS[name]
