"""One language for what complaints are about: raw codes of a source, and the standard kinds that they stand for."""

from collections.abc import Mapping

import polars as pl

OTHER = "other"
#: Of source 004 (product quality, logistics, service attitude, price), and where rules or systems are at fault.
STANDARD = ("product_quality", "logistics", "service_attitude", "price", "rule", "system", OTHER)
Raw = tuple[str, str | None]  # a complaint type, with a subtype where that stands for something else
MAPPED, OWN_NAME, UNMAPPED = "mapped", "own_name", "unmapped"


def coded(complaints: pl.DataFrame, mapping: Mapping[Raw, str]) -> pl.DataFrame:
    """Complaints with `standard`, the kind that their raw code stands for, and `how` that is known.

    A subtype's own mapping goes before its type's; a type that is called like a standard kind is that one; all else is
    UNMAPPED, with a null kind.

    Args:
        complaints: `issue_type subtype`; one row a complaint.
    """
    types = {"issue_type": pl.String, "subtype": pl.String, "mapped": pl.String}
    rows = [(*raw, kind) for raw, kind in mapping.items()]
    table = pl.DataFrame(rows, schema=types, orient="row")
    exact = table.drop_nulls("subtype")
    whole = table.filter(pl.col("subtype").is_null()).select("issue_type", pl.col("mapped").alias("whole"))
    joined = complaints.join(exact, on=["issue_type", "subtype"], how="left", maintain_order="left").join(
        whole, on="issue_type", how="left", maintain_order="left"
    )
    found, own = pl.coalesce("mapped", "whole"), pl.col("issue_type").is_in(STANDARD)
    return joined.with_columns(
        standard=pl.coalesce(found, pl.when(own).then("issue_type")),
        how=pl.when(found.is_not_null())
        .then(pl.lit(MAPPED))
        .when(own.fill_null(value=False))
        .then(pl.lit(OWN_NAME))
        .otherwise(pl.lit(UNMAPPED)),
    ).drop("mapped", "whole")


def raw_codes(complaints: pl.DataFrame) -> pl.DataFrame:
    """The raw codes of coded complaints, those without a kind and the most frequent first: `count` of each.

    Returns:
        `issue_type subtype standard how count`.
    """
    keys = ["issue_type", "subtype", "standard", "how"]
    counted = complaints.group_by(keys).agg(pl.len().cast(pl.Int64).alias("count"))
    order = [pl.col("how") != UNMAPPED, -pl.col("count"), pl.col("issue_type"), pl.col("subtype")]
    return counted.sort(order, nulls_last=True)
