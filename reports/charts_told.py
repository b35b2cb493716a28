"""What a chart says to whoever points at it, as a table: for who does not see it, or has no mouse."""

import re
from html import unescape

import plotly.graph_objects as go
import polars as pl

from reports.text import _

TAG = re.compile(r"<[^>]+>")  # Plotly's own: text from data has been made text before


def told(figure: go.Figure) -> pl.DataFrame:
    """A row for each point in the order of drawing: what it is, and what is said of it, in the reader's words."""
    rows: dict[tuple[str, str], None] = {}
    for trace in figure.data:
        said = trace.hovertext
        if said is None or trace.hoverinfo == "skip":
            continue
        for words in [said] if isinstance(said, str) else said:
            lines = [unescape(TAG.sub("", line)).strip() for line in words.split("<br>")]
            name, *others = [line for line in lines if line] or [""]
            if name:
                rows[name, " · ".join(others)] = None
    return pl.DataFrame(list(rows), {_("Point"): pl.String, _("What is said of it"): pl.String}, orient="row")
