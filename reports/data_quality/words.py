"""The quality of the data in words: a headline, a table of the checks, and what each says and spoils."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from data_access.data_quality.arrival import Arrival
from metrics.data_quality.check import Check, Fault
from metrics.data_quality.declared import CHECKS
from metrics.metric import Status, Unit
from metrics.results import NotEstimable
from reports import column_words, text
from reports.data_quality.drift_words import suffers
from reports.text import N_, _

TABLES = {
    "contacts": N_("Contacts"),
    "complaints": N_("Complaints"),
    "complaint_events": N_("Steps of complaints"),
    "qa_reviews": N_("QA reviews"),
    "qa_items": N_("Items of reviews"),
    "findings": N_("QA findings and their repair"),
    "agents": N_("Agents on record"),
    "teams": N_("Teams"),
    "customers": N_("Customers"),
    "agent_hours": N_("Agents’ hours"),
    "recoveries": N_("Recovery cases"),
    "volumes": N_("Volumes"),
}
FAULTS: dict[str, str] = {
    Fault.TWICE: N_("Duplicates"),
    Fault.ORPHAN: N_("Without its counterpart"),
    Fault.TIME: N_("Impossible times"),
    Fault.RANGE: N_("Impossible numbers"),
    Fault.CODE: N_("Unknown codes"),
    Fault.EMPTY: N_("Left open"),
    Fault.LATE: N_("Came late"),
}
MEANINGS: dict[str, str] = {
    Fault.TWICE: N_("The same id stands in the table more than once; every copy but one is counted here."),
    Fault.ORPHAN: N_(
        "The row names one of another table that is not on record; rows that name none are not looked at."
    ),
    Fault.TIME: N_("One of two times lies before the one that it has to follow; rows that lack one are not looked at."),
    Fault.RANGE: N_("The number lies outside what it can be; rows without it are not looked at."),
    Fault.CODE: N_("The code is none that the definitions know: map it. Rows without a code are not looked at."),
    Fault.EMPTY: N_("The row leaves open what it should name."),
    Fault.LATE: N_("A refresh found the row on a day that was over at the refresh before: figures of that day moved."),
}
STATES = {
    "sure": N_("in trouble"),
    "beyond": N_("perhaps in trouble"),
    "found": N_("within the limit"),
    "clean": N_("nothing found"),
    "few": N_("too few to tell"),
}
VERDICTS = {
    "better": N_("fewer than before"),
    "worse": N_("more than before"),
    "unclear": N_("no clear change"),
}
RISES = ("sure", "beyond", "found", "few", "clean")  # in the order of the table


def table_name(table: str) -> str:
    return _(TABLES[table])


def state(row: Mapping) -> str:
    """Where a check stands: one of STATES."""
    if not row["faulty"]:
        return "clean"
    if row["is_sure"]:
        return "sure"
    if row["status"] == Status.TOO_FEW:
        return "few"
    return "beyond" if row["is_beyond"] else "found"


def ordered(shares: pl.DataFrame) -> list[dict]:
    """The rows of checks, trouble first, then by how far beyond or within their limit they are."""
    rows = [{**row, "state": state(row)} for row in shares.iter_rows(named=True)]
    return sorted(
        rows, key=lambda row: (RISES.index(row["state"]), -row["value"] / max(row["limit"], 0.01), row["check"])
    )


def lead(rows: Sequence[Mapping], late: Iterable[Arrival]) -> str:
    """What the reader has to know first."""
    trouble = [_(CHECKS[row["check"]].name) for row in rows if row["state"] == "sure"]
    silent = [table_name(each.table) for each in late]
    told = []
    if silent:
        told.append(_("Nothing new for longer than usual: {tables}.").format(tables=text.listed(silent)))
    if trouble:
        sentence = _("{count} of {all} checks are surely beyond their limit: {names}.")
        told.append(sentence.format(count=len(trouble), all=len(rows), names=text.listed(trouble)))
    elif rows:
        told.append(_("None of {all} checks is surely beyond its limit.").format(all=len(rows)))
    return text.paragraph(told)


def share(row: Mapping) -> str:
    """A share with its interval."""
    return text.estimated([row["value"], row["low"], row["high"]], lambda each: text.value(each, Unit.PERCENT))


def trend(row: Mapping) -> str:
    """How the share stands against as many days before."""
    if row["verdict"] is None:
        return "–"
    return _("{old}: {verdict}").format(old=text.value(row["old"], Unit.PERCENT), verdict=_(VERDICTS[row["verdict"]]))


def table(rows: Sequence[Mapping]) -> pl.DataFrame:
    """The checks as they are shown."""
    told = [
        {
            _("Check"): _(CHECKS[row["check"]].name),
            _("State"): _(STATES[row["state"]]),
            _("Found"): int(row["faulty"]),
            _("Of so many"): int(row["looked_at"]),
            _("Share (95 % interval)"): share(row),
            _("Trouble from"): text.value(row["limit"], Unit.PERCENT),
            _("Before, and since"): trend(row),
        }
        for row in rows
    ]
    return pl.DataFrame(told)


def right_aligned() -> list[str]:
    return [_("Share (95 % interval)"), _("Trouble from")]


def headers() -> dict[str, str]:
    """Of the columns of numbers in files."""
    return {
        "check": _("Check"), "fault": _("Kind of fault"), "table": _("Table"), "faulty": _("Found"),
        "looked_at": _("Of so many"), "limit": _("Trouble from"), "old": _("Period before"), "state": _("State"),
        "metrics": _("Which metrics suffer"), "needs": _("Needs"), "rows": _("Rows in all"),
        "undated": _("Rows without a day"),
        "first": _("First day"), "last": _("Last day"), "silent": _("Days without a row"),
        "usual": _("Longest silence before"), "ahead": _("Rows of days to come"), "of": _("Of so many"),
    }  # fmt: skip


def numbers(rows: Sequence[Mapping]) -> pl.DataFrame:
    """The checks as a file has them."""
    told = [
        {
            "check": _(CHECKS[row["check"]].name), "fault": _(FAULTS[CHECKS[row["check"]].fault]),
            "table": table_name(CHECKS[row["check"]].table), "state": _(STATES[row["state"]]),
            **{name: row[name] for name in ("faulty", "looked_at", "value", "low", "high", "limit", "old")},
            "metrics": suffers(CHECKS[row["check"]].spoils),
        }
        for row in rows
    ]  # fmt: skip
    return pl.DataFrame(told)


def one(row: Mapping) -> str:
    """A check in a sentence."""
    sentence = _("{check}: {faulty} of {count} rows, {share}; trouble from {limit} on – {state}.")
    return sentence.format(
        check=_(CHECKS[row["check"]].name),
        faulty=text.number(row["faulty"]),
        count=text.number(row["looked_at"]),
        share=share(row),
        limit=text.value(row["limit"], Unit.PERCENT),
        state=_(STATES[row["state"]]),
    )


def meaning(check: Check) -> str:
    return _(MEANINGS[check.fault])


def arrivals(found: Sequence[Arrival]) -> pl.DataFrame:
    """The tables as they are shown."""
    told = [
        {
            _("Table"): table_name(each.table),
            **({} if each.rows is None else {_("Rows in all"): each.rows}),
            _("First day"): each.first,
            _("Last day"): each.last,
            _("Days without a row"): each.silent if each.last else None,
            _("Longest silence before"): each.usual if each.last else None,
            _("State"): arrival_state(each),
        }
        for each in found
    ]
    return pl.DataFrame(told, schema_overrides={_("First day"): pl.Date, _("Last day"): pl.Date})


def arrival_state(found: Arrival) -> str:
    """Whether a table is as fresh as usual, and what of it lies on no day or on one to come."""
    told = []
    if found.is_late:
        told.append(_("silent for longer than usual"))
    elif found.last:
        told.append(_("as usual"))
    if found.ahead:
        told.append(_("rows of days to come: {count}").format(count=text.number(found.ahead)))
    if found.undated:
        told.append(_("rows without a day: {count}").format(count=text.number(found.undated)))
    return " · ".join(told) or "–"


def unusual(course: pl.DataFrame, limit: float) -> str:
    """Which days of the last weeks were unusual."""
    days = course.filter("unusual").sort("day")
    off = text.value(limit, Unit.PERCENT)
    if not course.height:
        return _("No week is long enough ago to be held against a forecast.")
    if days.is_empty():
        sentence = _("None of the last {count} days lay outside what was expected by more than {limit}.")
        return sentence.format(count=text.number(course.height), limit=off)
    named = text.listed([text.day(each) for each in days["day"].to_list()[-5:]])
    sentence = _(
        "{unusual} of the last {count} days lay outside what was expected by more than {limit}, the latest: {days}."
    )
    return sentence.format(unusual=text.number(days.height), count=text.number(course.height), limit=off, days=named)


def refused(found: NotEstimable) -> str:
    """Why nothing can be expected of a table's days."""
    sentence = _(
        "Its history is too short or too thin to expect anything of a day: {found} of {least} weeks or rows a year."
    )
    return sentence.format_map(found.values)


def course_headers() -> dict[str, str]:
    return {
        "count": _("Came"), "expected": _("Expected"), "low": _("95 % interval from"), "high": _("95 % interval to"),
        "share_off": _("Off what is expected, %"), "outside": _("Outside the interval"), "unusual": _("Unusual"),
    }  # fmt: skip


def left_out(found: pl.DataFrame) -> pl.DataFrame:
    """Contacts that no metric counts, by reason."""
    told = [
        {
            _("Reason"): text.code(row["exclusion_reason"]),
            _("Contacts"): int(row["contacts"]),
            _("Of so many"): int(row["of"]),
            _("Share (95 % interval)"): share(row),
        }
        for row in found.iter_rows(named=True)
    ]
    return pl.DataFrame(told)


def needs(checks: Mapping[Check, Sequence[str]]) -> list[str]:
    """Each check that cannot be made, with what it needs."""
    return [
        _("{check} – needs {columns}").format(check=_(check.name), columns=column_words.lacking(lacking))
        for check, lacking in checks.items()
    ]
