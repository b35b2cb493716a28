"""Words of people and of data as they can be seen, in which no program finds an address or a sign of its own."""

import re

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
#: Control and format characters: marks that turn the direction of writing, spaces without width, Unicode's tags. What
#: joins two pictures to one emoji is none of them.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
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
