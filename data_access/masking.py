"""Masking: what a viewer who is not cleared sees in the place of names, ids and customers' words."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import polars as pl

from data_access.redaction import Pseudonym, names_pattern, redacted
from data_access.secret import seal
from data_access.viewer import Viewer
from metrics.errors import NotAllowed
from metrics.scope import Filters

#: Columns that point to a person or a case, and what their pseudonyms begin with. One kind, one pseudonym: an agent
#: who reviews is the same agent.
KINDS = {
    "customer_id": "customer",
    "contact_id": "contact",
    "complaint_id": "complaint",
    "review_id": "review",
    "finding_id": "finding",
    "case_id": "case",
    "agent_id": "agent",
    "reviewer_id": "agent",
    "other_reviewer_id": "agent",
    "reviewed_agent_id": "agent",
    "supervisor": "agent",
    "name": "agent",
}
TEXTS = ("text", "root_cause")
SHORTEST_ID = 4  # a shorter one is found in any text, and tells nobody
NOBODY = "masked0"  # what stands where whose piece it was is told to nobody; redaction takes it for a pseudonym
LENGTH = 10  # 50 bits: among a million customers two share a pseudonym once in two thousand installations


def pseudonym(kind: str, value: str) -> str:
    """A short code that always stands for the same value, and that only this installation can make."""
    return base64.b32encode(seal(f"pseudonym {kind}", value)).decode("ascii").lower()[:LENGTH]


def names_people(dimensions: Iterable[str]) -> bool:
    """Does one of these stand under pseudonyms for who is not cleared?"""
    return not KINDS.keys().isdisjoint(dimensions)


def check_filters(filters: Filters, viewer: Viewer) -> None:
    """
    Raises:
        NotAllowed: a filter names people whom the viewer may not know, and would tell what they did.
    """
    if not viewer.is_cleared and any(name in KINDS for name, _ in filters):
        raise NotAllowed(
            "You may not pick single people: their names are masked for you.",
            "Leave this filter out, or ask an administrator to clear you.",
        )


def masked(frame: pl.DataFrame, viewer: Viewer, people: Iterable[str] = ()) -> pl.DataFrame:
    """The frame as the viewer may see it; unchanged for who is cleared.

    Args:
        people: names of known people, which are looked for in texts.
    """
    if viewer.is_cleared:
        return frame
    ids = [_replaced(frame, name, KINDS[name]) for name in frame.columns if name in KINDS]
    texts = [name for name in TEXTS if name in frame.columns]
    pattern = names_pattern(people) if texts else None
    return frame.with_columns(*ids, *(_redacted(frame, name, pattern, pseudonym) for name in texts))


def blanked(frame: pl.DataFrame, people: Iterable[str]) -> pl.Series:
    """What `masked` makes of the column `text`, but with one code for all people and cases.

    To make a pseudonym takes longer than to find where it belongs, and many texts are only looked through.
    """
    return _redacted(frame, "text", names_pattern(people), lambda _kind, _value: NOBODY)


def masked_words(words: Sequence[str], viewer: Viewer, people: Iterable[str]) -> list[str]:
    """What people wrote down, without what is personal in it for a viewer who is not cleared.

    Its codes are others than those in customers' texts: who writes a number down cannot find it again among them.

    Args:
        people: names of known people, which are looked for.
    """
    if viewer.is_cleared or not words:
        return list(words)
    pattern = _pattern(frozenset(people))
    return [redacted(each, _written, pattern) for each in words]


def _written(kind: str, value: str) -> str:
    return pseudonym(f"written {kind}", value)


@lru_cache(maxsize=8)
def _pattern(people: frozenset[str]) -> re.Pattern[str] | None:
    """The same names are looked for at every click."""
    return names_pattern(people)


def _replaced(frame: pl.DataFrame, name: str, kind: str) -> pl.Series:
    known = {each: pseudonym(kind, str(each)) for each in frame[name].unique().drop_nulls()}
    return pl.Series(name, [known.get(each) for each in frame[name]], pl.String)


def _redacted(frame: pl.DataFrame, name: str, people: re.Pattern[str] | None, code: Pseudonym) -> pl.Series:
    """The texts without what is personal in them; what a row's own columns call a person or a case goes as well."""
    own = [each for each in KINDS if each in frame.columns and frame.schema[each] == pl.String]
    rows = frame.select(name, *own).iter_rows()
    return pl.Series(
        name, [_told(text, dict(zip(own, ids, strict=True)), people, code) for text, *ids in rows], pl.String
    )


def _told(
    text: str | None, ids: Mapping[str, str | None], people: re.Pattern[str] | None, code: Pseudonym
) -> str | None:
    if text is None:
        return None
    told = {value: KINDS[name] for name, value in ids.items() if value and len(value) >= SHORTEST_ID}
    kinds = {value: kind for value, kind in told.items() if value in text}  # few: a pattern is slow to make
    if kinds:  # in one pass, or an id could be found again inside the pseudonym of another
        longest_first = "|".join(re.escape(value) for value in sorted(kinds, key=len, reverse=True))
        text = re.sub(longest_first, lambda found: f"[{kinds[found[0]]} {code(kinds[found[0]], found[0])}]", text)
    return redacted(text, code, people)
