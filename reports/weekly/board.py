"""The chapters of the SWOT board and of the actions that follow from it."""

from functools import partial

from data_access.actions.actions import read_actions
from data_access.changes import touches
from data_access.swot.boards import quarter, read_arranged, read_known, read_ranked
from data_access.swot.editions import read_editions
from metrics.actions.action import Action, Stage
from metrics.actions.stages import Overdue, overdue
from metrics.rhythm import following
from reports import sentences
from reports.actions import action_table, action_words
from reports.document.parts import Chapter
from reports.swot import chapter as board_chapter
from reports.weekly.results import Results


def swot(found: Results) -> Chapter | None:
    """The board of the quarter up to the end of the period; None where it has no entry."""
    known = read_known(found.state, found.viewer, found.changes, found.unseen)
    ranked = read_ranked(found.store, found.viewer, quarter(found.end), found.filters, known)
    board = read_arranged(found.state, found.viewer, ranked, found.filters, found.unseen)
    if not board.items:
        return None
    past = [each for each in read_editions(found.state, found.viewer, found.filters, found.unseen)
            if each.end < found.end]  # fmt: skip
    return board_chapter.chapter(board, past, found.end, found.label, ranked.weights)


def actions(found: Results) -> Chapter | None:
    """What is overdue, waits for a decision, or falls due in the days ahead; None where nothing does."""
    if not found.is_latest:
        return None
    read = read_actions(found.state, found.viewer, found.unseen)
    known = [each for each in read if touches(each.filters, found.filters)]
    today = found.store.anchor
    late = {each.id: overdue(each, today, found.store.rules) for each in known}
    due = [each for each in known if _is_due(found, each, late[each.id])]
    if not due:
        return None

    return action_table.chapter(
        due, late, partial(sentences.filters, label=found.label), action_words.lead(known, late, today)
    )


def _is_due(found: Results, action: Action, late: tuple[Overdue, ...]) -> bool:
    days = [day for day in (action.due if action.live_on is None else None, action.check_on) if day]
    soon = any(day < following(found.rhythm, found.period).end for day in days)
    return action.stage is not Stage.CLOSED and (bool(late) or soon or action.stage is Stage.ACT)
