"""What the words in a column mean: yes or no, an answer on a scale, or a code that the product knows."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sqlalchemy import Boolean, Double, String

from data_access.imports.mapping import Scalar
from data_access.imports.number_forms import without_signs
from data_access.schema import TABLES

WORDS = tomllib.loads(Path(__file__).with_name("code_words.toml").read_text(encoding="utf-8"))
MOST_CODES = 60  # different words; a column of more holds names or sentences
KINDS: dict[str, list[str]] = WORDS["kinds"]


def known_codes(table: str, column: str) -> tuple[Scalar, ...]:
    """What a word of the column may be said to mean; none where every word stands for itself."""
    return tuple(dict.fromkeys(_meanings(table, column).values()))


def codes_of(table: str, column: str, values: Sequence[str]) -> dict[str, Scalar]:
    """The meaning of each word of the column that is known; none where words need none."""
    told = list(dict.fromkeys(each.strip() for each in values if each.strip()))
    meanings = _meanings(table, column)
    found = {each: meanings[each.casefold()] for each in told if each.casefold() in meanings}
    stand_for_themselves = all(each == str(code) or each.lower() == str(code).lower() for each, code in found.items())
    return {} if len(told) > MOST_CODES or stand_for_themselves else found


def are_words(table: str, column: str, values: Sequence[str]) -> bool:
    """Are there few enough words for a person to say what each means, and does the column take meanings?"""
    told = {each.strip() for each in values if each.strip()}
    if not told or len(told) > MOST_CODES or not known_codes(table, column):
        return False
    return not isinstance(TABLES[table].c[column].type, Double) or not all(_is_number(each) for each in told)


@cache
def _meanings(table: str, column: str) -> dict[str, Scalar]:
    kind = TABLES[table].c[column].type
    if isinstance(kind, Boolean):
        own = WORDS["flags_of"].get(column, {})
        told = {True: "yes", False: "no"}
        return {word: flag for flag, name in told.items() for word in (*WORDS["flags"][name], *own.get(name, ()))}
    if isinstance(kind, Double):
        return {word: int(score) for score, words in WORDS["scores"].get(column, {}).items() for word in words}
    codes = WORDS["codes"].get(column, {}) if isinstance(kind, String) else {}
    return {word: code for code, words in codes.items() for word in (code, *words)}


def _is_number(word: str) -> bool:
    try:
        float(without_signs(word))
    except ValueError:
        return False
    return True
