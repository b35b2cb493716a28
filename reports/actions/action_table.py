"""Actions as a table and as a chapter: on paper, in files and in a report."""

from collections.abc import Callable, Collection, Mapping, Sequence

import polars as pl

from metrics.actions.action import Action, Stage
from metrics.actions.stages import Overdue
from metrics.scope import Filters
from reports.actions import action_words as words
from reports.document.parts import Chapter, Paragraph, Table
from reports.export import Section
from reports.printed import Block
from reports.text import N_, _

Lates = Mapping[str, Collection[Overdue]]
DAYS = (N_("To be live by"), N_("Live since"), N_("To be checked on"), N_("Overdue since"))
Where = Callable[[Filters], Sequence[str]]


def table(found: Sequence[Action], late: Lates, where: Where) -> pl.DataFrame:
    """A row for each action in the order of the circle."""
    order = list(Stage)
    rows = [_row(each, late, where) for each in sorted(found, key=lambda each: (order.index(each.stage), each.title))]
    days = {_(name): pl.Date() for name in DAYS}
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides=days | {_("Result of the check"): pl.String()})


def _row(action: Action, late: Lates, where: Where) -> dict[str, object]:
    overdue = late[action.id]
    return {
        _("Stage"): words.stage(action.stage),
        _("Action"): action.title,
        _("Goal"): words.goal(action, where(action.filters)),
        _("Owner"): action.owner,
        _("To be live by"): action.due,
        _("Live since"): action.live_on,
        _("To be checked on"): action.check_on,
        _("Result of the check"): words.verdict(action.check) if action.check else None,
        _("Overdue since"): min((each.due for each in overdue), default=None),
        _("Round"): action.round,
    }


def blocks(found: Sequence[Action], late: Lates, where: Where) -> list[Block]:
    """For a document to print: what is overdue, then every action by its stage."""
    overdue = [words.late(each, what) for each in found for what in late[each.id]]
    head = [Block(_("Overdue"), overdue)] if overdue else []
    return [*head, *(_block(stage, found, where) for stage in Stage if any(each.stage is stage for each in found))]


def _block(stage: Stage, found: Sequence[Action], where: Where) -> Block:
    rows = [
        {
            _("Action"): each.title,
            _("Goal"): words.goal(each, where(each.filters)),
            _("State"): " · ".join(words.circumstances(each)),
        }
        for each in found
        if each.stage is stage
    ]
    return Block(words.stage(stage), table=pl.DataFrame(rows))


def chapter(found: Sequence[Action], late: Lates, where: Where, lead: str) -> Chapter:
    """The actions as a part of a report; `lead` is how things stand."""
    overdue = tuple(Paragraph(words.late(each, what)) for each in found for what in late[each.id])
    section = Section(_("Actions"), table(found, late, where))
    return Chapter(_("Actions"), lead, (*overdue, *((Table(section),) if found else ())))
