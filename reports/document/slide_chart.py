"""A chart on a slide that a person can edit: its numbers are in the file, as PowerPoint keeps them."""

import re
from datetime import date, datetime

import polars as pl
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.oxml import parse_xml
from pptx.util import Pt

from reports.document import axes
from reports.document.deck import Room, Slide
from reports.document.drawn import DOTTED, colour, name_of
from reports.document.numbers import drawn_columns
from reports.document.parts import Chart, Shape
from reports.palette import GOOD
from reports.visible import in_file

KINDS = {
    Shape.LINE: XL_CHART_TYPE.LINE_MARKERS,
    Shape.BAR: XL_CHART_TYPE.BAR_CLUSTERED,
    Shape.COLUMN: XL_CHART_TYPE.COLUMN_CLUSTERED,
    Shape.STACKED: XL_CHART_TYPE.COLUMN_STACKED,
}
MOST_NAMES = 9  # below a line or columns
MOST = {Shape.BAR: 20}  # groups that a slide has room for
#: What xlsxwriter, with which python-pptx keeps a chart's numbers in a workbook, makes a formula or a link of.
RUNS = re.compile(r"\{?=|(ftp|https?)://|file://|mailto:|(in|ex)ternal:")
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
EMPTY = "General"


def shown_rows(chart: Chart) -> int:
    """Rows of the chart's frame that the slide has room for."""
    return min(chart.frame.height, MOST.get(chart.shape, chart.frame.height))


def add_chart(slide: Slide, chart: Chart, room: Room) -> None:
    """The chart as PowerPoint draws it; levels are series of their own where it is a line."""
    frame = chart.frame.head(shown_rows(chart))
    data = CategoryChartData(number_format="#,##0.##")
    data.categories = _categories(frame[chart.across])
    for column, name in zip(chart.values, chart.names, strict=True):
        data.add_series(_label(name), _numbers(frame[column]))
    levels = chart.lines if chart.shape is Shape.LINE else ()
    for name, level in levels:
        data.add_series(_label(name), [level] * frame.height)
    drawn = slide.shapes.add_chart(KINDS[chart.shape], room.left, room.top, room.width, room.height, data).chart
    drawn.font.size = Pt(12)
    drawn.has_title = False
    drawn.has_legend = len(chart.values) + len(levels) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _paint(drawn, chart, frame)
    _set_axes(drawn, chart)


def _paint(drawn: Slide, chart: Chart, frame: pl.DataFrame) -> None:
    plot = drawn.plots[0]
    if chart.shape is not Shape.LINE:
        plot.gap_width = 50
        plot.has_data_labels = chart.shape is Shape.BAR and not chart.low
    for place, series in enumerate(plot.series):
        is_level = place >= len(chart.values)
        paint = RGBColor.from_string((GOOD if is_level else colour(chart, place)).lstrip("#").upper())
        if chart.shape is not Shape.LINE:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = paint
            continue
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = paint, Pt(1.5 if is_level else 2.5)
        series.marker.style = XL_MARKER_STYLE.NONE if is_level or frame.height > DOTTED else XL_MARKER_STYLE.CIRCLE
        if not is_level and frame.height <= DOTTED:
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = paint
            series.marker.format.line.color.rgb = paint
        if is_level or place:
            series.format.line.dash_style = MSO_LINE_DASH_STYLE.DASH if is_level else MSO_LINE_DASH_STYLE.ROUND_DOT
    if chart.interval and chart.shape is not Shape.STACKED and frame.height:
        _add_interval(plot.series[0], frame, chart.values[0], chart.interval, lying=chart.shape is Shape.BAR)


def _add_interval(series: Slide, frame: pl.DataFrame, name: str, ends: tuple[str, str], *, lying: bool) -> None:
    """Error bars with a length of their own at each point, which the library has no call for."""
    value, low, high = (frame[each] for each in (name, *ends))
    reaches = {"plus": _numbers(high - value), "minus": _numbers(value - low)}
    points = {
        name: "".join(f'<c:pt idx="{at}"><c:v>{each or 0:.6f}</c:v></c:pt>' for at, each in enumerate(reach))
        for name, reach in reaches.items()
    }
    lists = "".join(
        f"<c:{name}><c:numLit><c:formatCode>{EMPTY}</c:formatCode>"
        f'<c:ptCount val="{frame.height}"/>{points[name]}</c:numLit></c:{name}>'
        for name in ("plus", "minus")
    )
    direction = "" if lying else '<c:errDir val="y"/>'
    bars = parse_xml(
        f'<c:errBars xmlns:c="{C}">{direction}<c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="0"/>{lists}</c:errBars>'
    )
    element = series._element
    after = [each for name in ("cat", "val") for each in element.findall(f"{{{C}}}{name}")]
    after[0].addprevious(bars)


def _set_axes(drawn: Slide, chart: Chart) -> None:
    values, across = drawn.value_axis, drawn.category_axis
    values.major_gridlines.format.line.color.rgb = RGBColor(0xE1, 0xE6, 0xEC)
    values.format.line.fill.background()
    values.tick_labels.font.size = across.tick_labels.font.size = Pt(12)
    across.format.line.color.rgb = RGBColor(0x85, 0x93, 0xA3)
    across.has_major_gridlines = False
    if chart.unit:
        values.has_title = True
        values.axis_title.text_frame.text = in_file(chart.unit)
        values.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(12)
        values.axis_title.text_frame.paragraphs[0].runs[0].font.bold = False
    if chart.shape is Shape.BAR:  # the first group on top, the values nevertheless below
        across.reverse_order, values.tick_label_position = True, XL_TICK_LABEL_POSITION.HIGH
    if chart.shape is not Shape.STACKED:  # PowerPoint would choose the ends without the intervals
        frame, shown = chart.frame.head(shown_rows(chart)), drawn_columns(chart)[1:]
        held = [each for name in shown for each in _numbers(frame[name]) if each is not None]
        levels = [level for _name, level in chart.lines]
        found = axes.ticks(*axes.reach([*held, *levels], from_zero=chart.shape is not Shape.LINE))
        values.minimum_scale, values.maximum_scale = found[0], found[-1]
    every = -(-chart.frame.height // MOST_NAMES)
    if every > 1 and chart.shape is not Shape.BAR:
        across._element.insert_element_before(
            parse_xml(f'<c:tickLblSkip xmlns:c="{C}" val="{every}"/>'), "c:tickMarkSkip", "c:noMultiLvlLbl", "c:extLst"
        )


def _categories(column: pl.Series) -> list[str]:
    held = column.to_list()
    if held and all(isinstance(each, date) and not isinstance(each, datetime) for each in held):
        return axes.day_words(held)
    return [_label(name_of(each)) for each in held]


def _label(words: str) -> str:
    told = in_file(words)
    return f" {told}" if RUNS.match(told) else told


def _numbers(column: pl.Series) -> list[float | None]:
    return [None if each is None or each - each != 0 else float(each) for each in column]
