"""What slides are put together from: a company's template or the product's own look, titles, words, notes, a foot."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches, Pt

from data_access.imports.workbook_archive import require_harmless
from metrics.errors import ImportFailed, ServiceQualityError
from reports.messages import N_
from reports.visible import in_file

VARIABLE = "TWINWING_SLIDE_TEMPLATE"
WIDE, HIGH = Inches(13.333), Inches(7.5)  # of the product's own slides
MARGIN, TITLE_TOP, TITLE_HIGH, FOOT = Inches(0.6), Inches(0.4), Inches(1.0), Inches(0.45)
INK, FAINT, BLUE = RGBColor(0x1C, 0x27, 0x33), RGBColor(0x5B, 0x68, 0x76), RGBColor(0x1F, 0x5F, 0xBF)
CHINESE = "Microsoft YaHei"  # which every Office has; slides take the reader's fonts
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
Slide = Any  # python-pptx's slides and shapes are proxies of XML elements, whose types say little


class TemplateUnusable(ServiceQualityError):
    """The company's template for slides cannot be read or has no layout with a title."""


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle of a slide, in English Metric Units."""

    left: int
    top: int
    width: int
    height: int


class Deck:
    """Slides in the making."""

    def __init__(self, foot: str, notes: str) -> None:
        """`foot` stands on each slide, `notes` at the end of each slide's speaker notes.

        Raises:
            TemplateUnusable: see there.
        """
        self.own_look = not os.environ.get(VARIABLE)
        self.file = _opened(os.environ.get(VARIABLE))
        self.foot, self.notes = foot, notes
        if self.own_look:
            self.file.slide_width, self.file.slide_height = WIDE, HIGH
            _set_fonts(self.file)

    def title_slide(self, title: str, below: Sequence[str], about: str) -> None:
        """The first slide: the headline in sentences."""
        slide = self.add(title, ())
        room = self.room()
        words(slide, Room(room.left, room.top, room.width, room.height - Inches(0.7)), below, 24)
        words(slide, Room(room.left, room.top + room.height - Inches(0.6), room.width, Inches(0.5)), [about], 14, FAINT)

    def add(self, title: str, notes: Sequence[str], over: str = "") -> Slide:
        """A slide with a title, its foot and speaker notes; `over` is the subject, small above the title."""
        slide = self.file.slides.add_slide(self._layout())
        shape = slide.shapes.title
        shape.text_frame.text = in_file(title)
        if self.own_look:
            shape.left, shape.top, shape.width, shape.height = MARGIN, TITLE_TOP, WIDE - 2 * MARGIN, TITLE_HIGH
            _styled(shape.text_frame, 26 if len(title) < 60 else 20)
            if over:
                words(slide, Room(MARGIN, Inches(0.2), WIDE - 2 * MARGIN, Inches(0.3)), [over], 12, BLUE)
        self._drop_empty(slide)
        width, height = self.file.slide_width, self.file.slide_height
        told = f"{self.foot} · {len(self.file.slides)}"
        words(slide, Room(MARGIN, height - FOOT, width - 2 * MARGIN, Inches(0.3)), [told], 10, FAINT)
        slide.notes_slide.notes_text_frame.text = "\n".join(in_file(each) for each in [*notes, self.notes])
        return slide

    def room(self) -> Room:
        """Where a slide's content may stand."""
        width, height = self.file.slide_width, self.file.slide_height
        top = TITLE_TOP + TITLE_HIGH
        if not self.own_look:
            shape = next(each for each in self._layout().placeholders if each.placeholder_format.type in TITLES)
            top = (shape.top or TITLE_TOP) + (shape.height or TITLE_HIGH)
        return Room(MARGIN, top + Inches(0.15), width - 2 * MARGIN, height - top - FOOT - Inches(0.25))

    def bytes(self, title: str, made_at: Any) -> bytes:
        """The file; settled.py takes the clock out of it."""
        core = self.file.core_properties
        core.title, core.created, core.modified, core.last_modified_by, core.author = title, made_at, made_at, "", ""
        core.revision = 1
        memory = BytesIO()
        self.file.save(memory)
        return memory.getvalue()

    def _layout(self) -> Slide:
        """The layout with a title and the fewest other places to fill."""
        titled = [
            each
            for each in self.file.slide_layouts
            if any(shape.placeholder_format.type in TITLES for shape in each.placeholders)
        ]
        return min(titled, key=lambda each: (len(each.placeholders), each.name))

    def _drop_empty(self, slide: Slide) -> None:
        """A place that a layout offers and nobody fills would say «click to add text»."""
        for shape in [each for each in slide.placeholders if each.placeholder_format.type not in TITLES]:
            shape.element.getparent().remove(shape.element)


def words(
    slide: Slide,
    room: Room,
    said: Sequence[str],
    size: float,
    colour: RGBColor = INK,
    *,
    bold: bool = False,
    bullets: bool = False,
) -> Slide:
    """A box with one paragraph for each of the sentences."""
    box = slide.shapes.add_textbox(room.left, room.top, room.width, room.height)
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    for place, sentence in enumerate(said):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = ("• " if bullets else "") + in_file(sentence)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
        paragraph.space_after = Pt(size * 0.45)
    return box


def _styled(frame: Slide, size: int) -> None:
    frame.word_wrap, frame.margin_left = True, Emu(0)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(size), True, INK


def _opened(template: str | None) -> Slide:
    """The template without the slides in it, bounded as a dropped workbook is: both are archives of XML."""
    try:
        if template:
            require_harmless(Path(template))
        file = pptx.Presentation(template or None)
    except (ImportFailed, OSError, KeyError, ValueError, SyntaxError, PackageNotFoundError) as error:
        raise TemplateUnusable(
            N_("The template for slides {path} cannot be read."),
            N_("Save it from PowerPoint as .pptx, and name it in {variable}."),
            path=template, variable=VARIABLE,
        ) from error  # fmt: skip
    for each in list(file.slides._sldIdLst):
        file.part.drop_rel(each.rId)
        file.slides._sldIdLst.remove(each)
    if not any(shape.placeholder_format.type in TITLES for each in file.slide_layouts for shape in each.placeholders):
        raise TemplateUnusable(
            N_("The template for slides {path} has no layout with a title."),
            N_("Add a layout with a title to its slide master."),
            path=template,
        )
    return file


def _set_fonts(file: Slide) -> None:
    """Chinese in a font that reads well on a wall; the library's own template names none."""
    theme = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = theme.blob.replace(b'<a:ea typeface=""/>', f'<a:ea typeface="{CHINESE}"/>'.encode())
