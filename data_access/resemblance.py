"""How much a column of a source looks like a canonical one: by its name, its type and its values."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, Integer, String
from sqlalchemy.types import TypeEngine

from data_access.schema import TABLES

WORDS = tomllib.loads((Path(__file__).parent / "synonyms.toml").read_text(encoding="utf-8"))
#: What a source's type is, by the first pattern that its name fits.
KINDS = (
    ("flag", r"BOOL|^BIT"),
    ("whole", r"INT|SERIAL"),
    ("number", r"DECIMAL|NUMERIC|NUMBER|FLOAT|DOUBLE|REAL|MONEY"),
    ("instant", r"TIMESTAMP|DATETIME"),
    ("day", r"^DATE"),
    ("words", r"CHAR|TEXT|STRING|CLOB|ENUM|UUID"),
)
#: What values written as text are, by the first pattern that nearly all of them fit.
WRITTEN = (
    ("flag", r"(?i)true|false|yes|no|y|n|是|否|0|1"),
    ("whole", r"[+-]?\d+"),
    ("number", r"[+-]?\d*[.,]?\d+%?"),
    ("clock", r"\d{1,4}:[0-5]?\d(:[0-5]?\d)?"),
    ("day", r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\w{1,3}[-/.]\d{2,4}"),
    (
        "instant",
        r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\w{1,3}[-/.]\d{2,4})[ T]+(上午|下午)?\d{1,2}[:时].*",
    ),
)
NEARLY_ALL = 0.8
#: How well each kind of a source serves a canonical type; what is not named here does not serve at all.
SERVES: dict[type[TypeEngine], dict[str, float]] = {
    String: {"words": 1.0, "whole": 1.0, "number": 0.7, "flag": 0.7, "clock": 0.5},
    DateTime: {"instant": 1.0, "day": 0.8, "whole": 0.4},
    Date: {"day": 1.0, "instant": 0.9},
    BigInteger: {"whole": 1.0, "number": 1.0, "clock": 1.0, "flag": 0.7},
    Integer: {"whole": 1.0, "number": 0.8, "flag": 0.8},
    Double: {"number": 1.0, "whole": 1.0, "flag": 0.7, "words": 0.4},
    Boolean: {"flag": 1.0, "whole": 0.8, "words": 0.75, "number": 0.5},
}
UNKNOWN_SERVES = 0.9
OWN_NAME, OTHER_WORD, ALIKE = 1.0, 0.92, 0.8
LEAST_ALIKE = 0.72
SHORTENED = 0.6  # a Chinese name that is so much of a word is short for it
LEAST_LETTERS = 0.9  # the share of letters that two names have in common in the same order
BY_VALUES = 0.55  # values alone tell it
NOTHING = "Its name is another."
OF_OWN_NAME = "'{name}' is the name itself."
OF_OTHER_WORD = "'{name}' is another word for it."
OF_LIKE_NAME = "'{name}' resembles '{word}', another word for it."
OF_VALUES = "Values of '{name}' such as {examples} are codes of it."


@dataclass(frozen=True, slots=True)
class Likeness:
    """How sure it is that a column is meant, 0 to 1, and why: an English sentence with its values."""

    certainty: float
    what: str = NOTHING
    values: Mapping[str, object] = field(default_factory=dict)


def likeness(table: str, canonical: str, name: str, kind: str | None, samples: tuple[str, ...]) -> Likeness:
    """How much a source's column looks like a canonical column of a logical table; its kind is that of `kind_of`."""
    found = _by_name(table, canonical, name)
    if not found.certainty and canonical in WORDS["values"]:
        found = _by_values(canonical, name, samples)
    if not found.certainty:
        return found
    serves = SERVES[type(TABLES[table].c[canonical].type)].get(kind, 0.0) if kind else UNKNOWN_SERVES
    return Likeness(round(found.certainty * serves, 2), found.what, found.values)


