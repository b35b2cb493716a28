"""Frames as they go to the browser: with nothing in them but what their cells show."""

import polars as pl
import polars.selectors as cs
import pyarrow as pa


def sent(frame: pl.DataFrame) -> pa.Table:
    """The frame as an Arrow table, made of its values alone; what is no number becomes null.

    Arrow keeps the bytes of a cell that was made null, such as another team's name, and they would be sent with it.
    """
    frame = frame.with_columns(cs.by_dtype(pl.Categorical, pl.Enum).cast(pl.String))  # they would bring all categories
    kinds = frame.clear().to_arrow().schema
    arrays = [
        pa.array(column.to_list(), kind, from_pandas=True) for column, kind in zip(frame, kinds.types, strict=True)
    ]
    return pa.Table.from_arrays(arrays, names=kinds.names)
