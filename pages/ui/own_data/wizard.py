"""Where a person stands in the upload wizard: the files dropped, and what was said of them so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from data_access.imports.draft import Draft, mapping_of
from data_access.imports.import_files import Imported
from data_access.imports.loading import Part
from data_access.imports.mapping import Mapping as FileMapping
from metrics.errors import ImportFailed
from pages.ui import scope

NOTED, DONE = "own_data", "own_data_done"


@dataclass(frozen=True, slots=True, eq=False)
class Wizard:
    """The files of one drop, each with its draft. `id` tells this drop's widgets from the next one's."""

    id: str
    drafts: Mapping[Path, Draft]
    zone: str
    missing: tuple[str, ...] = ()
    names: Mapping[Path, str] = field(default_factory=dict)
    is_adding: bool = False
    is_kept: bool = True

    def mapping(self, file: Path) -> FileMapping:
        return mapping_of(self.drafts[file], self.names[file], self.zone, self.missing)

    @property
    def is_ready(self) -> bool:
        return not any(draft.lacking for draft in self.drafts.values())

    def parts(self) -> list[Part]:
        """The files in the order of their names, so that of weekly exports the later one counts."""
        return [Part(self.mapping(file), (file,)) for file in self.drafts]


def current() -> Wizard | None:
    return scope.noted(NOTED)


def begin(wizard: Wizard | None) -> None:
    """From now on these files; None: no files."""
    scope.note(NOTED, wizard)


def change(**changed: object) -> None:
    """For callbacks: something that holds for all files."""
    wizard = current()
    if wizard is not None:
        begin(replace(wizard, **changed))


def take(name: str, key: str) -> None:
    """For callbacks: what stands in a field holds for all files."""
    given = scope.typed(key)
    change(**{name: tuple(given) if isinstance(given, list) else given})


def redraft(file: Path, how: Callable[[Draft], Draft]) -> None:
    """For callbacks: another draft of one file."""
    wizard = current()
    if wizard is not None:
        begin(replace(wizard, drafts={**wizard.drafts, file: how(wizard.drafts[file])}))


def done() -> Imported | ImportFailed | None:
    """What the last import of this session did, or why it failed."""
    return scope.noted(DONE)


def note_done(what: Imported | ImportFailed) -> None:
    """Keep it; after an import that succeeded the files are gone."""
    scope.note(DONE, what)
    begin(None)


def forget() -> None:
    """For callbacks: begin with the first step again."""
    scope.note(DONE, None)
    begin(None)
