"""The chapter of the two wings: blind spots, how the data join, early warning."""

from data_access.store import EVERYTHING
from data_access.wings.blind_spots import Looked, days_looked, missing, read_blind_spots, rows_of
from data_access.wings.early_warning import NEEDS, read_standing, read_warnings
from data_access.wings.linkage import read_complaint_links
from metrics.wings.blind_spots import Verdict
from metrics.wings.clusters import told_once
from metrics.wings.scan import WINDOWS
from reports.document.parts import Chapter, Part, Table
from reports.export import Section
from reports.text import _
from reports.weekly import pieces, results
from reports.weekly.results import Results
from reports.wings import blind_words, early_words, linkage_words

BLIND_WEEKS = 26  # fewer hold too few complaints to tell cells apart
MOST_TOLD = 3


def chapter(found: Results) -> Chapter | None:
    """None where complaints and reviews do not meet."""
    looked = blind_spots(found)
    told = [*_blind(found, looked), *_joined(found), *early(found)]
    parts: list[Part] = [*pieces.said(*told[1:]), *_places(found, looked)]
    parts += pieces.metric_table(found, _("How the data join"), results.WINGS)
    return Chapter(_("Two wings"), told[0], tuple(parts)) if told else None


def blind_spots(found: Results) -> Looked | None:
    """The map up to the end of the period; None where the data cannot give one."""
    store = found.store
    rows = rows_of(store)
    if missing(store) or not rows:
        return None
    days = days_looked(store, found.period, BLIND_WEEKS)
    return read_blind_spots(store, found.viewer, days, found.filters, rows[0])


def _blind(found: Results, looked: Looked | None) -> list[str]:
    if looked is None or looked.found is None:
        return []
    lead = blind_words.lead(looked, looked.found, found.label)
    return [lead, blind_words.advice(looked, looked.found, found.label)]


def _places(found: Results, looked: Looked | None) -> list[Table]:
    if looked is None or looked.found is None:
        return []
    blind = looked.found.of(Verdict.BLIND)
    if blind.is_empty():
        return []
    rows = blind_words.table(blind, looked, found.label, blind=True)
    return [Table(Section(_("Many complaints, little QA"), rows, period=looked.period))]


def _joined(found: Results) -> list[str]:
    linked = read_complaint_links(found.store, found.viewer, found.period, found.filters)
    if linked is None or linked.counts.is_empty():
        return []
    return [linkage_words.complaints(linked), linkage_words.most_lost(linked)]


def early(found: Results) -> list[str]:
    """What alarms at the end of the period, or that nothing does."""
    store = found.store
    if store.warehouse.missing(NEEDS) or not store.data_start < found.end < EVERYTHING.end:
        return []
    seen = read_warnings(store, found.viewer, found.end, found.filters)
    looked, told, batches = 0, [], set()
    for kind, each in seen.items():
        if not each.has_cases(max(WINDOWS)):
            continue
        looked += sum(side.cells.height for side in each.sides.values())
        now = read_standing(store, found.viewer, found.end, found.filters, kind, each.complaints.ends[-1])
        for row in told_once(now).head(MOST_TOLD).iter_rows(named=True):
            batch = row.get("product"), row.get("batch")
            if batch not in batches:  # of one batch the issue tells, and not every failed item as well
                told.append(early_words.sentence(row, kind, found.label))
                batches |= {batch} if all(batch) else set()
    return told[:MOST_TOLD] or ([early_words.quiet(looked)] if looked else [])
