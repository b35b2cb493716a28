"""Words of people and of data as they can be seen, in which no program finds an address or a sign of its own."""

import re

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
#: Control and format characters: marks that turn the direction of writing, spaces without width, Unicode's tags;
#: letters that fill a place with nothing, marks that choose among forms of a character, and what never is one.
#: Source: Unicode 16, Default_Ignorable_Code_Point. What joins two pictures to one emoji is none of them.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
    "|(?<![\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])\ufe0f(?!\u20e3)"
)
ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
TOWER = re.compile(f"({ACCENT}{{3}}){ACCENT}+")  # of accents, over the lines above; no language writes four on a letter
#: Where a browser, a chat or a mail program looks for addresses, icons and arrows in text.
FOUND = re.compile(r"(?<=:)(?=[/a-z])|(?<=www)(?=\.)|(?<=@)(?=\S)|(?<=[<>~-])(?=[=>-])|(?<=<)(?=-)", re.IGNORECASE)
WORD_JOINER = "\u2060"  # has no width and is no space


def seen(words: str, stand_in: str = "") -> str:
    """The words with line ends as \\n and without what nobody sees.

    Args:
        stand_in: what stands in the place of each unseen character.
    """
    if words.isascii() and words.isprintable():
        return words
    return TOWER.sub(r"\1", UNSEEN.sub(stand_in, LINE_ENDS.sub("\n", words)))


def unlinked(words: str) -> str:
    """The words with a character between that nobody sees, so that nothing in them becomes a link or a picture."""
    return FOUND.sub(WORD_JOINER, words)
