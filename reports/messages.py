"""Message catalogues: the English sentence is the key, the reader's language decides what is said."""

import gettext
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = {"en": "English", "zh": "中文"}

language: ContextVar[str] = ContextVar("language", default="en")


def language_of(browser: str | None) -> str:
    """The catalogue for a browser's language; Chinese of any kind is zh, everything else en."""
    return "zh" if (browser or "").lower().startswith("zh") else "en"


@contextmanager
def speaking(name: str) -> Generator[None]:
    """Everything inside is said in this language."""
    token = language.set(name)
    try:
        yield
    finally:
        language.reset(token)


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    path = LOCALES / name / "messages.po"
    if not path.exists():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _(sentence: str) -> str:
    """The sentence in the reader's language; English where a translation is missing (a test fails on that)."""
    return _catalogue(language.get()).gettext(sentence) if sentence else ""


def N_(sentence: str) -> str:
    """Marks a sentence for the catalogue where it stands; it is translated where it is shown."""
    return sentence
