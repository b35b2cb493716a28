"""Two documents side by side: what differs is told once, with both values and how far, and nothing else is."""

from datetime import date

import polars as pl

from reports.document.compared import compare_documents
from reports.document.numbers import numbers_hash
from reports.document.parts import Chapter, Document, Table
from reports.export import Section
from reports.text import speaking

OLD = pl.DataFrame({"team_id": ["a", "b", "c"], "count": [10, 20, 30], "share": [12.5, 25.0, None]})
NEW = pl.DataFrame({"team_id": ["c", "a", "d"], "count": [30, 12, 5], "share": [1.0, 12.5, 2.0]})


def of(*tables: tuple[str, pl.DataFrame]) -> Document:
    return Document("D", (), (), tuple(Chapter(name, "", (Table(Section(name, frame)),)) for name, frame in tables))


def test_changed_new_and_gone_are_told_apart() -> None:
    with speaking("en"):
        found = compare_documents(of(("T", OLD)), of(("T", NEW)))
        # By hand: a's count and c's share changed; a's share and c's count are the same; b is gone, d new.
        assert (found.changed, found.compared, found.new, found.gone, found.is_same) == (2, 4, 1, 1, False)
        assert found.table.rows() == [
            ("T", "a", "Count", "10", "12", "+2"),
            ("T", "b", "Count", "20", "–", "gone"),
            ("T", "c", "Share, %", "–", "1", "–"),
            ("T", "d", "Count", "–", "5", "new"),
        ]
        assert found.said() == "2 of 4 numbers differ. New rows: 1; rows that are gone: 1."


def test_the_same_numbers_are_the_same_in_any_order_of_rows() -> None:
    with speaking("en"):
        same = compare_documents(of(("T", OLD)), of(("T", OLD)))
        turned = compare_documents(of(("T", OLD)), of(("T", OLD.reverse())))
    assert (same.is_same, same.table.height) == (True, 0)
    assert (turned.changed, turned.new, turned.gone) == (0, 0, 0)


def test_values_of_metrics_are_told_in_their_unit() -> None:
    def values(value: float) -> pl.DataFrame:
        day = date(2026, 8, 3)
        told = {"week": [day], "metric": ["csat"], "value": [value], "numerator": [8.0], "denominator": [10.0]}
        return pl.DataFrame(
            {**told, "low": [50.0], "high": [90.0], "mature": [True], "status": ["ok"], "needs": [None]}
        )

    with speaking("en"):
        found = compare_documents(of(("T", values(80.0))), of(("T", values(75.5))))
        assert found.table.rows() == [
            ("T", "3 Aug 2026, Customer satisfaction", "Value", "80.0 %", "75.5 %", "−4.5 points")
        ]


def test_figures_of_two_weeks_are_compared_although_their_days_differ() -> None:
    old = pl.DataFrame({"metric": ["csat"], "start": [date(2026, 8, 3)], "value": [80.0]})
    with speaking("en"):
        found = compare_documents(of(("T", old)), of(("T", old.with_columns(start=date(2026, 8, 10), value=82.0))))
        assert found.table.rows() == [("T", "Customer satisfaction", "Value", "80.0 %", "82.0 %", "+2.0 points")]


def test_a_table_that_only_one_has_is_new_or_gone() -> None:
    with speaking("en"):
        found = compare_documents(of(("T", OLD)), of(("T", OLD), ("U", NEW)))
    assert (found.changed, found.new, found.gone) == (0, 3, 0)


def test_rows_of_the_same_words_are_compared_in_their_order() -> None:
    twice = pl.DataFrame({"team_id": ["a", "a"], "count": [1, 2]})
    with speaking("en"):
        found = compare_documents(of(("T", twice)), of(("T", twice.with_columns(count=pl.Series([1, 5])))))
        assert found.table.rows() == [("T", "a, (2)", "Count", "2", "5", "+3")]


def test_a_number_in_words_and_what_a_row_is_of_are_never_the_same_when_they_differ() -> None:
    words = pl.DataFrame({"team_id": ["a", "b"], "told": ["3.2 %", "4 %"], "days": [[1, 2], [3]]})
    others = (
        words.with_columns(told=pl.Series(["9.9 %", "4 %"])),
        words.with_columns(team_id=pl.Series(["b", "a"])),
        words.with_columns(days=pl.Series([[1], [2, 3]])),
    )
    with speaking("en"):
        for other in others:
            assert numbers_hash(of(("T", other))) != numbers_hash(of(("T", words)))
            assert not compare_documents(of(("T", words)), of(("T", other))).is_same
        swapped = compare_documents(of(("T", OLD), ("U", NEW)), of(("U", OLD), ("T", NEW)))
    assert not swapped.is_same  # although the cells are


def test_tables_of_other_titles_are_the_same_only_in_another_language() -> None:
    with speaking("en"):
        other = compare_documents(of(("T", OLD)), of(("U", OLD)))
        translated = compare_documents(of(("T", OLD)), of(("表", OLD)), is_translated=True)
    # By hand: three rows of T are gone and three of U are new; the translated table has the same six numbers.
    assert (other.compared, other.new, other.gone, other.is_same) == (0, 3, 3, False)
    assert (translated.compared, translated.new, translated.gone, translated.is_same) == (6, 0, 0, True)
