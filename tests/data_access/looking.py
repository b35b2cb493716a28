"""Looking at the cases behind a number as the product does, for tests that are not about who looked."""

from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Engine

from data_access.home import home
from data_access.rows import Rows
from data_access.rows import behind as looked
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.metric import AnyMetric
from metrics.scope import Filters, Period


@cache
def written_down() -> Engine:
    """Where looks are written down."""
    return open_state(f"sqlite:///{home().folder / 'looks.sqlite'}")


def behind(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters = ()) -> Rows:
    return looked(store, written_down(), viewer, metric, period, filters, datetime(2026, 11, 1, tzinfo=UTC))
