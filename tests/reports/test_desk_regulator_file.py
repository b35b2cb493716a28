"""The regulator's table as it is taken along: every table in a sheet, the form from the same numbers."""

from datetime import date, datetime

import fastexcel
import polars as pl
import pytest

from data_access.desk.regulator import Return
from metrics.desk import regulator
from metrics.scope import Period
from reports.desk import regulator_words as words
from reports.document.book import workbook_of
from reports.document.parts import Chapter, Document, Table
from reports.export import spoken
from reports.text import speaking
from tests.metrics.test_desk_regulator import AS_OF, cases

TOLD = [Period(date(2025, 1, 1), date(2025, 7, 1)), Period(date(2025, 7, 1), date(2026, 1, 1))]


@pytest.fixture
def found() -> Return:
    """Four complaints of the second half, three closed, two of them upheld; one went to the 12315 hotline."""
    closed = {"closed_at": datetime(2025, 9, 29), "issue_type": "refund", "redress_amount": 10.5}
    rows = cases(
        closed | {"upheld": "upheld"},
        closed | {"upheld": "partly_upheld"},
        closed | {"upheld": "rejected", "closed_at": datetime(2025, 10, 9)},
        {"issue_type": None, "escalation_level": "L3", "escalation_body": "12315"},
    )
    customers = pl.DataFrame({"start": [TOLD[1].start], "customers": [2_000.0]})
    totals = regulator.returned(rows, TOLD, AS_OF)
    appeals = totals.select("start", "end").with_columns(appeals=pl.Series([0, 1]))
    return Return(
        TOLD,
        [True, False],
        regulator.per(totals, "opened", customers, regulator.A_THOUSAND),
        {"issue_type": regulator.returned(rows, TOLD, AS_OF, ("issue_type",))},
        regulator.per(appeals, "appeals", customers, regulator.A_MILLION),
        regulator.appealed(rows, TOLD, AS_OF),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_becomes_a_sheet_with_numbers(found: Return, language: str) -> None:
    with speaking(language):
        sections = words.sections(found, regulator.Span.HALF_YEAR)
        chapter = Chapter("Return", "", tuple(Table(each) for each in sections), tuple(words.definitions()))
        made = Document("Return", (), (), (chapter,), as_of=AS_OF)
        book = fastexcel.read_excel(workbook_of(made))
        assert len(book.sheet_names) == len(sections) + 1 == 5
        headers = spoken(sections[0]).columns
        assert not set(headers) & set(sections[0].frame.columns)  # each has a name of its own
        sheet = book.load_sheet(0).to_polars()
    row = dict(zip(sections[0].frame.columns, sheet.row(1), strict=True))
    assert (row["opened"], row["closed"], row["closed_3_days"], row["upheld_count"]) == (4, 3, 2, 2)
    assert (row["redress"], row["rate"], row["start"]) == (31.5, 2.0, datetime(2025, 7, 1))


def test_the_form_says_the_same_as_the_sheets(found: Return) -> None:
    with speaking("en"):
        form = words.form(found, regulator.Span.HALF_YEAR)
        assert form.columns == ["Figure", "2025 first half", "2025 second half *"]
        told = dict(form.select("Figure", "2025 second half *").iter_rows())
        assert told["Closed within 3 business days"] == "2 (66.7 %)"
        assert told["Upheld"] == "2 / 3"
        assert told["Opened per 1,000 customers"].startswith("2.00 (")
        assert told["Appeals per million customers"].startswith("500.0 (")
        assert words.by_body(found, regulator.Span.HALF_YEAR).rows() == [("12315 hotline", 0, 1)]
        # The newest half-year that is over is told of, and nothing was closed in it.
        assert words.headline(found, regulator.Span.HALF_YEAR).startswith("2025 first half: 0 complaints were opened")
