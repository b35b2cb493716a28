"""The same series judged by other libraries, in the same run; `--write` puts the table into docs/validity.md."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer

from benchmarks.demo_files import cache
from benchmarks.libraries.contenders import CONTENDERS, Found, answered
from benchmarks.validity.__main__ import REPORT, SEED
from benchmarks.validity.report import with_section
from benchmarks.validity.series import PER_YEAR, Design, World, drawn, framed
from metrics.intervention.design import waves
from metrics.intervention.observed import read_series

SECTION = """
## Beside other libraries

Written by `python -m benchmarks.libraries --write`: the same series in the same run, each library in an environment of
its own. *First* is the first series of {timed}, with what a library loads and compiles at its first use; *next* is the
median of the others. *Everything* is what the page shows: checks, other ways of analysing, verdict. Then {count}
series of {judged} (trend, season, a variance of twice chance's, a correlation of 0.3), {half} where nothing was done
and {half} with −30 %: how many of the 95 % intervals hold what is true, how often nothing passes for something, how
often −30 % is seen, the median estimate of it, and the median ratio of the interval's ends. CausalPy has the trend and
the season's waves in its formula, pycausalimpact has them as covariates beside its own moving level. So few series tell
95 of 100 from 70, not from 90.

| | Version | First | Next | Everything | Nothing: holds | Clear | −30 %: holds | Seen | Estimate | High / low |
|---|---|---|---|---|---|---|---|---|---|---|
"""
TIMED = Design(52, 52, "week")
JUDGED = Design(24, 12)
EFFECT = -0.3
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Task:
    """One series for every contender, and what is true of it."""

    design: Design
    counts: Sequence[int]
    effect: float

    def written(self) -> dict:
        """As a contender reads it: the regressors are those that our model has."""
        since = (np.arange(len(self.counts)) - self.design.before) / PER_YEAR[self.design.grain]
        seen = read_series(framed(self.design, np.array(self.counts)), self.design.grain)
        columns = {"years": since}
        for k in range(1, waves(seen, "auto") + 1):
            columns |= {f"sine_{k}": np.sin(2 * np.pi * k * since), f"cosine_{k}": np.cos(2 * np.pi * k * since)}
        return {
            "grain": self.design.grain,
            "periods": [day.isoformat() for day in self.design.periods],
            "before": self.design.before,
            "counts": [int(count) for count in self.counts],
            "columns": {name: column.tolist() for name, column in columns.items()},
        }


def tasks(count: int) -> list[Task]:
    """A few series to take the time of, then as many with an effect as without."""
    drawn_of = [(TIMED, EFFECT, REPEATS), (JUDGED, 0.0, count // 2), (JUDGED, EFFECT, count // 2)]
    random = np.random.default_rng(SEED)
    return [
        Task(design, trial.tolist(), effect)
        for design, effect, trials in drawn_of
        for trial in drawn(design, World(0.3, 2.0, effect=effect), trials, random)
    ]


def row(name: str, found: Found, asked: list[Task]) -> str:
    """One contender's line of the table."""
    if found.failure is not None:
        return f"| {name} | does not run: {found.failure} |" + " |" * 9
    judged = [(task.effect, *ends) for task, ends in zip(asked, found.ends, strict=True) if task.design is JUDGED]
    nothing, effect = ([each[1:] for each in judged if (each[0] == 0) is is_null] for is_null in (True, False))
    everything = _time(statistics.median(found.everything[1:REPEATS])) if found.everything else "–"
    cells = [
        name,
        found.version or "–",
        _time(found.seconds[0]),
        _time(statistics.median(found.seconds[1:REPEATS])),
        everything,
        _of(nothing, 0.0),
        _clear(nothing),
        _of(effect, EFFECT),
        _clear(effect),
        f"{100 * (statistics.median(each[0] for each in effect) - 1):.0f} %".replace("-", "−"),
        f"{statistics.median(high / low for _value, low, high in effect):.2f}",
    ]
    return "| " + " | ".join(cells) + " |"


def _of(ends: list[tuple[float, float, float]], truth: float) -> str:
    return f"{sum(low <= 1 + truth <= high for _value, low, high in ends)} of {len(ends)}"


def _clear(ends: list[tuple[float, float, float]]) -> str:
    return f"{sum(not low <= 1 <= high for _value, low, high in ends)} of {len(ends)}"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def main(
    series: Annotated[int, typer.Option(help="series to judge; half of them with an effect")] = 40,
    *,
    write: Annotated[bool, typer.Option(help="put the table into docs/validity.md")] = False,
) -> None:
    """Install, let each contender judge the same series, and compare. TWINWING_BENCH names a folder to keep them in."""
    asked = tasks(series)
    lines = []
    with cache() as folder:
        file = folder / "series.json"
        file.write_text(json.dumps([task.written() for task in asked]))
        for contender in CONTENDERS:
            lines.append(row(contender.name, answered(contender, file, folder), asked))
            typer.echo(lines[-1])
    head = SECTION.format(timed=TIMED.name, judged=JUDGED.name, count=series, half=series // 2)
    if write:
        REPORT.write_text(with_section(REPORT.read_text("utf-8"), head + "\n".join(lines)), "utf-8")


if __name__ == "__main__":
    typer.run(main)
