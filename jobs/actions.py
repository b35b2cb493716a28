"""`python -m jobs actions`: check the actions whose day has come, and reopen those whose problem is back."""

from collections.abc import Sequence
from datetime import UTC, datetime

from data_access.actions.checking import Outcome, run_actions
from data_access.home import home
from data_access.opening import open_store
from data_access.site_rules import read_rules
from data_access.state import open_state
from data_access.viewer import Right
from jobs.asking import asking
from jobs.progress import progress_bar
from metrics.actions.action import Stage
from reports.actions import action_words
from reports.text import _, explained, labelled, number, paragraph


def check_and_reopen() -> None:
    """Check the actions whose day has come, reopen those whose problem is back, and print what was done."""
    state = open_state()
    viewer = asking(state, "actions", Right.CHANGES)
    with progress_bar() as progress:
        store = open_store(home(), read_rules(state), progress)
    for line in summary(run_actions(store, state, viewer, datetime.now(UTC))):
        print(line)


def summary(outcomes: Sequence[Outcome]) -> list[str]:
    """What was done, action by action, and how much in all."""
    lines = []
    for each in outcomes:
        told = paragraph(explained(each.failure)) if each.failure else action_words.done(each.action)
        lines.append(labelled(each.action.title, told))
    checked = sum(each.failure is None and each.action.stage is not Stage.PLAN for each in outcomes)
    reopened = sum(each.failure is None and each.action.stage is Stage.PLAN for each in outcomes)
    said = _("Actions checked: {checked}. Reopened: {reopened}. Could not be looked at: {failed}.")
    failed = len(outcomes) - checked - reopened
    return [*lines, said.format(checked=number(checked), reopened=number(reopened), failed=number(failed))]
