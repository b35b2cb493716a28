"""Emerging issues in words: what grows, which words rise, and which codes are new."""

import polars as pl

from data_access.desk.emerging import Emerging, Tag
from metrics.desk.growth import LEAST_CASES, LEVEL_WEEKS, WEEKS
from metrics.desk.new_codes import LEAST_PAST, NEW_WEEKS
from metrics.desk.rising import LEAST_BEFORE, LEAST_TEXTS, Rising, TooFewTexts
from metrics.metric import Unit
from reports import text
from reports.text import N_, Label, _

VERDICTS = {
    "alarm": N_("alarm"),
    "growing": N_("grows more slowly"),
    "steady": N_("within chance"),
    "too_few": N_("too few"),
}
MOST_NAMED = 3


def kind(row: dict, label: Label) -> str:
    """A type, or a type with its subtype: Installation – Visit late."""
    whole = label("issue_type", row["issue_type"])
    return whole if row["subtype"] is None else f"{whole} – {label('subtype', row['subtype'])}"


def monthly(row: dict) -> str:
    """+14.8 % (+10.1 % – +19.7 %)."""
    return f"{text.percent(row['value'])} ({text.percent(row['low'])} – {text.percent(row['high'])})"


def headline(found: Emerging, label: Label, alarm: float) -> str:
    """What comes up, the clearest first."""
    return text.paragraph([_growth(found.growth, label, alarm), _words(found.words)])


def _growth(rows: pl.DataFrame | None, label: Label, alarm: float) -> str:
    if rows is None:
        return _("Complaints do not reach back {weeks} weeks: growth cannot be told.").format(
            weeks=text.number(LEVEL_WEEKS + WEEKS)
        )
    alarms = rows.filter(pl.col("verdict") == "alarm")
    if alarms.is_empty():
        return _(
            "No kind of complaint grows by {alarm} % a month or so beyond chance; {count} kinds were looked at."
        ).format(alarm=text.number(alarm), count=text.number(rows.filter(pl.col("verdict") != "too_few").height))
    row = alarms.row(0, named=True)
    told = _(
        "{kind}: complaints grow by {value} a month (95 %: {low} to {high}), from {first} to {last} a week within"
        " {weeks} weeks."
    ).format(
        kind=kind(row, label), value=_share(row["value"]), low=_share(row["low"]),
        high=_share(row["high"]), first=text.number(row["first"], 1), last=text.number(row["last"], 1),
        weeks=text.number(WEEKS),
    )  # fmt: skip
    more = [kind(each, label) for each in alarms[1:].head(MOST_NAMED).iter_rows(named=True)]
    return text.paragraph([told, _("Growing as well: {kinds}.").format(kinds=text.listed(more)) if more else ""])


def _words(found: Rising | TooFewTexts | None) -> str:
    if not isinstance(found, Rising):
        return ""
    if found.terms.is_empty():
        return _("No word or phrase of customers rises beyond chance.")
    first = [quoted(each) for each in found.terms["term"].head(MOST_NAMED)]
    return _("In customers' words these rise most clearly: {terms}.").format(terms=text.listed(first))


def quoted(term: str) -> str:
    return f"“{term}”"


def no_words(found: TooFewTexts | None) -> str:
    """Why nothing is said of words."""
    if found is None:
        return _("Words are read from complaints.text, which these data lack.")
    return _(
        "Too few texts to tell which words rise: {now} in the window and {before} before it; {least} are needed"
        " of each, and {weeks} weeks before the window."
    ).format(
        now=text.number(found.texts), before=text.number(found.texts_before), least=text.number(LEAST_TEXTS),
        weeks=text.number(LEAST_BEFORE),
    )  # fmt: skip


def about_words(found: Rising) -> str:
    """What was compared."""
    return _(
        "{texts} texts of {window} against {before} of {past}; {tested} words and phrases were looked"
        " at, and of those named at most one of twenty is expected to be chance. Personal data is masked before words"
        " are counted; a repeated complaint counts once."
    ).format(
        texts=text.number(found.texts), window=text.period(found.window), before=text.number(found.texts_before),
        past=text.period(found.past), tested=text.number(found.tested),
    )  # fmt: skip


