"""A document as slides: one message each as its title, native charts to edit, tables cut to what a wall can show."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from reports import text
from reports.document import said
from reports.document.axes import clipped, width
from reports.document.cells import Grid, grid
from reports.document.deck import FAINT, INK, Deck, Room, Slide, words
from reports.document.parts import (
    Chapter,
    Chart,
    Document,
    Figure,
    Figures,
    Paragraph,
    Part,
    Points,
    Shape,
    Table,
    Tone,
    meanings,
)
from reports.document.settled import settled
from reports.document.slide_chart import add_chart, shown_rows
from reports.palette import BAD, GOOD
from reports.text import _
from reports.visible import in_file

ROWS, COLUMNS = 12, 8  # of a table on a slide
SLIDES = 3  # that a table is spread over, at most
TEXT, LINE = 18.0, 1.5  # points of a sentence, and height of a line in sizes
CARD = Inches(1.75)  # height of a key figure
BESIDE = 4  # key figures in a row
POINT = 12_700  # English Metric Units
SIDES = 21  # points of a cell beside its words
PROSE = (Paragraph, Points, Figures)
TONES = {Tone.GOOD: GOOD, Tone.BAD: BAD}


def slides_of(document: Document) -> bytes:
    """The document as PPTX, in the look of the company's template where one is set; equal input, equal bytes.

    Speaker notes have the definitions, scope, data time and fingerprint of the numbers.

    Raises:
        TemplateUnusable: the template cannot be used.
    """
    about = [text.labelled(*each) for each in said.about(document)]
    deck = Deck(said.foot(document), "\n".join(about))
    deck.title_slide(document.title, document.lead, said.in_short(document))
    for chapter in document.chapters:
        _chapter(deck, chapter, [text.labelled(*each) for each in chapter.definitions])
    _ends(deck, _("About these numbers"), said.about(document))
    _ends(deck, _("Definitions"), meanings(document))
    return settled(deck.bytes(in_file(document.title), document.as_of), document.as_of)


def _chapter(deck: Deck, chapter: Chapter, notes: Sequence[str]) -> None:
    """Sentences and key figures together, each chart and each table alone; the first slide says the message.

    A table of what is drawn is left out: its numbers are in the chart.
    """
    message = chapter.message or chapter.title
    drawn = {part.title for part in chapter.parts if isinstance(part, Chart)}
    shown = [part for part in chapter.parts if not (isinstance(part, Table) and part.section.title in drawn)]
    for is_prose, group in groupby(shown, key=lambda part: isinstance(part, PROSE)):
        for parts in [list(group)] if is_prose else [[each] for each in group]:
            title = message or (chapter.title if is_prose else _title(parts[0]))
            _slides(deck, chapter.title, title, parts, notes)
            message = ""


def _title(part: Part) -> str:
    return part.section.title if isinstance(part, Table) else part.title if isinstance(part, Chart) else ""


def _slides(deck: Deck, subject: str, title: str, parts: Sequence[Part], notes: Sequence[str]) -> None:
    over = subject if subject != title else ""
    match parts:
        case [Chart() as chart]:
            _chart(deck, deck.add(title, notes, over), chart, (title, subject))
        case [Table() as table]:
            _table(deck, table, title, over, notes)
        case _:
            for page in _pages(deck.room(), parts):
                _prose(deck.room(), deck.add(title, notes, over), page)


def _chart(deck: Deck, slide: Slide, chart: Chart, titles: Sequence[str]) -> None:
    room = deck.room()
    below = Inches(0.35)
    told = [each for each in (chart.title, chart.note) if each and each not in titles]
    if not chart.frame.height:
        words(slide, room, [*told, _("Nothing in this period.")], TEXT)
        return
    if chart.shape is not Shape.LINE:
        told += [text.labelled(name, text.number(level, 1)) for name, level in chart.lines]
    if (shown := shown_rows(chart)) < chart.frame.height:
        more = _("{shown} of {total} groups are drawn; all of them are in the XLSX and CSV files.")
        told.append(more.format(shown=text.number(shown), total=text.number(chart.frame.height)))
    high = room.height - below if told else room.height
    add_chart(slide, chart, Room(room.left, room.top, room.width, high))
    if told:
        words(slide, Room(room.left, room.top + high, room.width, below), [" · ".join(told)], 12, FAINT)


def _table(deck: Deck, table: Table, title: str, over: str, notes: Sequence[str]) -> None:
    """A table over some slides where all of it fits, else its first rows; how many there are is told."""
    fits = table.section.frame.height <= min(table.most, ROWS * SLIDES)
    shown = grid(table.section, table.section.frame.height if fits else ROWS, COLUMNS)
    pages = [shown.rows[at : at + ROWS] for at in range(0, len(shown.rows), ROWS)] or [[]]
    for number, rows in enumerate(pages, start=1):
        told = f"{title} ({number}/{len(pages)})" if len(pages) > 1 else title
        slide, room = deck.add(told, notes, over), deck.room()
        caption = [table.section.title] if table.section.title != title else []
        note = [each for each in [*caption, shown.note()] if each]
        if rows:
            _grid(slide, room, shown, rows)
        words(
            slide,
            Room(room.left, room.top + room.height - Inches(0.3), room.width, Inches(0.3)),
            [" · ".join(note)],
            12,
            FAINT,
        )


def _grid(slide: Slide, room: Room, shown: Grid, rows: Sequence[Sequence[str]]) -> None:
    """A native table; columns are as wide as their words ask for, and the widest give way where there is no room."""
    size = 12 if len(shown.headers) <= 6 else 10
    every = [shown.headers, *rows]
    wide = _shared(
        [max(width(row[at], size) for row in every) + SIDES for at in range(len(shown.headers))],
        room.width / POINT,
    )
    high = Inches(0.38)
    table = slide.shapes.add_table(len(every), len(wide), room.left, room.top, room.width, high * len(every)).table
    for at, points in enumerate(wide):
        table.columns[at].width = int(points * POINT)
    for row, cells in enumerate(every):
        table.rows[row].height = high
        for at, said_ in enumerate(cells):
            space = wide[at] - SIDES + 1
            _cell(table.cell(row, at), clipped(in_file(said_), space, size), size, right=shown.right[at], bold=not row)


def _shared(asked: Sequence[float], room: float) -> list[float]:
    """The room for columns that ask for so much: all of it, and where it is too little the widest get less."""
    if sum(asked) <= room:
        return [each * room / sum(asked) for each in asked]
    left = room
    for count, each in enumerate(sorted(asked)):
        if each > left / (len(asked) - count):
            return [min(one, left / (len(asked) - count)) for one in asked]
        left -= each
    return list(asked)


def _cell(cell: Any, told: str, size: int, *, right: bool, bold: bool) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor(0xF4, 0xF6, 0xF9) if bold else RGBColor(0xFF, 0xFF, 0xFF)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = told
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, INK


def _pages(room: Room, parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Sentences and key figures, as many on a slide as fit."""
    page, used = [], 0.0
    for part in (each for given in parts for each in _pieces(given)):
        need = _height(room, part)
        if page and used + need > room.height:
            yield page
            page, used = [], 0.0
        page.append(part)
        used += need
    if page:
        yield page


