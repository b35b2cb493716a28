"""Tables for the browser made without Python's lock being kept: else the server may stand still for ever.

`DataFrame.to_pandas`, which Streamlit turns every table with, waits for Polars' threads and keeps Python's lock
meanwhile. One of these threads may just be waiting for that lock, to run a function of ours inside an expression, as
intervals do: then neither goes on, and no thread of the process any more. By way of Arrow the same frame comes without
the lock.
"""

from typing import Any

import polars as pl

from pages.ui.operating.sent import sent


def unlock() -> None:
    """From now on pandas frames are made by way of Arrow.

    A first one is made now, which loads pandas: Plotly takes it for loaded as soon as another thread has begun to, and
    a chart that is drawn meanwhile fails on what is not there yet.
    """
    _by_arrow(pl.DataFrame({"first": [0]}))
    pl.DataFrame.to_pandas = _by_arrow  # ty: ignore[invalid-assignment]


def _by_arrow(frame: pl.DataFrame, **options: Any) -> Any:
    return sent(frame).to_pandas(**{"date_as_object": False, **options})
