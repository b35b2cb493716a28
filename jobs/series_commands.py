"""The commands that judge a series in any CSV file: no warehouse, no state store, nobody's rights."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from jobs.formats import AnswerFormat, Format

if TYPE_CHECKING:
    from metrics.intervention import Expected, Grain, Shape

CsvFile = Annotated[Path, typer.Argument(metavar="FILE.csv", help="One row for each period.")]
PeriodColumn = Annotated[
    str, typer.Option("--period", metavar="COL", help="First day of each period, like 2026-11-01.")
]
Column = Annotated[str | None, typer.Option(metavar="COL")]
FirstAfter = Annotated[str, typer.Option("--start", metavar="DAY", help="The first period after the change.")]
RolledOut = Annotated[
    str | None, typer.Option("--transition-end", metavar="DAY", help="Periods from --start to before it do not count.")
]
Grained = Annotated[str, typer.Option(metavar="month|week|day")]
Wanted = Annotated[str, typer.Option(metavar="decrease|increase|either", help="What was expected beforehand.")]
Shaped = Annotated[str, typer.Option(metavar="step|step+slope|temporary|delayed", help="Declared beforehand.")]
EventsFile = Annotated[Path | None, typer.Option(metavar="FILE", help="What else happened: CSV with day and name.")]
Sure = Annotated[float, typer.Option(help="Of the intervals, between 0 and 1.")]
Waves = Annotated[str, typer.Option(metavar="auto|none|K", help="Waves of the year in the model.")]
As = Annotated[Format, typer.Option("--format", help="What to print.")]
Answered = Annotated[AnswerFormat, typer.Option("--format", help="What to print.")]


def evaluate(
    file: CsvFile,
    period: PeriodColumn,
    start: FirstAfter,
    count: Column = None,
    exposure: Column = None,
    control: Column = None,
    control_exposure: Column = None,
    numerator: Column = None,
    denominator: Column = None,
    value: Column = None,
    transition_end: RolledOut = None,
    grain: Grained = "month",
    expected: Wanted = "decrease",
    shape: Shaped = "step",
    events: EventsFile = None,
    confidence: Sure = 0.95,
    season: Waves = "auto",
    format_: Answered = AnswerFormat.JSON,
) -> None:
    """Did a change work? The verdict and what it rests on, for any series in a CSV file; needs no warehouse.

    What is measured is --count (with --exposure, and --control where something was left untouched), or --numerator
    and --denominator, or --value. Where no verdict is possible the answer says why, and the status is 0.
    """
    from jobs import evaluate_command, series_files

    columns = evaluate_command.Columns(
        period=period, count=count, exposure=exposure, control_count=control, control_exposure=control_exposure,
        numerator=numerator, denominator=denominator, value=value,
    )  # fmt: skip
    asked = evaluate_command.Asked(
        start=evaluate_command.day("--start", start),
        transition_end=evaluate_command.day("--transition-end", transition_end) if transition_end else None,
        grain=cast("Grain", grain), expected=cast("Expected", expected), shape=cast("Shape", shape),
        season=evaluate_command.season(season), confidence=confidence, events=series_files.read_events(events),
    )  # fmt: skip
    answer = evaluate_command.written(evaluate_command.answered(file, columns, asked), format_)
    sys.stdout.buffer.write(answer.encode())
    sys.stdout.flush()


ChartName = Annotated[
    str, typer.Option("--chart", metavar="xmr|p|u|c|p-prime|u-prime|g|t|xbar-s|run", help="Its kind.")
]
ValueColumn = Annotated[
    str, typer.Option("--value", metavar="COL", help="What is plotted; of shares and rates the count.")
]
RulesName = Annotated[str, typer.Option("--rules", metavar="nhs|western|nelson|anhoej", help="What is no chance.")]
Frozen = Annotated[int | None, typer.Option("--freeze", metavar="N", help="Limits from the first N points, for all.")]
Parts = Annotated[str | None, typer.Option("--part", metavar="N[,N…]", help="A new phase begins after the N-th point.")]
Excluded = Annotated[
    str | None, typer.Option("--exclude", metavar="N[,N…]", help="Points, counted from 1, that make no limits.")
]
Times = Annotated[float, typer.Option(metavar="NUMBER", help="Print values and limits times this, like 1000.")]


def spc(
    file: CsvFile,
    chart: ChartName,
    value: ValueColumn,
    denominator: Column = None,
    period: Column = None,
    subgroup: Column = None,
    rules: RulesName = "nhs",
    freeze: Frozen = None,
    part: Parts = None,
    exclude: Excluded = None,
    multiply: Times = 1.0,
    format_: As = Format.JSON,
) -> None:
    """A control chart of any series in a CSV file, in the order of its rows; needs no warehouse.

    One row for each point: period, value, centre, lower, upper, flags (the names of the rules that it breaks). A limit
    that cannot be told is null. Trial limits, from few points, are named on stderr.
    """
    from jobs import spc_command

    asked = spc_command.Asked(
        chart=chart, value=value, denominator=denominator, period=period, subgroup=subgroup, rules=rules,
        freeze=freeze, part=part, exclude=exclude, multiply=multiply,
    )  # fmt: skip
    drawn = spc_command.drawn(file, asked)
    sys.stdout.buffer.write(spc_command.told(drawn, format_).encode())
    sys.stdout.flush()
    for said in spc_command.noted(drawn):
        print(said, file=sys.stderr)