def about_growth(alarm: float) -> str:
    """How growth is told, and when it alarms."""
    return _(
        "Growth a month over the last {weeks} weeks, from the level of the {before} weeks before, by a Poisson model"
        " with its 95 % interval. It alarms where growth is no chance, also against all other complaints, goes on, is"
        " nearer to {alarm} % than to none, and may reach it by its interval; at least {least} complaints."
    ).format(
        weeks=text.number(WEEKS), before=text.number(LEVEL_WEEKS), alarm=text.number(alarm),
        least=text.number(LEAST_CASES),
    )  # fmt: skip


def no_codes(found: pl.DataFrame | None) -> str:
    if found is None:
        return _("Complaints do not reach back {weeks} weeks: what is new cannot be told.").format(
            weeks=text.number(NEW_WEEKS + LEAST_PAST)
        )
    return _("No code of a type, subtype, cause or department is new in the last {weeks} weeks.").format(
        weeks=text.number(NEW_WEEKS)
    )


def tag(found: Tag, label: Label) -> str:
    """A hot issue's name with its count: Installation · 64."""
    return f"{tag_name(found, label)} · {text.number(found.count)}"


def tag_name(found: Tag, label: Label) -> str:
    """What a hot issue is called: Installation – Visit late."""
    named = [quoted(code) if not dimension else label(dimension, code) for dimension, code in found.names]
    return " – ".join(named)


def growth_table(rows: pl.DataFrame, label: Label) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                _("Kind of complaint"): kind(row, label),
                _("Complaints"): row["count"],
                _("A month"): "–" if row["value"] is None else monthly(row),
                _("Against other complaints"): "–" if row["value"] is None else text.percent(row["against_others"]),
                _("A week, before and now"): _weeks(row),
                _("Verdict"): _(VERDICTS[row["verdict"]]),
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def _weeks(row: dict) -> str:
    return "–" if row["first"] is None else f"{text.number(row['first'], 1)} → {text.number(row['last'], 1)}"


def words_table(found: Rising) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                _("Word or phrase"): row["term"],
                _("Said with it"): text.listed(row["also"][:5]) or "–",
                _("Complaints now"): row["now"],
                _("Earlier"): row["before"],
                _("Of texts now"): _share(row["share"]),
                _("Of texts before"): _share(row["share_before"]),
                _("Times as often"): times(row),
                _("z score"): text.number(row["z"], 1),
            }
            for row in found.terms.iter_rows(named=True)
        ]
    )


def _share(percent: float) -> str:
    return text.value(percent, Unit.PERCENT)


def times(row: dict) -> str:
    """3.1 (2.0 – 4.9); where it was never said before only the lower end is known."""
    low = text.number(row["low"], 1)
    if row["ratio"] is None:
        return _("new (at least {low})").format(low=low)
    return f"{text.number(row['ratio'], 1)} ({low} – {text.number(row['high'], 1)})"


def codes_table(rows: pl.DataFrame, label: Label) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                _("Code of"): text.column(row["dimension"]),
                _("Code"): label(row["dimension"], row["code"]),
                _("First used"): text.day(row["first"]),
                _("Complaints"): row["count"],
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def headers() -> dict[str, str]:
    """Of the columns in files that have no header of their own."""
    return {
        "count": _("Complaints"), "first": _("A week before, fitted"), "last": _("Last week, fitted"),
        "value": _("Growth, % a month"), "against_others": _("Growth against other complaints, % a month"),
        "p": _("p value"), "term": _("Word or phrase"), "also": _("Said with it"), "now": _("Complaints now"),
        "before": _("Complaints before"), "share": _("Share of texts now, %"),
        "share_before": _("Share of texts before, %"), "ratio": _("Times as often"), "z": _("z score"),
        "end": _("Day after the last"), "fitted": _("Fitted"), "texts": _("Texts"), "dimension": _("Code of"),
        "code": _("Code"),
    }  # fmt: skip
