"""The regulator's table in words: spans by name, tables with headers that people read, what each figure means."""

from datetime import date

import polars as pl

from data_access.desk.regulator import Return
from metrics.desk.regulator import Span
from metrics.metric import Unit
from reports import text
from reports.export import Section
from reports.text import N_, _

SPANS = {Span.HALF_YEAR: N_("Half-years"), Span.QUARTER: N_("Quarters")}
SPEEDS = {
    "closed_3_days": N_("within 3 business days"),
    "closed_8_weeks": N_("within 8 weeks"),
    "closed_later": N_("later"),
}


def span_name(start: date, span: Span) -> str:
    """2026 H1, 2026 Q3; 2026年上半年, 2026年第3季度."""
    place = (start.month - 1) // span.months
    if span is Span.QUARTER:
        return _("{year} Q{quarter}").format(year=start.year, quarter=place + 1)
    words = (N_("{year} first half"), N_("{year} second half"))
    return _(words[place]).format(year=start.year)


def newest(found: Return) -> int:
    """The place of the newest span that is over, or else of the newest."""
    over = [place for place, whole in enumerate(found.whole) if whole]
    return over[-1] if over else len(found.spans) - 1


def headline(found: Return, span: Span) -> str:
    """The newest span that is over, in two sentences."""
    row = found.totals.row(newest(found), named=True)
    said = [
        _("{span}: {opened} complaints were opened and {closed} closed: {soon} within 3 business days, {late} later "
          "than 8 weeks.").format(
            span=span_name(row["start"], span),
            opened=text.number(row["opened"]),
            closed=text.number(row["closed"]),
            soon=share(row["closed_3_days"], row["closed"]),
            late=share(row["closed_later"], row["closed"]),
        )
    ]  # fmt: skip
    if row["upheld_share"] is not None:
        shares = [text.value(row[name], Unit.PERCENT) for name in ("upheld_share", "low", "high")]
        said.append(_("Upheld wholly or partly: {share} ({low} to {high}).").format(
            share=shares[0], low=shares[1], high=shares[2]))  # fmt: skip
    if row["rate"] is not None:
        rates = [text.number(row[name], 2) for name in ("rate", "rate_low", "rate_high")]
        said.append(_("Opened per 1,000 customers: {rate} ({low} to {high}).").format(
            rate=rates[0], low=rates[1], high=rates[2]))  # fmt: skip
    return ("" if text.language.get() == "zh" else " ").join(said)


def share(part: int, whole: int) -> str:
    return text.value(100 * part / whole, Unit.PERCENT) if whole else "–"


def appeals_sentence(found: Return, span: Span) -> str:
    """Appeals of the newest span that is over."""
    row = found.appeals.row(newest(found), named=True)
    words = _("{span}: {count} complaints went to a regulator or the media.").format(
        span=span_name(row["start"], span), count=text.number(row["appeals"])
    )
    if row["rate"] is None:
        return words
    rates = [text.number(row[name], 1) for name in ("rate", "rate_low", "rate_high")]
    more = _("Per million customers: {rate} ({low} to {high}).").format(rate=rates[0], low=rates[1], high=rates[2])
    return words + ("" if text.language.get() == "zh" else " ") + more


def sections(found: Return, span: Span) -> list[Section]:
    """Every table of the report, with headers in the reader's language."""
    over = pl.Series("whole", [_("yes") if each else _("no") for each in found.whole], pl.String)
    totals = _dated(found.totals.with_columns(over), span)
    parts = [Section(_("Complaints return"), totals, names())]
    for dimension, frame in found.groups.items():
        title = _("Return by {dimension}").format(dimension=text.dimension(dimension))
        parts.append(Section(title, _dated(frame, span), names()))
    appeals = _dated(found.appeals.with_columns(over), span)
    named = names() | {"rate": _("Appeals per million customers")}
    parts.append(Section(_("Appeals"), appeals, named))
    bodies = found.bodies.with_columns(
        pl.Series("escalation_body", [text.code(each) for each in found.bodies["escalation_body"]], pl.String)
    )
    parts.append(Section(_("Appeals by body"), _dated(bodies, span), named))
    return parts


def form(found: Return, span: Span) -> pl.DataFrame:
    """The return as a form: a row for each figure, a column for each span; what is not whole has a mark."""
    columns: dict[str, list[str]] = {_("Figure"): list(_figures(found, 0))}
    for place, (each, whole) in enumerate(zip(found.spans, found.whole, strict=True)):
        columns[span_name(each.start, span) + ("" if whole else " *")] = list(_figures(found, place).values())
    return pl.DataFrame(columns)


