"""What a SWOT board finds in demos of several seeds, and what it claims where nothing is planted.

`python -m benchmarks.swot_board` prints it; `--write` puts it into docs/swot_found.md. Takes some minutes.

Whatever a demo without patterns is said to show of a difference, a change or what is coming is chance, but for the
seasons that every demo has; what is said of a target is true or not by itself.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.swot_truths import Checked, checked
from benchmarks.two_wings import CONTACTS, opened, table
from data_access.change_rows import Change
from data_access.changes import read_changes, register_demo_changes
from data_access.demo import read_manifest
from data_access.judging import judge, others_at, suited_grain
from data_access.state import open_state
from data_access.store import Store
from data_access.swot.asked import Known
from data_access.swot.gather import WEEKS, read_evidence, usual_period
from data_access.swot.levels import TARGETS
from data_access.viewer import LOCAL
from metrics.intervention import ChangeEffect
from metrics.scope import WEEK, Period
from metrics.swot.evidence import Kind
from metrics.swot.ranking import Board, arrange

REPORT = Path(__file__).resolve().parent.parent / "docs" / "swot_found.md"
SEEDS = range(1, 6)
EDITIONS = 4  # weeks, the last ones of each demo
HEAD = """# What the SWOT board finds

Written by `python -m benchmarks.swot_board --write`: demos of {contacts:,} contacts in 24 months, seeds
{first} to {last}, each with the planted patterns and without. docs/swot.md says how findings are made and ranked.

## With patterns

In how many of the demos the board of the last quarter has a pattern in its manifest's quadrant, in how many all of its
figures lie within the tolerance that the manifest names, and the figures themselves as planted and as found.
A change stands on the board only where its evaluation says “worked”. *Not there* says for the others what it says
instead: it is too early, as few cases scatter too much for the months there are, or the change is confounded, as
another kind of complaints moved with it, which by chance happens now and then. To credit them all the same would be to
credit changes that did nothing as often (docs/validity.md). Growth is told from month to month, a cluster by all
complaints of the last eight weeks.

"""
WITHOUT = """
## Without patterns

The boards of the last {editions} weeks, without targets of the centre's own: what is said of those that the product
came with is one line of a quadrant. Every difference, change or cluster on them is a false finding; seasons are not, as
complaints rise with shopping festivals and before 15 March in every demo, and what is said of a target is a fact.

"""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Boards of a demo without patterns, one a week: the false findings of each, and how much is said of targets."""

    weeks: tuple[frozenset[str], ...]
    of_targets: int

    @property
    def fresh(self) -> int:
        """False findings that were not there the week before."""
        return sum(len(now - before) for before, now in pairwise(self.weeks))


def board(store: Store, known: Known, weeks_back: int = 0) -> Board:
    """The board as of some weeks before the last one."""
    end = usual_period(store)[0].end - weeks_back * WEEK
    period, before = Period(end - WEEKS * WEEK, end), Period(end - 2 * WEEKS * WEEK, end - WEEKS * WEEK)
    return arrange(read_evidence(store, LOCAL, period, before, (), known).evidence)


def planted(folder: Path, seed: int) -> list[Checked]:
    """Every pattern of one demo against its board."""
    store = opened(folder, seed, truths=True)
    manifest = read_manifest(folder / f"{seed}-True.duckdb")
    state = open_state(f"sqlite:///{folder / f'{seed}.db'}")
    if manifest is None:
        return []
    register_demo_changes(state, manifest, "en", datetime(2026, 11, 1, tzinfo=UTC))
    changes = tuple(read_changes(state, LOCAL))
    found = checked(manifest, board(store, Known(changes=changes)))
    return [each if each.is_in_place else replace(each, instead=instead(store, changes, each, seed)) for each in found]


def instead(store: Store, changes: Sequence[Change], missed: Checked, seed: int) -> str:
    """What the evaluation of a planted change says in one demo, where the board does not have it; else nothing."""
    scope = {"issue_type" if name == "complaint_type" else name: (code,) for name, code in missed.truth.scope.items()}
    change = next((each for each in changes if dict(each.scope) == scope), None)
    if change is None:
        return ""
    judged = judge(store, LOCAL, change, suited_grain(store, change), others_at(changes, change))
    told = judged.result.verdict if isinstance(judged.result, ChangeEffect) else None
    return f"seed {seed}: {told.code} {told.event or ''}".strip() if told else f"seed {seed}: not estimable"


def quiet(folder: Path, seed: int) -> Quiet:
    """One demo without patterns."""
    store = opened(folder, seed, truths=False)
    boards = [board(store, Known(), back) for back in reversed(range(EDITIONS))]
    chance = [
        frozenset(entry.key for entry in each.all if entry.evidence.kind not in {*TARGETS, Kind.SEASON_AHEAD})
        for each in boards
    ]
    return Quiet(tuple(chance), sum(entry.evidence.kind in TARGETS for entry in boards[-1].all))


def rows(found: list[list[Checked]]) -> Iterator[dict[str, str]]:
    """The table of patterns: one row each over all demos."""
    for same in zip(*found, strict=True):
        truth = same[0].truth
        names = dict.fromkeys(name for each in same for name, *_rest in each.figures)
        told = []
        for name in names:
            values = [value for each in same for called, _planted, _tolerance, value in each.figures if called == name]
            told.append(f"{name}: {truth.expected[name]:g} ± {truth.tolerance[name]:.2g}; {_listed(values)}")
        yield {
            "Pattern": truth.id,
            "Quadrant": truth.quadrant,
            "In place": f"{sum(each.is_in_place for each in same)} of {len(same)}",
            "As large": f"{sum(each.is_as_large for each in same)} of {len(same)}",
            "Planted ± tolerance; found": "<br>".join(told),
            "Not there": "<br>".join(each.instead for each in same if each.instead),
        }


def _listed(values: list[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)


def main(*, write: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="twinwing-swot-") as place:
        found = [planted(Path(place), seed) for seed in SEEDS]
        told = list(rows(found))
        print(table(told), flush=True)
        silent = [quiet(Path(place), seed) for seed in SEEDS]
    lines = [
        {
            "Seed": str(seed),
            "False findings on the board, week by week": ", ".join(str(len(week)) for week in each.weeks),
            "New ones": str(each.fresh),
            "Which": ", ".join(sorted(frozenset().union(*each.weeks))) or "–",
            "Lines about targets": str(each.of_targets),
        }
        for seed, each in zip(SEEDS, silent, strict=True)
    ]
    weeks = len(SEEDS) * (EDITIONS - 1)
    mean = sum(len(week) for each in silent for week in each.weeks) / (len(SEEDS) * EDITIONS)
    sums = (
        f"\n{mean:.2f} false findings on a board; {sum(each.fresh for each in silent) / weeks:.2f} new ones a week.\n"
    )
    print(table(lines), sums)
    if write:
        head = HEAD.format(contacts=CONTACTS, first=SEEDS[0], last=SEEDS[-1])
        REPORT.write_text(head + table(told) + WITHOUT.format(editions=EDITIONS) + table(lines) + sums, "utf-8")


if __name__ == "__main__":
    main(write="--write" in sys.argv[1:])
