"""Where a person stands in the upload wizard: the files dropped, and what was said of them so far."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from data_access.home import home
from data_access.imports.before import in_use
from data_access.imports.draft import Draft, mapping_of
from data_access.imports.import_files import Imported
from data_access.imports.kept_mappings import KeptMapping
from data_access.imports.loading import Part
from data_access.imports.mapping import Mapping as FileMapping
from data_access.imports.recognising import looked_at, name_at_first
from data_access.imports.sampling import sample_of
from metrics.errors import ImportFailed
from pages.ui import scope

NOTED, DONE, REFUSED = "own_data", "own_data_done", "own_data_refused"


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


def look_at_sheet(file: Path, sheet: str, kept: Sequence[KeptMapping]) -> None:
    """For callbacks: another sheet of a workbook, which is another file in all but its name.

    Raises:
        ImportFailed: it holds no table.
    """
    wizard = current()
    if wizard is None:
        return
    sample, before = sample_of(file, sheet), wizard.drafts[file].sample
    names = dict(wizard.names)
    if names[file] == name_at_first(before, kept):
        names[file] = name_at_first(sample, kept)
    draft = looked_at(sample, kept)
    fresh = replace(wizard, drafts={**wizard.drafts, file: draft}, names=names)
    known = next((each.mapping for each in kept if each.name == draft.known_as), None)
    if known is not None:
        missing = tuple(dict.fromkeys((*wizard.missing, *known.missing)))
        fresh = replace(fresh, zone=known.time_zone, missing=missing, is_adding=are_more({draft.known_as}))
    begin(fresh)


def are_more(names: Set[str | None]) -> bool:
    """Were the data in use imported by one of these mappings? Then the files are likely more of the same."""
    before = in_use(home())
    return before is not None and before.source == "import" and not names.isdisjoint({before.name, *before.mappings})


def refused() -> Sequence[ImportFailed]:
    """Why files of the last drop were not taken."""
    return scope.noted(REFUSED) or ()


def note_refused(failures: Sequence[ImportFailed]) -> None:
    scope.note(REFUSED, tuple(failures))


def done() -> Imported | ImportFailed | None:
    """What the last import of this session did, or why it failed."""
    return scope.noted(DONE)


def note_done(what: Imported | ImportFailed) -> None:
    """Keep it; after an import that succeeded the files are gone."""
    scope.note(DONE, what)
    note_refused(())
    begin(None)


def forget() -> None:
    """For callbacks: begin with the first step again."""
    scope.note(DONE, None)
    note_refused(())
    begin(None)
