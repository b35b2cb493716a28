"""Is the evaluation of a change right as often as it says? `--write` puts the answer into docs/validity.md."""

import itertools
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.validity.others import compared
from benchmarks.validity.report import (
    HEAD,
    estimates_table,
    others_table,
    power_table,
    verdict_table,
    wandering_table,
    with_section,
    worked_table,
)
from benchmarks.validity.series import Design, Process, World
from benchmarks.validity.trials import estimated, summed, verdicts, wandering, worked

REPORT = Path(__file__).resolve().parents[2] / "docs" / "validity.md"
DESIGNS = (Design(12, 12), Design(24, 12), Design(24, 24), Design(52, 26, "week"))
CORRELATIONS, DISPERSIONS = (0.0, 0.3, 0.6), (1.0, 2.0, 5.0)
EFFECTS = (-0.2, -0.3, -0.5)
SEED = 20260301
NEAR, MORE = 0.015, 4  # a share told to have worked from which on so many times as many series are drawn


def worlds(correlations: tuple[float, ...], dispersions: tuple[float, ...]) -> list[World]:
    """Every mixture without an effect; a latent process has no dispersion of 1."""
    kinds = itertools.product(correlations, dispersions, (True, False), (True, False), Process)
    return [World(*kind) for kind in kinds if not (kind[1] == 1 and kind[4] is Process.LATENT)]


def _null(designs: tuple[Design, ...], trials: int, *, quick: bool) -> str:
    kinds = worlds((0.0,), (2.0,)) if quick else worlds(CORRELATIONS, DISPERSIONS)
    asked = enumerate(itertools.product(designs, kinds))
    return estimates_table(
        summed([(design, world, estimated(design, world, trials, SEED + i)) for i, (design, world) in asked])
    )


def _others(designs: tuple[Design, ...], trials: int, *, quick: bool) -> str:
    kinds = [World(0.0, 2.0), *(World(0.6, 2.0, process=process) for process in Process)][: 1 if quick else 3]
    asked = itertools.product(designs, kinds)
    return others_table([(design, world, compared(design, world, trials, SEED)) for design, world in asked])


def _power(designs: tuple[Design, ...], trials: int, *, quick: bool) -> str:
    kinds = [World(0.0 if quick else 0.3, 2.0, effect=effect) for effect in EFFECTS]
    asked = itertools.product(designs, kinds)
    return power_table([(design, world, estimated(design, world, trials, SEED)) for design, world in asked])


def _wandering(designs: tuple[Design, ...], trials: int, *, quick: bool) -> str:
    long = (Design(24, 12), Design(60, 12), Design(108, 12), Design(156, 26, "week"))
    asked = itertools.product(designs if quick else long, [World(level=100.0, wander=step) for step in (0.05, 0.1)])
    return wandering_table([(design, world, *wandering(design, world, trials, SEED)) for design, world in asked])


def _worked(designs: tuple[Design, ...], trials: int, *, quick: bool) -> str:
    kinds = [World(rho, 2.0) for rho in CORRELATIONS[: 1 if quick else 3]]
    rows = []
    for design, world in itertools.product(designs, kinds):
        count, shares = trials, worked(design, world, trials, SEED)
        if not quick and shares[1] >= NEAR:
            count, shares = MORE * trials, worked(design, world, MORE * trials, SEED)
        rows.append((design, world, count, *shares))
    return worked_table(rows)


def _verdicts(designs: tuple[Design, ...], trials: int, *, quick: bool) -> str:
    kinds = [World(0.0 if quick else 0.3, 2.0, effect=effect) for effect in (0.0, *EFFECTS[1:])]
    asked = itertools.product(designs, kinds)
    return verdict_table([(design, world, verdicts(design, world, trials, SEED)) for design, world in asked])


#: Each part with the series that it draws of each kind, and of the quick run.
PARTS = {
    "null": (_null, 1500, 20),
    "wandering": (_wandering, 400, 20),
    "worked": (_worked, 800, 20),
    "power": (_power, 500, 20),
    "verdicts": (_verdicts, 400, 2),
    "others": (_others, 400, 5),
}


def main(
    part: Annotated[list[str] | None, typer.Option(help=f"of {', '.join(PARTS)}; none named: all")] = None,
    *,
    quick: Annotated[bool, typer.Option(help="a few series, to see that it runs")] = False,
    write: Annotated[bool, typer.Option(help="put the tables into docs/validity.md")] = False,
) -> None:
    """Simulate, print, and write down; what other parts wrote before stays."""
    designs = DESIGNS[:1] if quick else DESIGNS
    for name in part or PARTS:
        run, trials, few = PARTS[name]
        table = run(designs, few if quick else trials, quick=quick)
        typer.echo(table)
        if write:
            REPORT.write_text(with_section(REPORT.read_text("utf-8") if REPORT.exists() else HEAD, table), "utf-8")


if __name__ == "__main__":
    typer.run(main)
