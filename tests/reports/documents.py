"""A small document whose numbers were made up by hand, with everything in it that files have stumbled over."""

from datetime import date, datetime, timedelta

import polars as pl

from reports.document.parts import (
    Chapter,
    Chart,
    Document,
    Figure,
    Figures,
    Paragraph,
    Points,
    Shape,
    Table,
    Tone,
)
from reports.export import Section

WEEKS = [date(2026, 8, 3) + timedelta(weeks=each) for each in range(4)]
LINE = pl.DataFrame(
    {
        "week": WEEKS,
        "value": [30.5, 31.25, None, 28.0],
        "low": [29.0, 30.0, None, 26.5],
        "high": [32.0, 33.0, None, 29.5],
    }
)
BARS = pl.DataFrame(
    {
        "team_id": ["客服一组", "<b>#2*_$x$</b>", None, "=1+1", "http://evil.example"],
        "value": [12.5, 33.125, 8.0, 1.0, 2.0],
    }
)
MIX = pl.DataFrame({"week": WEEKS, "logistics": [40, 41, 42, 43], "product": [20, 21, 22, 23]})
ODD = pl.DataFrame(
    {
        "team_id": ["=cmd|' /C calc'!A0", "😀李雷\u202e", "#emph[x]\x07\uffff", "@SUM(A1)"],
        "count": [1_234_567, -3, 0, 5],
        "share": [12.5, 0.123456, None, 100.0],
        "day": [*WEEKS[:3], None],
    }
)
PRODUCT_QUALITY = "投诉率降至 28.0‰"


def document(most_rows: int = 40, value: float = 28.0, title: str = "质量周报") -> Document:
    """Numbers and words of one week; `value` is the last one drawn, `most_rows` those of its longest table."""
    line = LINE.with_columns(pl.when(pl.col("week") == WEEKS[-1]).then(value).otherwise("value").alias("value"))
    long = pl.DataFrame({"complaint_id": [f"C{each:06d}" for each in range(most_rows)], "count": range(most_rows)})
    figure = Figure("投诉率", "28.0‰", "−3.3", "目标 ≤ 30", "26.5 – 29.5, n = 1,234", Tone.GOOD)
    ends = ("low", "high")
    trend = Chart("四周趋势", Shape.LINE, line, "week", ["value"], ["投诉率"], "‰", *ends, [("目标", 30.0)])
    names = ["物流", "产品"]
    return Document(
        title,
        (PRODUCT_QUALITY, "质检覆盖率 4.8%，低于目标。"),
        (("期间", "2026年8月24日至30日"),),
        (
            Chapter("投诉", PRODUCT_QUALITY, (Figures((figure,)), Points(("物流类最多：43 件。",)), trend)),
            Chapter(
                "班组",
                "",
                (
                    Paragraph("各班组的投诉率。"),
                    Chart("班组对比", Shape.BAR, BARS, "team_id", ["value"], ["投诉率"], "‰"),
                    Chart("类型构成", Shape.STACKED, MIX, "week", ["logistics", "product"], names, "件"),
                ),
            ),
            Chapter("明细", "", (Table(Section("怪名字", ODD)), Table(Section("长表", long)))),
            Chapter(
                "空",
                "",
                (
                    Table(Section("空表", ODD.head(0))),
                    Chart("空图", Shape.LINE, LINE.head(0), "week", ["value"], ["x"], ""),
                ),
            ),
        ),
        (("complaint_rate", "有效投诉 / 联络 × 1000"),),
        datetime(2026, 8, 30, 23, 59),
    )
