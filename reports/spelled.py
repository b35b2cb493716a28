"""Numbers and dates as a language writes them, each worked out once: a page says the same ones again and again."""

from datetime import date
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

LOCALES = {"en": "en_GB", "zh": "zh_CN"}
KEPT = 20_000
NO_BREAK = "\u00a0"


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


@lru_cache(KEPT)
def decimal(value: float, digits: int, language: str) -> str:
    """With the language's separators, and no minus before a zero."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    shown = format_decimal(value, format=pattern, locale=_locale(language))
    return shown.replace("-", "−" if has_a_figure(shown) else "")


def has_a_figure(shown: str) -> bool:
    """Is it another number than zero?"""
    return any(figure in shown for figure in "123456789")


def unbroken(amount: str) -> str:
    """A number with its unit as one word, which no line ends within."""
    return amount.replace(" ", NO_BREAK)


@lru_cache(KEPT)
def dated(day: date, pattern: str, language: str) -> str:
    """A day in one of Babel's patterns."""
    return format_date(day, pattern, locale=_locale(language))


MOST_DIGITS = 4


def digits(amount: float, whole: float | None = None) -> int:
    """One behind the point, or up to four, so that nothing is not told of what is there, nor all of what is not all.

    What is nearer than that is one, too: it is rounding, or nobody would tell it apart.
    """
    ends = [0.0] if whole is None else [0.0, whole]
    near = min(abs(amount - end) for end in ends)
    return next((count for count in range(1, MOST_DIGITS + 1) if near == 0 or near >= 0.5 * 10**-count), 1)
