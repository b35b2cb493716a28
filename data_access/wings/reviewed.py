"""Reviews with what they found on each item, cut to what a viewer may see: what the looks at QA itself are made of."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from data_access.chosen_rows import On, during
from data_access.items import ITEM
from data_access.masking import masked
from data_access.splits import OF_REVIEWED
from data_access.store import Store, cut
from data_access.viewer import Viewer
from metrics.calibration_facts import rating, verdict
from metrics.scope import Filters, Period

TOO_LONG_AGO = 730  # days: what reviewers did before says nothing of today


def items_of(store: Store) -> dict[str, str | None]:
    """Each item that reviews judge with its section, in order."""
    return dict(store.cases("item_sections").select("item", "section").sort("section", "item").iter_rows())


def lacking(store: Store, filters: Filters, needs: Sequence[str]) -> tuple[str, ...]:
    """Columns that the warehouse would need for this look, narrowed like this."""
    cuts = [OF_REVIEWED[name] for name, _ in filters if name in OF_REVIEWED]
    return store.warehouse.missing(tuple(dict.fromkeys((*needs, *cuts))))


def days_before(end: Period, days: int) -> Period:
    """So many days up to the end of a period: a week alone has too few reviews to judge reviewers by."""
    return Period(end.end - timedelta(days=days), end.end)


def reviewed(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Reviews made in a period of contacts that the viewer may see: every column of `data_access.cases.reviews`.

    And `day` (made), `month`, `rating`, `verdict`, `form` and a column an item: 1 failed, 0 passed, null not judged.
    """
    made = pl.col("reviewed_at").dt.date()
    cases = store.cases("reviews", None, during("reviewed_at", period))
    told = cut(cases.with_columns(day=made), viewer, period, filters).with_columns(
        made.dt.truncate("1mo").alias("month"),
        rating().alias("rating"),
        verdict().alias("verdict"),
        pl.concat_str("form_id", "form_version", separator=" ", ignore_nulls=True).alias("form"),
    )
    # The verdicts of a review on record twice stand on the day of the later one.
    items = store.cases("items", None, On("made_on", period.start)).drop("made_on")
    return told.join(items, on="review_id", how="left")


def called(reviews: pl.DataFrame, viewer: Viewer, names: Sequence[str]) -> pl.DataFrame:
    """Reviews by the reviewers whom the viewer knows by these names."""
    known = reviews.select("reviewer_id").unique().drop_nulls()
    spoken = dict(zip(masked(known, viewer)["reviewer_id"], known["reviewer_id"], strict=True))
    return reviews.filter(pl.col("reviewer_id").is_in([spoken[each] for each in names if each in spoken]))


def item_columns(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name.startswith(ITEM)]
