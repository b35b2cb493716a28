"""What pages of the two wings and of the complaints desk keep beside the roll-ups: how it is read, typed, ordered."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from data_access.desk.contacted import contacted, has_contacted, typed_contacted
from data_access.desk.events import events, has_events, typed_events
from data_access.read import Query
from data_access.warehouse import Warehouse
from data_access.wings.links import has_links, links, typed_links
from data_access.wings.named import has_named, named, typed_named
from metrics.rules import Rules


@dataclass(frozen=True, slots=True)
class CasePart:
    """Rows that are few, kept whole; nothing where the warehouse does not have what they are made of."""

    is_there: Callable[[Warehouse], bool]
    query: Callable[[Warehouse, Rules], Query]
    typed: Callable[[pl.DataFrame], pl.DataFrame]
    key: str  # what rows are ordered by


PARTS = {
    "named": CasePart(has_named, named, typed_named, "contact_id"),
    "links": CasePart(has_links, links, typed_links, "review_id"),
    "contacted": CasePart(has_contacted, contacted, typed_contacted, "complaint_id"),
    "complaint_events": CasePart(has_events, events, typed_events, "complaint_id"),
}
