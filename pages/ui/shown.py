"""What a page shows: whose eyes, which data, which scope."""

from dataclasses import dataclass

from data_access.store import Store
from data_access.viewer import Viewer
from metrics.scope import Filters, Scope
from reports import text


@dataclass(frozen=True, eq=False)
class Shown:
    """A scope on a store, as one viewer sees it."""

    store: Store
    viewer: Viewer
    scope: Scope
    names: dict[tuple[str, str], str]

    @property
    def filters(self) -> Filters:
        return self.scope.filters

    def label(self, dimension: str, code: str | None) -> str:
        """A code as a person reads it: its name where there is one."""
        return self.names.get((dimension, code or ""), "") or text.code(code)
