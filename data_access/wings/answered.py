"""What the pages of the two wings ask: allowed first, then computed once for whoever sees the same."""

from collections.abc import Callable
from typing import TypeVar

from data_access.masking import check_filters
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.scope import Filters

Answer = TypeVar("Answer")


def answered(
    store: Store, viewer: Viewer, what: str, scope: object, filters: Filters, made: Callable[[], Answer]
) -> Answer:
    """
    Args:
        what: names the question.
        scope: of what days, or whatever else the answer depends on.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    return store.answers.once((what, viewer.sight, scope, filters), made)
