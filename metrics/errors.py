"""What can go wrong that a person can mend: what happened, and what to do about it."""

from collections.abc import Iterable
from difflib import get_close_matches


class ServiceQualityError(Exception):
    """An expected failure. `what` and `fix` are English sentences (gettext keys) with named fields in `values`."""

    def __init__(self, what: str, fix: str, **values: object) -> None:
        self.what = what
        self.fix = fix
        self.values = values
        super().__init__(f"{what.format_map(values)} {fix.format_map(values)}")


class SourceUnavailable(ServiceQualityError):
    """The warehouse, the roll-ups or the state store cannot be reached or read."""


class MappingError(ServiceQualityError):
    """A mapping file does not say what it has to say."""


class ImportFailed(ServiceQualityError):
    """A file could not be imported; the warehouse in place is untouched."""


class BackupFailed(ServiceQualityError):
    """A backup could not be made or put back; what is in place is untouched."""


class UnknownName(ServiceQualityError):
    """A metric, column or table of that name does not exist."""


class InvalidScope(ServiceQualityError):
    """A period, comparison or filter that cannot be shown as asked."""


class StateConflict(ServiceQualityError):
    """Someone else saved the same thing first, or what is to be changed is gone."""


class NotAllowed(ServiceQualityError):
    """Something that the person who asks may not see or do."""


class InvalidSettings(ServiceQualityError):
    """A setting that cannot be read or does not fit the others."""


FEW_NAMES = 12


MOST_NEAR = 3


def close(name: str, known: Iterable[str]) -> str:
    """The names close to a mistyped one, or that it abbreviates, as fcr does; empty where there is none."""
    names = sorted(known)
    short = [each for each in names if "".join(word[:1] for word in each.split("_")) == name]
    return ", ".join(list(dict.fromkeys([*short, *get_close_matches(name, names, MOST_NEAR, 0.5)]))[:MOST_NEAR])


def near(name: str, known: Iterable[str]) -> str:
    """The names closest to a mistyped one, for a `fix` sentence; when none is close all of a few, or the least far."""
    names = sorted(known)
    few = names if len(names) <= FEW_NAMES else get_close_matches(name, names, MOST_NEAR, 0.0)
    return close(name, names) or ", ".join(few)
