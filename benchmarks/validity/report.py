"""The tables of docs/validity.md."""

from collections.abc import Mapping, Sequence

import polars as pl

from benchmarks.validity.series import Design, World
from benchmarks.validity.trials import Rates
from metrics.intervention import VerdictCode

COVERAGE, MOST_FALSE = (0.93, 0.97), 0.07
MOST_WORKED = 0.025
HARDEST = (0.91, 0.97), 0.09  # at 12 + 12 with a correlation of 0.6
TOLD = (
    VerdictCode.WORKED,
    VerdictCode.WORKED_FADING,
    VerdictCode.GOT_WORSE,
    VerdictCode.TOO_EARLY,
    VerdictCode.NO_CLEAR_CHANGE,
    VerdictCode.ALREADY_UNDER_WAY,
)
HEAD = """# How often the verdict on a change is right

Written by `python -m benchmarks.validity --write`; docs/sop_changes.md says what is estimated and how. Every series is
made up, so what is true is known: counts of 60 a period on average; a trend of −12 % a year or none; a season of ± 20 %
or none; a correlation of neighbouring periods from 0 to 0.6; a variance of 1, 2 or 5 times chance's. The correlation
comes about in two ways: the counts themselves resemble their neighbours (copula), or the level wanders about its mean
and the counts scatter about it (latent).
"""
ESTIMATES = """
## Nothing was done: how often does the interval cover, and how often is there a false alarm?

Aims: the 95 % interval covers in 93 to 97 of 100 series, and false alarms at a nominal 5 % come in at most 7; at
12 + 12 months with a correlation of 0.6, 91 to 97 and at most 9. Each row is the mean over all mixtures of trend,
season and process. *Lowest*, *highest* and *worst* are single mixtures, so they hold some luck of the draw. *Bars* is
the exact test of two rates, *Welch* the t-test of two means: what two bars on a slide would say.
"""
OTHERS = """
## What else was tried

Coverage of 95 % intervals of the same model (step, trend, season) by other standard errors, on the same series: *plain*
quasi-Poisson with Student's t; *HAC* (Bartlett, three lags, small-sample factor, Student's t); *prewhitened* by the
autocorrelation of the residuals (Cochrane & Orcutt, iterated); *REML* at the likeliest correlation, taken for known;
*state space*, statsmodels' moving level with a drift and `cov_type="approx"`; and *mixture*, which is what is used.
"""
POWER = """
## Something was done: how often is it seen?

With trend and season, a variance of twice chance's, copula. The bars are not comparable: they take the trend for an
effect. *High / low* is the median ratio of the interval's ends.
"""
WANDERING = """
## Nothing was done, and the level wanders

Counts of 100 a period at first, with trend and season, whose level moves by so much from period to period (standard
deviation of its logarithm) and does not come back. *Straight trend* is the same model if periods had no memory.
"""
WORKED = """
## Nothing was done: how often is it told to have worked?

With trend and season, a variance of twice chance's, copula. *Clear decrease* is the estimate alone, *worked* the
verdict after all checks where a decrease was expected; aim: at most 2.5 of 100 series. *Either way* is the same verdict
where nothing was declared but that something would happen: by chance that comes true in two directions. Two standard
errors of 2.5 % are ± 1.1 points in 800 series, ± 0.6 in 3200, which are drawn where 800 come near the aim.
"""
VERDICTS = """
## What is told

The whole evaluation with all its checks, on series as above: 400 in each row, so two standard errors are ± 1.6 points
at 2.5 % and ± 5 points at 50 %. The trend alone makes the bars fall by a tenth to a fifth.
"""


