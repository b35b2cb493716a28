"""What a viewer sees of a change on record: his own teams, and what was written without names unless he is cleared."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from data_access.change_rows import Change
from data_access.masking import masked_words
from data_access.viewer import Viewer

WORDS = ("name", "hypothesis", "note")  # what people write freely


def sees(viewer: Viewer, scope: Mapping[str, Collection[str]]) -> bool:
    """Does the change concern one of the viewer's teams? Without teams it concerns every one."""
    teams = scope.get("team_id")
    return viewer.teams is None or not teams or not set(viewer.teams).isdisjoint(teams)


def cut(change: Change, viewer: Viewer) -> Change:
    """Of its teams only the viewer's own."""
    kept = tuple(
        (name, tuple(each for each in values if name != "team_id" or viewer.sees(each)))
        for name, values in change.scope
    )
    return replace(change, scope=kept)


def as_seen(change: Change, viewer: Viewer, people: Iterable[str]) -> Change:
    """The change as the viewer may read it.

    Args:
        people: names of known people, which are looked for in what was written.
    """
    return replace(cut(change, viewer), **_masked({name: getattr(change, name) for name in WORDS}, viewer, people))


def told_as_seen(told: dict[str, Any] | None, viewer: Viewer, people: Iterable[str]) -> dict[str, Any] | None:
    """The same of the written fields, as the history keeps them."""
    if told is None:
        return None
    scope = {name: [each for each in kept if name != "team_id" or viewer.sees(each)] for name, kept in
             told["scope"].items()}  # fmt: skip
    return told | _masked({name: told[name] for name in WORDS}, viewer, people) | {"scope": scope}


def unmasked(given: Change, held: Change, viewer: Viewer, people: Iterable[str]) -> Change:
    """What was shown masked and has been left as it was, in the words in which it was written."""
    shown = as_seen(held, viewer, people)
    same = {name: getattr(held, name) for name in WORDS if getattr(given, name) == getattr(shown, name)}
    return replace(given, **same)


def _masked(words: Mapping[str, str], viewer: Viewer, people: Iterable[str]) -> dict[str, str]:
    return dict(zip(words, masked_words([*words.values()], viewer, people), strict=True))
