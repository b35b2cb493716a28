"""The command line `python -m jobs`: every command with its options, one function each."""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.grain import Grain
from data_access.home import home
from data_access.people import read_people, save_grant
from data_access.state import open_state
from data_access.viewer import Right
from jobs import people as people_command
from jobs import series_commands, simulate_command
from jobs.asking import asking
from jobs.backup_command import backup, restore
from jobs.check_command import check
from jobs.days import day_of, today
from jobs.formats import Format
from jobs.progress import progress_bar
from jobs.weekly_command import weekly
from metrics.errors import ServiceQualityError
from reports.text import _, explained, language, language_of, moment, number

BAD_INPUT = 2  # the exit status of every expected failure
BROKEN = 1  # and of an audit log that is not as it was written

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
End = Annotated[str | None, typer.Option(metavar="DAY", help="The day after the last one, the first of a month.")]


@app.command()
def demo(
    contacts: Contacts = 200_000,
    months: Months = 24,
    seed: Seed = 1,
    truths: Truths = True,
    end: End = None,
) -> None:
    """Make a warehouse of made-up data and put it in use. A running dashboard shows it at the next click.

    Data of your own are kept; the page Own data brings them back.
    """
    from data_access.demo import DEFAULT_END
    from jobs import make_demo

    last = DEFAULT_END if end is None else day_of(end)
    state = open_state()
    viewer = asking(state, "demo", Right.DATA)
    with progress_bar() as progress:
        made = make_demo.run(
            home(), contacts=contacts, months=months, seed=seed, truths=truths, end=last, progress=progress
        )
    told = {"source": "demo", "contacts": contacts, "months": months, "seed": seed}
    record(state, viewer, Act.DATA_REPLACED, told, datetime.now(UTC))
    for line in make_demo.summary(made, last):
        print(line)


MappingFile = Annotated[Path, typer.Argument(metavar="MAPPING.toml", help="Says which column means what.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV or XLSX files.")]


Add = Annotated[bool, typer.Option("--add", help="To the data in use; a row with a key that is there replaces it.")]


@app.command("import")
def import_(mapping: MappingFile, files: Files, add: Add = False) -> None:
    """Load CSV and XLSX files into a new warehouse and put it in use; if they do not fit, nothing changes."""
    from jobs import import_files

    state = open_state()
    viewer = asking(state, "import", Right.DATA)
    done = import_files.run(mapping, files, home(), add=add)
    record(state, viewer, done.act, done.told, datetime.now(UTC))


@app.command()
def refresh() -> None:
    """Bring the roll-ups and the findings up to the warehouse, so that all opens at once: for the nightly timetable."""
    from data_access.opening import open_store
    from data_access.site_rules import read_rules
    from jobs.readying import make_ready

    state = open_state()
    viewer = asking(state, "refresh", Right.DATA)
    with progress_bar() as progress:
        store = open_store(home(), read_rules(state), progress)
        make_ready(store, state, viewer, progress)
    contacts = sum(count for count, _print in store.manifest.days.values())
    sentence = _("The roll-ups are up to date: {contacts} contacts on {days} days, up to {moment}.")
    print(sentence.format(contacts=number(contacts), days=number(len(store.manifest.days)), moment=moment(store.as_of)))


@app.command()
def alerts() -> None:
    """Evaluate the alerts that are on and send what is due, once however often it runs: for a timetable."""
    from jobs.alerts import evaluate_and_send

    evaluate_and_send()


@app.command()
def actions() -> None:
    """Check the actions whose day has come, and reopen those whose problem is back; each once however often it runs."""
    from jobs.actions import check_and_reopen

    check_and_reopen()


app.command()(weekly)
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


ADDRESS = "127.0.0.1"  # this machine only
Address = Annotated[str, typer.Option(help="The address to listen on; another than 127.0.0.1 needs a sign-in.")]
Moves = Annotated[bool, typer.Option("--simulate/--no-simulate", help="Let the live floor of a demo move.")]


@app.command()
def serve(port: Port = 8501, address: Address = ADDRESS, simulate: Moves = True) -> None:
    """Open the dashboard at 127.0.0.1. Without a sign-in other machines cannot reach it, nor be let in."""
    from jobs import serve as serving

    raise SystemExit(serving.run(home(), port, address, dict(os.environ), simulate=simulate))


app.command()(simulate_command.simulate)
app.command()(check)
for of_the_state in (backup, restore):
    app.command()(of_the_state)


Start = Annotated[str, typer.Option("--from", metavar="DAY", help="First day, like 2026-11-01.")]
Stop = Annotated[str, typer.Option("--to", metavar="DAY", help="The day after the last: --to is not included.")]
By = Annotated[
    MANY | None,
    typer.Option(metavar="NAMES", help="Split by team, agent, channel, issue_type, product, tier, severity …"),
]
More = Annotated[MANY | None, typer.Argument(metavar="IDS", hidden=True)]  # after --metric, as in --metric csat fcr
MetricIds = Annotated[
    MANY | None, typer.Option("--metric", metavar="IDS", help="Ids of docs/metrics.md; none means every metric.")
]
Filters = Annotated[
    MANY | None,
    typer.Option("--filter", metavar="NAME=VALUE", help="Keep these only; repeat it for more values or names."),
]
ByTime = Annotated[Grain | None, typer.Option(help="Split by time as well; weeks begin on Monday.")]
Names = Annotated[bool, typer.Option("--names", help="Teams and agents by name as well: team_name, agent_name.")]
As = Annotated[Format, typer.Option("--format", help="What to print.")]


