"""Which issues a rule would have told of in the past year: a reading a week, each by what was known then."""

from dataclasses import dataclass
from datetime import date, timedelta

from data_access.desk.emerging import USUAL_WINDOW, Tag, read_emerging, tags_of
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.watch.events import FORGOTTEN
from data_access.watch.watching import newest_issues_end
from metrics.alerts.rule import AlertRule

PAST_WEEKS = 52


@dataclass(frozen=True, slots=True)
class IssueAlarm:
    """An event of the past. `start` and `end` are days after the last one known; no `end`: it goes on."""

    tag: Tag
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class PastIssues:
    """How many weeks were read, in how many of them issues could be told, and the events, the oldest first."""

    weeks: int
    judged: int
    alarms: tuple[IssueAlarm, ...]


def read_past_issues(store: Store, viewer: Viewer, rule: AlertRule) -> PastIssues:
    """Each week of the last year read as the rule reads the newest one.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the data lack complaints.
    """
    end = newest_issues_end(store)
    key = ("past issues", viewer.sight, end, rule.filters, store.site_rules.growth_alarm)
    return store.answers.once(key, lambda: _past_issues(store, viewer, rule, end))


def _past_issues(store: Store, viewer: Viewer, rule: AlertRule, newest: date) -> PastIssues:
    ends = [newest - timedelta(weeks=each) for each in reversed(range(PAST_WEEKS))]
    readings: dict[date, list[Tag]] = {}
    for end in ends:
        found = read_emerging(store, viewer, end, USUAL_WINDOW, rule.filters)
        if found is not None and (found.growth is not None or found.codes is not None):
            readings[end] = tags_of(found)
    return PastIssues(len(ends), len(readings), tuple(alarms(readings)))


def alarms(readings: dict[date, list[Tag]]) -> list[IssueAlarm]:
    """The events that readings would have opened: an issue is over when it has not come up for FORGOTTEN.

    Args:
        readings: the issues found as of each day, in order.
    """
    held: dict[tuple[object, ...], tuple[Tag, date, date]] = {}  # by issue: as it began, since when, last seen
    found: list[IssueAlarm] = []
    for end, tags in readings.items():
        for tag in tags:
            issue = tag.kind, *tag.names
            first, begun, _seen = held.get(issue, (tag, end, end))
            held[issue] = first, begun, end
        for issue in [each for each, (_tag, _begun, seen) in held.items() if end - seen >= FORGOTTEN]:
            first, begun, _seen = held.pop(issue)
            found.append(IssueAlarm(first, begun, end))
    found += [IssueAlarm(first, begun, None) for first, begun, _seen in held.values()]
    return sorted(found, key=lambda each: (each.start, each.tag.kind, each.tag.names))