def _figures(found: Return, place: int) -> dict[str, str]:
    """Each figure of one span by its name, with its share or interval."""
    row, appeals = found.totals.row(place, named=True), found.appeals.row(place, named=True)

    def closed(name: str) -> str:
        return f"{text.number(row[name])} ({share(row[name], row['closed'])})"

    def rate(told: dict, digits: int) -> str:
        if told["rate"] is None:
            return "–"
        low, high = text.number(told["rate_low"], digits), text.number(told["rate_high"], digits)
        return f"{text.number(told['rate'], digits)} ({low} – {high})"

    ends = [text.value(row[name], Unit.PERCENT) for name in ("upheld_share", "low", "high")]
    upheld = "–" if row["upheld_share"] is None else f"{ends[0]} ({ends[1]} – {ends[2]})"
    return {
        _("Customers on record, mean"): text.number(row["customers"]),
        _("Complaints opened"): text.number(row["opened"]),
        _("Opened per 1,000 customers"): rate(row, 2),
        _("Complaints closed"): text.number(row["closed"]),
        _("Closed within 3 business days"): closed("closed_3_days"),
        _("Closed after that within 8 weeks"): closed("closed_8_weeks"),
        _("Closed later"): closed("closed_later"),
        _("Upheld"): f"{text.number(row['upheld_count'])} / {text.number(row['judged'])}",
        _("Upheld, %"): upheld,
        _("Redress in all"): text.number(row["redress"], 2),
        _("Appeals"): text.number(appeals["appeals"]),
        _("Appeals per million customers"): rate(appeals, 1),
    }


def by_body(found: Return, span: Span) -> pl.DataFrame:
    """Appeals, a row for each body, a column for each span."""
    bodies = found.bodies["escalation_body"].unique(maintain_order=True).to_list()
    counts = {(row["start"], row["escalation_body"]): row["appeals"] for row in found.bodies.iter_rows(named=True)}
    columns: dict[str, list] = {_("Body"): [text.code(each) for each in bodies]}
    for each, whole in zip(found.spans, found.whole, strict=True):
        name = span_name(each.start, span) + ("" if whole else " *")
        columns[name] = [counts.get((each.start, body), 0) for body in bodies]
    return pl.DataFrame(columns)


def _dated(frame: pl.DataFrame, span: Span) -> pl.DataFrame:
    """The span by its name, its first and its last day in front."""
    named = pl.Series("span", [span_name(each, span) for each in frame["start"]], pl.String)
    last = (pl.col("end") - pl.duration(days=1)).cast(pl.Date).alias("last")
    rest = [name for name in frame.columns if name not in {"start", "end"}]
    return frame.with_columns(named, last).select("span", "start", "last", *rest)


def names() -> dict[str, str]:
    return {
        "span": _("Reporting period"),
        "last": _("Last day"),
        "whole": _("Whole period"),
        "opened": _("Complaints opened"),
        "closed": _("Complaints closed"),
        "closed_3_days": _("Closed within 3 business days"),
        "closed_8_weeks": _("Closed after that within 8 weeks"),
        "closed_later": _("Closed later"),
        "upheld_count": _("Upheld"),
        "judged": _("Closed with a finding"),
        "redress": _("Redress in all"),
        "upheld_share": _("Upheld, %"),
        "customers": _("Customers on record, mean"),
        "rate": _("Opened per 1,000 customers"),
        "rate_low": _("Rate: 95 % interval from"),
        "rate_high": _("Rate: 95 % interval to"),
        "appeals": _("Appeals"),
        "escalation_body": _("Body"),
    }


def definitions() -> list[tuple[str, str]]:
    """What each figure means, for the last sheet and below the table."""
    return [
        (_("Complaints opened"), _("Valid complaints by the day of receipt; duplicates are merged.")),
        (_("Complaints closed"), _("Valid complaints by the day of closing, whenever they were opened.")),
        (
            _("Closed within 3 business days"),
            _("By the end of the third Chinese working day after the day of receipt; make-up workdays count, holidays "
              "do not."),
        ),
        (_("Closed after that within 8 weeks"), _("Later than that, and by the 56th day after the day of receipt.")),
        (_("Closed later"), _("After the 56th day; the three add up to all closed.")),
        (_("Upheld, %"), _("Upheld wholly or partly out of those closed with a finding; Wilson’s 95 % interval.")),
        (
            _("Redress in all"),
            _("Sum of complaints.redress_amount over the complaints closed, in the warehouse’s currency."),
        ),
        (
            _("Opened per 1,000 customers"),
            _("Complaints opened per 1,000 customers on record, which stand for accounts: the mean over the days of "
              "the period that have come; 95 % interval of a Poisson count (mid-P)."),
        ),
        (
            _("Appeals"),
            _("Valid complaints escalated to a regulator or the media (level L3), by the day of the escalation; per "
              "million customers with the same interval."),
        ),
        (
            _("Source"),
            _("Form of the complaints return: FCA Handbook, DISP 1.10 and DISP 1 Annex 1. Form of the appeals: "
              "quarterly circulars on the quality of telecom service of the MIIT."),
        ),
    ]  # fmt: skip