@app.command()
def metrics(
    start: Start,
    end: Stop,
    more: More = None,
    by: By = None,
    metric: MetricIds = None,
    filters: Filters = None,
    grain: ByTime = None,
    names: Names = False,
    format_: As = Format.JSON,
) -> None:
    """Print the same numbers as the pages: for scripts and for checking. --from is included, --to is not.

    One row for each metric and group: metric (its id), the groups under the names given to --by, value, numerator,
    denominator, low, high, covers, mature, status, needs. value, low and high are in the metric's unit: percent is
    0–100, rates are per 1,000, times are seconds. covers is "as_said" where low and high hold what is true in 93 to
    97 of 100 cases, and "few_cases" where they are approximate. What there is not is null, and status says why. A
    group of null holds the cases of which the warehouse does not say it, such as contacts without a team.
    """
    from data_access.opening import open_store
    from data_access.site_rules import read_rules
    from jobs import metrics_command

    named = [*(metric or ()), *(more or ())]
    request = metrics_command.requested(start, end, by or (), named, filters or (), grain, is_named=names)
    state = open_state()
    viewer = asking(state, "metrics")
    with progress_bar() as progress:
        store = open_store(home(), read_rules(state), progress)
    found = metrics_command.rows(store, viewer, request)
    told = {"metrics": [each.id for each in request.metrics], "by": list(request.by)}
    scope = in_words(request.period, request.filters)
    record(state, viewer, Act.NUMBERS_PRINTED, told | scope, datetime.now(UTC))
    sys.stdout.buffer.write(metrics_command.written(found, format_).encode())
    sys.stdout.flush()


for of_any_file in (series_commands.evaluate, series_commands.spc):
    app.command()(of_any_file)


Person = Annotated[str, typer.Argument(metavar="PERSON", help="The address or name with which the person signs in.")]
RoleName = Annotated[
    str, typer.Option("--role", help="newcomer, viewer, team_leader, analyst, manager, admin, or none to shut out.")
]
Teams = Annotated[MANY | None, typer.Option("--team", metavar="CODE", help="See this team only; repeat it for more.")]
Cleared = Annotated[
    bool | None, typer.Option("--cleared/--masked", help="See names, numbers and texts, or pseudonyms; else by role.")
]
Until = Annotated[str | None, typer.Option("--until", metavar="DAY", help="The last day on which it counts.")]


@app.command()
def grant(person: Person, role: RoleName, teams: Teams = None, cleared: Cleared = None, until: Until = None) -> None:
    """Say what a person may see, in the place of what was said before. It counts from the person's next click on."""
    state = open_state()
    viewer = asking(state, "grant", Right.PEOPLE)
    last = people_command.last_day(until, today())
    asked = people_command.granted(read_people(state, viewer), person, role, teams or (), cleared, last)
    for line in people_command.listed([save_grant(state, viewer, asked, datetime.now(UTC))], today()):
        print(line)
    for line in people_command.teams_without_data(home(), state, teams or ()):
        print(line, file=sys.stderr)


@app.command()
def people() -> None:
    """List everyone who is on record, and what they may see."""
    state = open_state()
    known = read_people(state, asking(state, "people", Right.PEOPLE))
    for line in people_command.listed(known, today()):
        print(line)


Expect = Annotated[str | None, typer.Option(metavar="ID:SEAL", help="What an earlier run told to note.")]


@app.command("verify-audit")
def verify_audit(expect: Expect = None) -> None:
    """Recompute the seal of every entry of the audit log; ends with status 1 where the log is not as it was written."""
    from data_access.audit_check import verify_audit as verified
    from jobs.verify_audit import expectation
    from reports import audit_words

    expected = expectation(expect)
    state = open_state()
    asking(state, "verify-audit", Right.AUDIT)
    found = verified(state, expected)
    print(audit_words.verified(found))
    if found.fault is not None:
        raise SystemExit(BROKEN)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; an expected failure is two sentences on stderr and exit status 2."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    language.set(language_of(spoken))
    try:
        app(arguments, prog_name="python -m jobs")
    except ServiceQualityError as failure:
        print(*explained(failure), file=sys.stderr)
        raise SystemExit(BAD_INPUT) from None


def _told_to_end(number: int, _frame: FrameType | None) -> None:
    """Ends a command as an error would: what it was writing is undone, its locks are let go."""
    print(
        _("Told to end before it was done: what was being written is undone. Start it again when you are ready."),
        file=sys.stderr,
    )
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _told_to_end)
    main()