def kind_of(type_name: str, samples: Sequence[str]) -> str | None:
    """flag, whole, number, instant, day, clock or words; None where neither type nor values tell."""
    typed = next((kind for kind, pattern in KINDS if re.search(pattern, type_name.upper())), None)
    if typed not in {None, "words"}:
        return typed
    told = [each.strip() for each in samples if each.strip()]
    if not told:
        return typed
    for kind, pattern in WRITTEN:
        if sum(re.fullmatch(pattern, each) is not None for each in told) >= NEARLY_ALL * len(told):
            return kind
    return "words"


def table_likeness(table: str, name: str) -> float:
    """How much a source table's name says that it is a logical table, 0 to 1. A schema before a point is no part."""
    own = _plain(name.rsplit(".", 1)[-1])
    words = [_plain(word) for word in _words("tables", table)]
    if own == _plain(table):
        return OWN_NAME
    if own in words:
        return OTHER_WORD
    parts = _parts(name.rsplit(".", 1)[-1])
    inside = [word for word in (*_words("tables", table), table) if _parts(word) <= parts or _is_inside(word, own)]
    return ALIKE * max((min(1.0, 0.6 + len(_plain(word)) / len(own) / 2) for word in inside), default=0.0)


@lru_cache(maxsize=65_536)
def _by_name(table: str, canonical: str, name: str) -> Likeness:
    own, told = _plain(name), {"name": name}
    if own == _plain(canonical):
        return Likeness(OWN_NAME, OF_OWN_NAME, told)
    words = _words("columns", f"{table}.{canonical}") or _words("columns", canonical)
    if own in {_plain(word) for word in words}:
        return Likeness(OTHER_WORD, OF_OTHER_WORD, told)
    alike, word = max(((_alike(name, word), word) for word in (canonical, *words)), default=(0.0, ""))
    if alike < LEAST_ALIKE:
        return Likeness(0.0)
    return Likeness(round(ALIKE * alike, 2), OF_LIKE_NAME, {**told, "word": word})


def _by_values(canonical: str, name: str, samples: tuple[str, ...]) -> Likeness:
    codes = {each.lower() for each in _words("values", canonical)}
    told = [each.strip() for each in samples if each.strip()]
    if not codes or not told or sum(each.lower() in codes for each in told) < NEARLY_ALL * len(told):
        return Likeness(0.0)
    return Likeness(BY_VALUES, OF_VALUES, {"name": name, "examples": ", ".join(dict.fromkeys(told[:3]))})


def _alike(name: str, word: str) -> float:
    """0 to 1: the same parts in another order or with one more, else letters in the same order."""
    own, other = _parts(name), _parts(word)
    if other and (other <= own or own <= other) and min(len(own), len(other)) > 1:
        return max(LEAST_ALIKE, len(own & other) / len(own | other))
    if not name.isascii() and len(word) > 2 and _is_inside(word, name):
        return max(LEAST_ALIKE, len(word) / len(name))
    if len(name) > 1 and _is_inside(name, word) and len(name) >= SHORTENED * len(word):
        return LEAST_ALIKE
    letters = SequenceMatcher(None, _plain(name), _plain(word), autojunk=False)
    if letters.real_quick_ratio() <= LEAST_LETTERS or letters.quick_ratio() <= LEAST_LETTERS:
        return 0.0
    ratio = letters.ratio()
    return ratio if ratio > LEAST_LETTERS else 0.0


@cache
def _words(section: str, name: str) -> tuple[str, ...]:
    entry = WORDS[section].get(name, {})
    return tuple(f"{entry.get('en', '')} {entry.get('zh', '')}".split())


@cache
def _plain(name: str) -> str:
    """Letters and digits only, small."""
    return re.sub(r"[\W_]+", "", name).lower()


@cache
def _parts(name: str) -> frozenset[str]:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return frozenset(part.lower() for part in re.split(r"[\W_]+", apart) if part)


def _is_inside(word: str, name: str) -> bool:
    """Chinese words stand within others without a sign between them."""
    return not word.isascii() and word in name
