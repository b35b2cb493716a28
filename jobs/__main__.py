"""The command line: `python -m jobs demo | import | refresh | metrics`."""

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from data_access.demo import DEFAULT_END
from data_access.home import home
from data_access.numbers import Grain
from data_access.opening import open_store
from jobs import import_files, make_demo, metrics_command
from jobs import serve as serving
from jobs.metrics_command import Format
from jobs.progress import progress_bar
from metrics.errors import InvalidScope, ServiceQualityError
from metrics.rules import Rules
from reports.text import _, explained, language, language_of, moment, number

DEMO_END = DEFAULT_END.isoformat()
BAD_INPUT = 2  # the exit status of every expected failure

app = typer.Typer(
    help="Twinwing without a screen: make or import a warehouse, refresh its roll-ups, print its numbers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

MANY = list[str]
Contacts = Annotated[int, typer.Option(help="Contacts to make, 1000 or more.")]
Months = Annotated[int, typer.Option(help="Whole months to cover, 12 to 60.")]
Seed = Annotated[int, typer.Option(help="Another seed makes another demo; the same makes the same.")]
Truths = Annotated[bool, typer.Option("--truths/--no-truths", help="Plant the patterns that a demo can show.")]
End = Annotated[str, typer.Option(metavar="DAY", help="The day after the last one, the first of a month.")]


@app.command()
def demo(
    contacts: Contacts = 200_000,
    months: Months = 24,
    seed: Seed = 1,
    truths: Truths = True,
    end: End = DEMO_END,
) -> None:
    """Make a warehouse of made-up data and put it in use. A running dashboard shows it at the next click."""
    try:
        last = date.fromisoformat(end)
    except ValueError as failure:
        raise InvalidScope(
            "'{text}' is not a day that can be shown.", "Write days like 2026-11-09.", text=end
        ) from failure
    with progress_bar() as progress:
        made = make_demo.run(
            home(), contacts=contacts, months=months, seed=seed, truths=truths, end=last, progress=progress
        )
    for line in make_demo.summary(made, last):
        print(line)


MappingFile = Annotated[Path, typer.Argument(metavar="MAPPING.toml", help="Says which column means what.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV or XLSX files.")]


@app.command("import")
def import_(mapping: MappingFile, files: Files) -> None:
    """Load CSV and XLSX files into a new warehouse and put it in use; if they do not fit, nothing changes."""
    import_files.run(mapping, files, home())


@app.command()
def refresh() -> None:
    """Bring the roll-ups up to the warehouse, so that the dashboard opens at once: for the nightly timetable."""
    with progress_bar() as progress:
        store = open_store(home(), Rules(), progress)
    contacts = sum(count for count, _print in store.manifest.days.values())
    sentence = _("The roll-ups are up to date: {contacts} contacts on {days} days, up to {moment}.")
    print(sentence.format(contacts=number(contacts), days=number(len(store.manifest.days)), moment=moment(store.as_of)))


Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


@app.command()
def serve(port: Port = 8501) -> None:
    """Open the dashboard at 127.0.0.1; other machines cannot reach it."""
    raise SystemExit(serving.run(home(), port, dict(os.environ)))


Start = Annotated[str, typer.Option("--from", metavar="DAY", help="First day, like 2026-11-01.")]
Stop = Annotated[str, typer.Option("--to", metavar="DAY", help="The day after the last: --to is not included.")]
By = Annotated[
    MANY | None,
    typer.Option(metavar="NAMES", help="Split by team, agent, channel, issue_type, product, tier, severity …"),
]
MetricIds = Annotated[
    MANY | None, typer.Option("--metric", metavar="IDS", help="Ids of docs/metrics.md; none means every metric.")
]
Filters = Annotated[
    MANY | None,
    typer.Option("--filter", metavar="NAME=VALUE", help="Keep these only; repeat it for more values or names."),
]
ByTime = Annotated[Grain | None, typer.Option(help="Split by time as well; weeks begin on Monday.")]
As = Annotated[Format, typer.Option("--format", help="What to print.")]


@app.command()
def metrics(
    start: Start,
    end: Stop,
    by: By = None,
    metric: MetricIds = None,
    filters: Filters = None,
    grain: ByTime = None,
    format_: As = Format.JSON,
) -> None:
    """Print the same numbers as the pages: for scripts and for checking. --from is included, --to is not.

    One row for each metric and group: metric (its id), the groups under the names given to --by, value, numerator,
    denominator, low, high, mature, status, needs. value, low and high are in the metric's unit: percent is 0–100,
    rates are per 1,000, times are seconds. What there is not is null, and status says why.
    """
    request = metrics_command.requested(start, end, by or (), metric or (), filters or (), grain)
    with progress_bar() as progress:
        store = open_store(home(), Rules(), progress)
    sys.stdout.buffer.write(metrics_command.written(metrics_command.rows(store, request), format_).encode())
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; an expected failure is two sentences on stderr and exit status 2."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    language.set(language_of(spoken))
    try:
        app(arguments, prog_name="python -m jobs")
    except ServiceQualityError as failure:
        print(*explained(failure), file=sys.stderr)
        raise SystemExit(BAD_INPUT) from None


if __name__ == "__main__":
    main()
