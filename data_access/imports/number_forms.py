"""How files write numbers: 1,200.50, ¥80, 95分, 84.5 %. They are read only where there is one reading."""

import re

import polars as pl

MONEY = frozenset({"redress_amount", "value"})
SCORES = frozenset(
    ["csat", "emotion_score", "follow_up_score", "dissatisfaction_score", "score", "max_score", "points", "max_points"]
)
#: Scores of 0 to 100. A share of 1, such as a probability, would be another number in percent.
OF_A_HUNDRED = frozenset(["emotion_score", "dissatisfaction_score", "score", "max_score"])

#: Each with the number's own sign and its digits as groups.
YUAN = r"^([+-]?)(?:[¥￥]\s*([\d.,]+)\s*元?|([\d.,]+)\s*元)$"
DOLLARS = r"^([+-]?)\$\s*([\d.,]+)()$"
POINTS = r"^([+-]?)([\d.,]+)\s*分()$"
PERCENT = r"^([+-]?)([\d.,]+)\s*[%％]()$"
GROUPED = r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$"
COMMAS = r"^[+-]?[\d.]*\d,[\d.,]*$"


def number(text: pl.Expr, decimal: str, column: str = "", *, has_thousands: bool = True) -> pl.Expr:
    """The number that a text tells; null where it tells none, or may tell more than one.

    Args:
        column: the canonical column that it fills: only money has a currency, only scores have points and percent.
        has_thousands: may it be so large that its thousands are grouped? Otherwise 1,500 is one and a half, perhaps.
    """
    bare = text
    if column in MONEY:
        bare = _bare(bare, YUAN, text.str.contains(DOLLARS).any())
        bare = _bare(bare, DOLLARS, text.str.contains(YUAN).any())
    if column in SCORES:
        is_signed, bare = text.str.contains(POINTS), _bare(bare, POINTS)
        small = pl.when(is_signed | ~text.str.contains(GROUPED)).then(bare)  # unless 分 says what it is
        bare = small if decimal != "," else bare
    if column not in OF_A_HUNDRED:
        return _plain(bare, decimal, has_thousands=has_thousands)
    is_percent = text.str.contains(PERCENT)
    read = _plain(_bare(bare, PERCENT), decimal)
    # A 0.9 among values such as 85 % may be 0.9 or 90.
    is_unclear = is_percent.any() & ~is_percent & (read != 0) & (read.abs() <= 1)
    return pl.when(~is_unclear).then(read)


def without_signs(told: str) -> str:
    """What stands for a number without its signs and separators of thousands; other text as it is."""
    for form in (YUAN, DOLLARS, POINTS, PERCENT):
        told = re.sub(form, lambda found: "".join(filter(None, found.groups())), told.strip())
    return told.replace(",", "") if re.fullmatch(GROUPED, told) else told


def _bare(text: pl.Expr, form: str, is_unclear: pl.Expr | None = None) -> pl.Expr:
    """The text without the sign of a form; null where it has one and that `is_unclear`."""
    bare = text.str.replace(form, "$1$2$3")
    return bare if is_unclear is None else pl.when(~(text.str.contains(form) & is_unclear)).then(bare)


def _plain(text: pl.Expr, decimal: str, *, has_thousands: bool = True) -> pl.Expr:
    if decimal == ",":
        # A point in a file with decimal commas groups thousands: guessing at it could be wrong by a factor of 1,000.
        told = pl.when(~text.str.contains(".", literal=True)).then(text.str.replace(",", ".", literal=True))
    else:
        # One comma that groups no thousands, as in 1,5, makes 1,200 of the same column 1.2 perhaps.
        is_grouped = text.str.contains(GROUPED)
        has_others = (text.str.contains(COMMAS) & ~is_grouped).any() | (not has_thousands)
        told = pl.when(~is_grouped).then(text).when(~has_others).then(text.str.replace_all(",", "", literal=True))
    value = told.cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)
