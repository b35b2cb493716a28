"""Text that was written elsewhere, as people can see it: nothing in it is unseen, and it has an end."""

from html import escape
from unicodedata import category, east_asian_width, normalize

from data_access.seen import seen
from reports import spelled
from reports.messages import _, language

LONGEST = 10_000  # characters of a text on a page: more than anybody reads there, and a browser shows it at once
LONGEST_NAME = 120  # characters of a name on a page
STAND_IN = "�"  # for what nobody sees in a name: two names that look the same would be two


def on_screen(words: str, most: int = LONGEST, stand_in: str = "") -> str:
    """A text for a page: line ends stay, what is unseen goes, and what is longer than `most` is cut and says so.

    Args:
        stand_in: what stands in the place of each unseen character.
    """
    shown = seen(words[:most], stand_in)
    return shown if len(words) <= most else _cut(shown, len(words))


def _cut(words: str, count: int) -> str:
    return _("{words}… ({count} characters)").format(words=words, count=spelled.decimal(count, 0, language.get()))


def name_on_screen(name: str) -> str:
    """A name in one line: two that differ do not look the same, and one of spaces is told to be one."""
    if not name.strip():
        return _("(blank)") if name else ""
    return on_screen(name, LONGEST_NAME, STAND_IN).replace("\n", " ").replace("\t", " ").strip()


def in_html(words: str) -> str:
    """A text inside HTML or in one of its attributes."""
    return escape(on_screen(words))


def width(words: str) -> int:
    """In letters; a Chinese character takes the room of two."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in words)


def in_file(words: str, most: int = LONGEST) -> str:
    """Without what nobody sees but a file may stumble over or be turned round by: control and format characters.

    Line ends and tabs become spaces; letters stand with their accents as one character where there is one.
    Left out are also marks that turn the direction of writing, those that choose among forms of a character, and what
    Unicode keeps from ever being a character. What is longer than `most` is cut and says so: nobody reads it there, and
    typesetting it takes minutes.
    """
    if words.isascii() and words.isprintable() and len(words) <= most:
        return words
    whole = normalize("NFC", words[:most])
    spaced = "".join(" " if each in "\t\r\n\x0b\x0c\x85\u2028\u2029" else each for each in whole)
    shown = "".join(each for each in spaced if not _is_unseen(each))
    return shown if len(words) <= most else _cut(shown, len(words))


def _is_unseen(character: str) -> bool:
    return category(character) in {"Cc", "Cf", "Cs"} or _chooses_form(character) or _is_noncharacter(character)


def _chooses_form(character: str) -> bool:
    """Unicode's variation selectors."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_noncharacter(character: str) -> bool:
    """One of 66 code points (Unicode 16, section 23.7); XML, of which office files are made, refuses two of them."""
    return "\ufdd0" <= character <= "\ufdef" or ord(character) & 0xFFFE == 0xFFFE
