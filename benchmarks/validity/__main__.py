"""Is the evaluation of a change right as often as it says? `--write` puts the answer into docs/validity.md."""

import itertools
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.validity.report import HEAD, estimates_table, power_table, verdict_table
from benchmarks.validity.series import Design, Process, World
from benchmarks.validity.trials import estimated, summed, verdicts

REPORT = Path(__file__).resolve().parents[2] / "docs" / "validity.md"
DESIGNS = (Design(12, 12), Design(24, 12), Design(24, 24), Design(52, 26, "week"))
CORRELATIONS, DISPERSIONS = (0.0, 0.3, 0.6), (1.0, 2.0, 5.0)
EFFECTS = (-0.2, -0.3, -0.5)
SEED = 20260301


def worlds(correlations: tuple[float, ...], dispersions: tuple[float, ...]) -> list[World]:
    """Every mixture without an effect; a latent process has no dispersion of 1."""
    kinds = itertools.product(correlations, dispersions, (True, False), (True, False), Process)
    return [World(*kind) for kind in kinds if not (kind[1] == 1 and kind[4] is Process.LATENT)]


def main(
    trials: Annotated[int, typer.Option(help="series of each kind")] = 1000,
    judged: Annotated[int, typer.Option(help="series of each kind that get the whole evaluation")] = 200,
    *,
    quick: Annotated[bool, typer.Option(help="a few series, to see that it runs")] = False,
    write: Annotated[bool, typer.Option(help="write docs/validity.md")] = False,
) -> None:
    """Simulate, print, and write down."""
    designs, few = (DESIGNS[:1], 20) if quick else (DESIGNS, trials)
    kinds = worlds((0.0,), (2.0,)) if quick else worlds(CORRELATIONS, DISPERSIONS)
    asked = enumerate(itertools.product(designs, kinds))
    null = [(design, world, estimated(design, world, few, SEED + i)) for i, (design, world) in asked]
    typer.echo(estimates_table(summed(null)))
    power = [
        (design, world, estimated(design, world, few, SEED))
        for design in designs
        for world in [World(0.3 * (not quick), 2.0, effect=effect) for effect in EFFECTS]
    ]
    typer.echo(power_table(power))
    told = [
        (design, world, verdicts(design, world, 3 if quick else judged, SEED))
        for design in designs
        for correlation in ((0.0,) if quick else CORRELATIONS)
        for world in [World(correlation, 2.0, effect=effect) for effect in (0.0, -0.3, -0.5)]
    ]
    typer.echo(verdict_table(told))
    if write:
        parts = HEAD, estimates_table(summed(null)), power_table(power), verdict_table(told)
        REPORT.write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    typer.run(main)
