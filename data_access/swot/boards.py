"""The board of a scope: what was found, ranked, and arranged as people want it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from data_access.change_rows import Change
from data_access.own_events import read_events
from data_access.store import Store
from data_access.swot.asked import Asked, Known, NotLookedAt
from data_access.swot.edits import read_edits
from data_access.swot.gather import WEEKS, Heard, in_silence, read_evidence
from data_access.swot.weights import WEIGHTS
from data_access.targets import read_targets
from data_access.viewer import Viewer
from data_access.watch.alert_rules import read_alert_rules
from data_access.watch.decisions import in_force, read_decision_history
from metrics.scope import WEEK, Filters, Period
from metrics.swot.arranged import Arranged, arranged
from metrics.swot.evidence import Kind
from metrics.swot.ranking import Board, arrange
from metrics.swot.rules import under


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the analyses found, before anybody has touched it."""

    board: Board
    not_looked_at: tuple[NotLookedAt, ...]
    period: Period
    beside: Period
    has_cases: bool  # any contact or complaint in these days
    weights: Mapping[Kind, float]  # that are not those that ship


def quarter(end: date) -> Period:
    """The weeks that a board is about when nobody asks for others, up to a day that is not included."""
    return Period(end - WEEKS * WEEK, end)


def before(period: Period) -> Period:
    """As many days right before."""
    return Period(period.start - (period.end - period.start), period.start)


def read_known(engine: Engine, viewer: Viewer, changes: Sequence[Change], people: Iterable[str] = ()) -> Known:
    """What people have put on record, as far as the analyses ask for it.

    Args:
        changes: those of the register that concern these data.
        people: names of known people, which are looked for in what was written.
    """
    names = tuple(people)
    return Known(
        targets=tuple(read_targets(engine, viewer)),
        changes=tuple(changes),
        decisions=tuple(in_force(read_decision_history(engine, viewer, names))),
        events=tuple(read_events(engine, viewer, names)),
        rules=tuple(each.rule for each in read_alert_rules(engine, viewer)),
        weights=tuple(sorted(WEIGHTS.read(engine).items())),
    )


def read_ranked(
    store: Store, viewer: Viewer, period: Period, filters: Filters, known: Known, heard: Heard = in_silence
) -> Ranked:
    """The findings of a period beside the one before it; `heard` and what it raises are as of `read_evidence`."""
    gathered = read_evidence(store, viewer, period, before(period), filters, known, heard)
    asked = Asked(store, viewer, period, None, filters)
    has_cases = asked.contacts > 0 or asked.complaints > 0
    weights = dict(known.weights)
    board = arrange(gathered.evidence, under(weights))
    return Ranked(board, gathered.not_looked_at, period, before(period), has_cases, weights)


def read_arranged(
    engine: Engine, viewer: Viewer, ranked: Ranked, filters: Filters, people: Iterable[str] = ()
) -> Arranged:
    """The board as people have arranged it.

    Args:
        people: names of known people, which are looked for in what was written.
    """
    return arranged(ranked.board.all, read_edits(engine, viewer, filters, people))