def estimates_table(rates: pl.DataFrame) -> str:
    """Coverage and false alarms, each row with its verdict on the aims."""
    lines = [
        "| Design | Correlation | Variance | Covers | lowest–highest | False alarms | worst | Bars | Welch | Aims |"
    ]
    lines.append("|---|---|---|---|---|---|---|---|---|---|")
    for row in rates.iter_rows(named=True):
        hardest = row["design"].startswith("12 + 12") and row["correlation"] == 0.6
        (low, high), most = HARDEST if hardest else (COVERAGE, MOST_FALSE)
        met = low <= round(row["covered"], 3) <= high and round(row["clear"], 3) <= most
        cells = (
            row["design"],
            f"{row['correlation']:g}",
            f"{row['dispersion']:g}",
            _percent(row["covered"]),
            f"{_percent(row['lowest'])}–{_percent(row['highest'])}",
            _percent(row["clear"]),
            _percent(row["worst"]),
            _percent(row["bars"]),
            _percent(row["welch"]),
            "met" if met else "MISSED",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([ESTIMATES, *lines, ""])


def others_table(rows: Sequence[tuple[Design, World, Mapping[str, float]]]) -> str:
    """Coverage by other standard errors."""
    methods = list(rows[0][2])
    lines = ["| Design | Correlation | Process | " + " | ".join(methods) + " |", "|---" * (3 + len(methods)) + "|"]
    for design, world, covered in rows:
        cells = [design.name, f"{world.correlation:g}", world.process.value, *map(_percent, covered.values())]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([OTHERS, *lines, ""])


def power_table(rows: Sequence[tuple[Design, World, Rates]]) -> str:
    """How often an effect is clear."""
    lines = [
        "| Design | Correlation | Effect | Seen | Covers | High / low | Bars | Welch |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for design, world, rates in rows:
        shares = (rates.clear, rates.covered)
        cells = [design.name, f"{world.correlation:g}", _effect(world)]
        cells += [*map(_percent, shares), f"{rates.width:.2f}", _percent(rates.bars), _percent(rates.welch)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([POWER, *lines, ""])


def verdict_table(rows: Sequence[tuple[Design, World, dict[VerdictCode, float]]]) -> str:
    """How often each verdict is told."""
    lines = ["| Design | Correlation | Effect | " + " | ".join(code.value for code in TOLD) + " |"]
    lines.append("|---" * (3 + len(TOLD)) + "|")
    for design, world, shares in rows:
        cells = [design.name, f"{world.correlation:g}", _effect(world)]
        cells += [_percent(shares.get(code, 0.0)) for code in TOLD]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([VERDICTS, *lines, ""])


def wandering_table(rows: Sequence[tuple[Design, World, float, float]]) -> str:
    """Coverage where no straight line describes the time before."""
    lines = ["| Design | Steps of the level | Covers | Straight trend covers |", "|---|---|---|---|"]
    for design, world, covered, straight in rows:
        cells = design.name, f"{world.wander:g}", _percent(covered), _percent(straight)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([WANDERING, *lines, ""])


def worked_table(rows: Sequence[tuple[Design, World, int, float, float, float]]) -> str:
    """How often doing nothing is told to have worked."""
    lines = ["| Design | Correlation | Series | Clear decrease | Worked | Aim | Either way |", "|---" * 7 + "|"]
    for design, world, count, clear, told, either in rows:
        aim = "met" if told <= MOST_WORKED else "MISSED"
        cells = (
            design.name,
            f"{world.correlation:g}",
            str(count),
            _percent(clear),
            _percent(told),
            aim,
            _percent(either),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([WORKED, *lines, ""])


def with_section(report: str, section: str) -> str:
    """The report with one section put in place of the one with its heading, or at its end."""
    head, *sections = report.split("\n## ")
    heading, _, body = section.strip().removeprefix("## ").partition("\n")
    kept = {each.partition("\n")[0]: each.partition("\n")[2] for each in sections}
    kept[heading] = body
    return "\n\n## ".join([head.strip(), *(f"{title}\n{text.rstrip()}" for title, text in kept.items())]) + "\n"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _effect(world: World) -> str:
    return f"−{-100 * world.effect:.0f} %" if world.effect else "none"
