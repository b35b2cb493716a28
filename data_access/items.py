"""What reviews found on each item of their form: a row a review and a column an item, made inside the warehouse."""

from datetime import date

import polars as pl
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from data_access import spans
from data_access.contacts import between
from data_access.dialects import day
from data_access.read import read, read_pieces
from data_access.rollup_files import NO_DAY, Manifest, Part, RollupFiles
from data_access.spans import Span
from data_access.warehouse import Warehouse

ITEM = "item "  # what the column of an item begins with; its code follows
MOST_ITEMS = 200  # those judged most often: a form has some dozens
ROWS_HELD = 500_000  # of an answer before its verdicts are brought to a byte each
PARTS = ("cases/items", "cases/item_sections")
SECTIONS = pl.Schema({"item": pl.String(), "section": pl.String(), "judged": pl.Int64()})


def has_items(warehouse: Warehouse) -> bool:
    return warehouse.has("qa_items", "failed") and warehouse.has("qa_reviews", "contact_id")


def sections(warehouse: Warehouse) -> Select:
    """How often each item was judged, by section: `item section judged`."""
    item, section, failed = (warehouse.column("qa_items", name) for name in ("item", "section", "failed"))
    judged = and_(_applies(warehouse), failed.is_not(None))
    counted = select(item.label("item"), section.label("section"), func.count().label("judged")).where(judged)
    return counted.group_by(item, *([section] if warehouse.has("qa_items", "section") else []))


def verdicts(warehouse: Warehouse, items: list[str], made: Span | None = None) -> Select:
    """One row per review: `review_id made_on` and for each item, by its place, 1 failed, 0 passed or null: not judged.

    Args:
        made: only reviews that were made on these days.
    """
    table, review = warehouse.table("qa_items"), warehouse.table("qa_reviews")
    values = [_verdict(warehouse, item).label(f"item_{place}") for place, item in enumerate(items)]
    found = select(table.c.review_id, *values).where(table.c.item.in_(items)).group_by(table.c.review_id)
    days = select(review.c.review_id, func.max(day(warehouse.site(review.c.reviewed_at))).label("made_on"))
    days = days.where(review.c.reviewed_at.is_not(None)).group_by(review.c.review_id)
    if made is not None:
        days = days.where(between(warehouse, review.c.reviewed_at, *made))
        found = found.where(table.c.review_id.in_(select(days.subquery("made").c.review_id)))
    by_review, on_day = found.subquery("verdicts"), days.subquery("days")
    judged = [each for each in by_review.c if each.name != "review_id"]
    joined = by_review.join(on_day, on_day.c.review_id == by_review.c.review_id)
    return select(by_review.c.review_id, on_day.c.made_on, *judged).select_from(joined)


def _verdict(warehouse: Warehouse, item: str) -> ColumnElement:
    table = warehouse.table("qa_items")
    applies = and_(warehouse.column("qa_items", "item") == item, _applies(warehouse), table.c.failed.is_not(None))
    return func.max(case((and_(applies, table.c.failed == true()), 1), (applies, 0)))


def _applies(warehouse: Warehouse) -> ColumnElement[bool]:
    applicable = warehouse.column("qa_items", "applicable")
    return or_(applicable.is_(None), applicable == true())


def read_sections(warehouse: Warehouse) -> pl.DataFrame:
    """Each item with the section in which it was judged most often: SECTIONS."""
    if not has_items(warehouse):
        return pl.DataFrame(schema=SECTIONS)
    counted = read(warehouse.engine, sections(warehouse)).cast(SECTIONS)
    most = counted.sort("judged", "section", descending=[True, False], nulls_last=True)
    items = most.group_by("item", maintain_order=True).agg(pl.col("section").first(), pl.col("judged").sum())
    return items.sort("judged", "item", descending=[True, False]).head(MOST_ITEMS).sort("item")


def read_verdicts(
    warehouse: Warehouse, items: list[str], kept: pl.DataFrame | None = None, made: Span | None = None
) -> pl.DataFrame:
    """The verdicts of every review: `review_id made_on` and a column for each item.

    Args:
        kept: the verdicts as they were read before; those of reviews made on other days than `made` still hold.
    """
    columns = [f"{ITEM}{item}" for item in items]
    types = pl.Schema({"review_id": pl.String(), "made_on": pl.Date(), **dict.fromkeys(columns, pl.Int8())})
    if not items:
        return pl.DataFrame(schema=types)
    if kept is None or made is None or kept.columns != types.names():
        kept, made = None, None
    names = {f"item_{place}": name for place, name in enumerate(columns)}
    arriving = read_pieces(warehouse.engine, verdicts(warehouse, items, made), ROWS_HELD)
    fresh = pl.concat([each.rename(names).cast(types) for each in arriving])
    if kept is not None and made is not None:
        fresh = pl.concat([kept.filter(~pl.col("made_on").is_between(*made, closed="left")), fresh])
    return fresh.sort("review_id")


def parts(warehouse: Warehouse, files: RollupFiles, old: Manifest | None, changed: set[date] | None) -> dict[str, Part]:
    """The parts with verdicts and sections; of reviews made on days that changed they are read anew.

    Args:
        changed: on which days reviews were made that are not as they were; None where that is not known.
    """
    known = {name: old.parts[name] for name in PARTS if name in old.parts} if old else {}
    usable = len(known) == len(PARTS) and all(files.is_sound(part) for part in known.values())
    if usable and changed is not None and not changed:
        return known
    is_dated = changed and NO_DAY not in changed
    made = spans.around(changed) if usable and changed and is_dated else None
    of_items = read_sections(warehouse)
    kept = files.read(known[PARTS[0]]) if made else None
    found = read_verdicts(warehouse, of_items["item"].to_list(), kept, made)
    return {PARTS[0]: files.write(found), PARTS[1]: files.write(of_items)}
