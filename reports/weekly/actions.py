"""The chapter of actions: what is being done about what was found, and what of it is overdue?"""

from metrics.actions.stages import overdue
from reports.actions import action_table, action_words
from reports.document.parts import Chapter
from reports.weekly.results import Results


def chapter(found: Results) -> Chapter | None:
    """As things stand with the newest data; None in a report on an earlier time, or where no action is on record."""
    if not found.is_latest or not found.actions:
        return None
    late = {each.id: overdue(each, found.store.anchor, found.store.rules) for each in found.actions}
    lead = action_words.lead(found.actions, late, found.store.anchor)
    return action_table.chapter(found.actions, late, lambda filters: action_words.places(filters, found.label), lead)