def _pieces(part: Part) -> Iterator[Part]:
    """What may stand on different slides: a row of figures, a sentence, a point."""
    match part:
        case Figures(figures):
            for at in range(0, len(figures), BESIDE):
                yield Figures(figures[at : at + BESIDE])
        case Points(points):
            yield from (Points((each,)) for each in points)
        case _:
            yield part


def _height(room: Room, part: Part) -> float:
    if isinstance(part, Figures):
        return CARD + Inches(0.15)
    told = part.words if isinstance(part, Paragraph) else part.said[0] if isinstance(part, Points) else ""
    lines = -(-width(told, TEXT) // (room.width / POINT * 0.95)) or 1
    return Pt(TEXT * (LINE * lines + 0.5))


def _prose(room: Room, slide: Slide, page: Sequence[Part]) -> None:
    top = room.top
    for part in page:
        here = Room(room.left, int(top), room.width, int(_height(room, part)))
        match part:
            case Figures(figures):
                for at, each in enumerate(figures):
                    gap = Inches(0.2)
                    wide = (room.width - gap * (BESIDE - 1)) // BESIDE
                    _card(slide, Room(room.left + (wide + gap) * at, int(top), wide, CARD), each)
            case Paragraph(told):
                words(slide, here, [told], TEXT)
            case Points(points):
                words(slide, here, points, TEXT, bullets=True)
        top += _height(room, part)


def _card(slide: Slide, room: Room, figure: Figure) -> None:
    """A key figure: name, value, change with its word, target and note."""
    frame = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, room.left, room.top, room.width, room.height)
    frame.fill.solid()
    frame.fill.fore_color.rgb = RGBColor(0xF4, 0xF6, 0xF9)
    frame.line.fill.background()
    frame.shadow.inherit = False
    tone = {Tone.GOOD: _("better"), Tone.BAD: _("worse")}.get(figure.tone)
    change = " · ".join(each for each in (figure.change, tone if figure.change else None) if each)
    colour = RGBColor.from_string(TONES.get(figure.tone, "#5B6876").lstrip("#").upper())
    lines = [(figure.name, 12, FAINT, False), (figure.value, 26, INK, True), (change, 12, colour, True)]
    lines += [(figure.target, 11, FAINT, False), (figure.note, 10, FAINT, False)]
    body = frame.text_frame
    body.word_wrap, body.vertical_anchor = True, MSO_ANCHOR.TOP
    shown = [each for each in lines if each[0]]
    for at, (told, size, paint, bold) in enumerate(shown):
        paragraph = body.paragraphs[0] if not at else body.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = clipped(in_file(told), (room.width / POINT - 16) * (2 if size <= 12 else 1), size)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, paint


def _ends(deck: Deck, title: str, told: Sequence[tuple[str, str]]) -> None:
    """Names and meanings at the end, small, as many to a slide as fit."""
    size, page, used = 12, [], 0.0
    for name, meaning in told:
        line = text.labelled(name, meaning)
        need = Pt(size * (LINE * (width(line, size) // (deck.room().width / POINT * 0.95) + 1) + 0.45))
        if page and used + need > deck.room().height:
            words(deck.add(title, ()), deck.room(), page, size)
            page, used = [], 0.0
        page.append(line)
        used += need
    if page:
        words(deck.add(title, ()), deck.room(), page, size)
