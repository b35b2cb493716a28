"""Findings: by working days of the Chinese calendar, and open past its date is missed."""

from datetime import date, datetime

import polars as pl
import pytest

from metrics.calendar import workday_after
from metrics.evaluation import evaluate
from metrics.finding import METRICS
from metrics.finding_facts import DIMENSIONS, INSTANTS, WORDS, backlog_by_age, finding_facts, open_findings
from metrics.finding_facts import typed_findings as typed
from metrics.rules import Rules

AS_OF = datetime(2024, 10, 31, 12)


# 2024, notice of the State Council: off from 1 to 7 October, worked on Sunday 29 September and Saturday 12 October.
@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2024, 9, 27), date(2024, 10, 8)),  # Friday: Sunday 29, Monday 30, Tuesday 8 October
        (date(2024, 10, 10), date(2024, 10, 14)),  # Thursday: Friday 11, Saturday 12, Monday 14
        (date(2024, 10, 15), date(2024, 10, 18)),  # a plain Tuesday
        (date(2024, 10, 3), date(2024, 10, 10)),  # in the holidays: 8, 9, 10
    ],
)
def test_training_is_due_on_the_third_working_day(day: date, due: date) -> None:
    assert workday_after(day, 3) == due


def findings(*rows: dict[str, datetime | str | None]) -> pl.DataFrame:
    empty = dict.fromkeys((*DIMENSIONS, *WORDS, *INSTANTS))
    return typed(
        pl.DataFrame([{**empty, "finding_id": f"f{n}", **row} for n, row in enumerate(rows)], infer_schema_length=None)
    )


def october(day: int, hour: int = 12) -> datetime:
    return datetime(2024, 10, day, hour)


def counts(*rows: dict[str, datetime | str | None]) -> dict[str, tuple[float, float]]:
    found = evaluate(METRICS, finding_facts(findings(*rows), AS_OF, Rules()))
    return {name: (top, bottom) for name, top, bottom in found.select("metric", "numerator", "denominator").iter_rows()}


OPENED = {"opened_at": october(15), "due_at": october(20)}  # training until Friday the 18th


@pytest.mark.parametrize(
    ("row", "trained", "closed", "recurred"),
    [
        ({**OPENED}, (0, 1), (0, 1), (0, 0)),  # nothing was done: both are missed
        ({**OPENED, "trained_at": october(18, 23)}, (1, 1), (0, 1), (0, 0)),
        ({**OPENED, "trained_at": october(19, 0)}, (0, 1), (0, 1), (0, 0)),
        ({**OPENED, "closed_at": october(20)}, (0, 1), (1, 1), (0, 1)),
        ({**OPENED, "closed_at": october(20, 13)}, (0, 1), (0, 1), (0, 1)),
        ({**OPENED, "closed_at": october(17), "recurred_at": october(25)}, (0, 1), (1, 1), (1, 1)),
        ({**OPENED, "closed_at": october(17), "recurred_at": october(16)}, (0, 1), (1, 1), (0, 1)),  # before closing
        ({"opened_at": october(29), "due_at": datetime(2024, 11, 2)}, (0, 0), (0, 0), (0, 0)),  # not due yet
        ({"opened_at": october(15)}, (0, 1), (0, 0), (0, 0)),  # no date was set
    ],
)
def test_what_was_due_counts_as_done_or_missed(row: dict, trained: tuple, closed: tuple, recurred: tuple) -> None:
    assert counts(row) == {
        "findings_trained_in_time": trained,
        "findings_closed_in_time": closed,
        "findings_recurred": recurred,
    }


def test_a_finding_joined_twice_counts_once() -> None:
    assert findings({"finding_id": "x", **OPENED}, {"finding_id": "x", **OPENED, "supervisor": "li"}).height == 1


def test_open_findings_stand_most_overdue_first_with_what_is_owed() -> None:
    found = open_findings(
        findings(
            {"opened_at": october(1), "due_at": october(4), "trained_at": october(3)},  # 27 days past its date
            {"opened_at": october(28), "due_at": datetime(2024, 11, 2)},  # a day and a half before it
            {"opened_at": october(20), "due_at": october(23), "closed_at": datetime(2024, 11, 1)},  # closed later
            {"opened_at": october(20), "due_at": october(23), "closed_at": october(21)},
            {"opened_at": october(15)},
        ),
        AS_OF,
        Rules(),
    )
    assert found.select("finding_id", "age_days", "overdue_days", "owed").rows() == [
        ("f0", 30, 27, "closing"),
        ("f2", 11, 8, "training"),
        ("f1", 3, -2, "training"),
        ("f4", 16, None, "training"),
    ]
    # Ages 30, 11, 3, 16: bands of up to 3, 7, 30, 90 days and beyond.
    assert backlog_by_age(found).rows() == [(0, False, 1), (2, False, 1), (2, True, 2)]
