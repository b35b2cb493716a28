"""One document in four kinds of file: independent readers find every number, no box, and nothing that runs."""

import csv
import zipfile
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import polars as pl
import pptx
import pytest
from pypdf import PdfReader

from data_access.imports import workbook_archive
from reports.document import fonts
from reports.document.book import MOST_ROWS
from reports.document.deck import VARIABLE, TemplateUnusable
from reports.document.kept import packed, unpacked
from reports.document.numbers import numbers_hash
from reports.document.pack import WRITERS, pack_of
from reports.document.parts import Chapter, Document, Paragraph, Points, Table
from reports.export import BYTE_ORDER_MARK, Section
from reports.text import speaking
from tests.nasty import HOST, LONG, NASTY
from tests.reports.documents import BARS, LINE, MIX, ODD, WEEKS, document

FINGERPRINT = numbers_hash(document())


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    with speaking("zh"):
        return {kind: write(document()) for kind, write in WRITERS.items()}


def words(pdf: bytes) -> str:
    """All text of a PDF without spaces, which its readers put where they like."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def fonts_of(pdf: PdfReader) -> dict[str, bool]:
    """Each font of the pages, and whether it is inside the file wherever it stands."""
    found: dict[str, bool] = {}
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            name = str(below["/BaseFont"]).partition("+")[2].partition("-")[0]
            is_inside = any(each in below["/FontDescriptor"] for each in ("/FontFile2", "/FontFile3"))
            found[name] = is_inside and found.get(name, True)
    return found


def slide_words(content: bytes) -> str:
    found = []
    for slide in pptx.Presentation(BytesIO(content)).slides:
        for shape in slide.shapes:
            found += [shape.text_frame.text] if shape.has_text_frame else []
            found += [cell.text for row in shape.table.rows for cell in row.cells] if shape.has_table else []
    return "\n".join(found)


def test_every_file_says_the_fingerprint_of_its_numbers(files: dict[str, bytes]) -> None:
    assert FINGERPRINT in words(files["pdf"])
    assert FINGERPRINT in files["csv"].decode()
    assert FINGERPRINT in slide_words(files["pptx"])
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    assert FINGERPRINT in [row[1].value for row in book.worksheets[-1].iter_rows()]
    for slide in pptx.Presentation(BytesIO(files["pptx"])).slides:
        assert FINGERPRINT in slide.notes_slide.notes_text_frame.text


def test_equal_documents_give_equal_bytes(files: dict[str, bytes]) -> None:
    with speaking("zh"):
        again = {kind: write(unpacked(packed(document()))) for kind, write in WRITERS.items()}
        assert {kind: again[kind] == files[kind] for kind in files} == dict.fromkeys(files, True)
        assert pack_of(document(), "x") == pack_of(document(), "x")


def test_fingerprint_changes_with_a_number_and_not_with_a_title() -> None:
    assert numbers_hash(document(value=28.000001)) != FINGERPRINT
    assert numbers_hash(document(value=28.00000001)) == FINGERPRINT  # beyond the decimals that files give
    assert numbers_hash(document(most_rows=41)) != FINGERPRINT
    assert numbers_hash(document(title="周报")) == FINGERPRINT
    assert numbers_hash(unpacked(packed(document()))) == FINGERPRINT


def test_pdf_has_every_number_in_an_embedded_font(files: dict[str, bytes]) -> None:
    found = PdfReader(BytesIO(files["pdf"]))
    text = words(files["pdf"])
    for told in ("28.0‰", "1,234,567", "100.0", "33.1", "12.5", "物流类最多：43件。", "客服一组", "n=1,234"):
        assert told in text
    assert "前30行，共40行" in text  # a table's 40 rows are cut, and it says so
    embedded = fonts_of(found)
    assert embedded == {"NotoSansCJKsc": True}
    assert found.metadata.title == "质量周报"
    assert f"1/{len(found.pages)}" in text  # page numbers
    assert [each.title for each in found.outline][:4] == ["投诉", "班组", "明细", "空"]


def test_english_quotation_marks_are_of_a_face_in_which_they_are_as_wide_as_letters() -> None:
    with speaking("en"):
        pdf = WRITERS["pdf"](document(title="“Late” replies · week 43"))
    assert fonts_of(PdfReader(BytesIO(pdf))) == {"NotoSansCJKsc": True, "NotoSansCJKkr": True}
    assert "“Late”replies·week43" in words(pdf)


def test_text_from_data_is_text_and_a_missing_character_is_named(files: dict[str, bytes]) -> None:
    text = words(files["pdf"])
    assert "<b>#2*_$x$</b>" in text
    assert "#emph[x]" in text
    assert "=cmd|'/Ccalc'!A0" in text
    assert "〓李雷" in text
    assert "U+1F600grinningface" in text
    assert not {"\u202e", "\x07", "\ufffd"} & set(text)


def test_workbook_has_numbers_days_formats_and_charts(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    assert book.sheetnames[1:] == ["四周趋势", "班组对比", "类型构成", "怪名字", "长表", "空表", "空图", "指标口径"]
    sheet = book["怪名字"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[1] for row in cells] == ODD["count"].to_list()
    assert [row[2] for row in cells] == ODD["share"].to_list()
    assert [row[3] and row[3].date() for row in cells] == ODD["day"].to_list()
    assert [row[0] for row in cells] == ["=cmd|' /C calc'!A0", "😀李雷", "#emph[x]", "@SUM(A1)"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n", "d"}  # no formula
    assert sheet["D2"].number_format == "yyyy-mm-dd"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D5")
    trend = [[cell.value for cell in row] for row in book["四周趋势"].iter_rows(min_row=2)]
    assert [row[1] for row in trend] == LINE["value"].to_list()
    with zipfile.ZipFile(BytesIO(files["xlsx"])) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert [each.count("<c:ser>") for each in charts] == [2, 1, 2]  # the line with its target, bars, two types
    assert "errBars" in charts[0]


def test_slides_have_messages_and_charts_to_edit(files: dict[str, bytes]) -> None:
    deck = pptx.Presentation(BytesIO(files["pptx"]))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[:5] == ["质量周报", "投诉率降至 28.0‰", "四周趋势", "班组", "班组对比"]
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert [[list(series.values) for series in chart.plots[0].series] for chart in charts] == [
        [LINE["value"].to_list(), [30.0] * 4],
        [BARS["value"].to_list()],
        [MIX["logistics"].to_list(), MIX["product"].to_list()],
    ]
    assert [list(chart.plots[0].categories) for chart in charts[:1]] == [["8月3日", "8月10日", "8月17日", "8月24日"]]
    kept = [openpyxl.load_workbook(BytesIO(each.part.chart_workbook.xlsx_part.blob)).active for each in charts]
    assert {cell.data_type for sheet in kept for row in sheet.iter_rows() for cell in row} <= {
        "s",
        "n",
        "d",
    }  # no formula
    assert not [cell for sheet in kept for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    text = slide_words(files["pptx"])
    assert "1,234,567" in text
    assert "前 12 行，共 40 行" in text
    assert "该时段没有数据" in text
    assert "complaint_rate" in text
    assert not {"\u202e", "\x07"} & set(text)


def test_csv_has_every_row_and_runs_nothing(files: dict[str, bytes]) -> None:
    assert files["csv"].startswith(BYTE_ORDER_MARK)
    rows = list(csv.reader(StringIO(files["csv"].decode("utf-8-sig"), newline="")))
    assert ["C000039", "39"] in rows
    assert [each for row in rows for each in row if each[:1] in "=+@"] == [""] * sum(row.count("") for row in rows)
    assert [row[1] for row in rows if row[:1] == ["2026-08-24"]] == ["28.0", "43"]  # the trend's, and the mix's


def test_a_giant_table_is_cut_and_says_so() -> None:
    with speaking("en"):
        large = document(most_rows=100_000)
        assert "30of100,000rows" in words(WRITERS["pdf"](large))
        assert "12 of 100,000 rows" in slide_words(WRITERS["pptx"](large))
        assert WRITERS["csv"](large).count(b"\r\nC0") == 100_000
        with zipfile.ZipFile(BytesIO(WRITERS["xlsx"](large))) as parts:  # openpyxl takes ten seconds for it
            assert parts.read("xl/worksheets/sheet6.xml").count(b"<row ") == MOST_ROWS + 1
            assert b"50,000 of 100,000 rows" in parts.read("xl/sharedStrings.xml")


def test_without_the_font_a_pdf_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "PACKAGE", "no_such_font")
    with pytest.raises(fonts.FontMissing, match="is not installed"):
        WRITERS["pdf"](document())


def test_a_companys_template_gives_its_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = pptx.Presentation()
    template.slides.add_slide(template.slide_layouts[0]).shapes.title.text = "Old slide"
    template.slide_width = 9_000_000
    template.save(str(tmp_path / "company.pptx"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "company.pptx"))
    made = pptx.Presentation(BytesIO(WRITERS["pptx"](document())))
    assert made.slide_width == 9_000_000
    assert made.slides[0].shapes.title.text_frame.text == "质量周报"
    assert "Old slide" not in slide_words(WRITERS["pptx"](document()))
    (tmp_path / "company.pptx").write_bytes(b"no slides")
    with pytest.raises(TemplateUnusable, match="cannot be read"):
        WRITERS["pptx"](document())


BOMB, ENTITY, BROKEN = (
    {"ppt/presentation.xml": b"0" * 2_000_000},
    {"ppt/presentation.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
    {"[Content_Types].xml": b"<Types", "ppt/presentation.xml": b"<"},
)


@pytest.mark.parametrize("parts", [BOMB, ENTITY, BROKEN], ids=["bomb", "entity", "broken"])
def test_a_template_that_would_not_end_or_is_none_is_refused(
    parts: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "company.pptx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "company.pptx"))
    monkeypatch.setattr(workbook_archive, "MOST_BYTES", 1_000_000)
    with pytest.raises(TemplateUnusable, match="cannot be read"):
        WRITERS["pptx"](document())


def test_a_million_characters_are_cut_and_every_reader_finds_text_alone() -> None:
    texts = (LONG, NASTY["a formula"], NASTY["a script"], NASTY["markup of a typesetter"], NASTY["a link"])
    table = Section(NASTY["a formula"], pl.DataFrame({"text": texts, "value": [1.0] * len(texts)}))
    told = (Points(texts), Paragraph(LONG), Table(table))
    nasty = Document(NASTY["a formula"], texts, (), (Chapter(texts[0], texts[1], told),), (), datetime(2026, 8, 30))
    with speaking("en"):
        made = {kind: write(nasty) for kind, write in WRITERS.items() if kind != "csv"}
    assert {kind: len(content) < 500_000 for kind, content in made.items()} == dict.fromkeys(made, True)
    cells = [cell for sheet in openpyxl.load_workbook(BytesIO(made["xlsx"])) for row in sheet for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}  # no formula
    assert [cell for cell in cells if cell.hyperlink] == []
    assert "(1,000,002 characters)" in "".join(str(cell.value) for cell in cells)
    pages = PdfReader(BytesIO(made["pdf"])).pages
    marks = [each.get_object() for page in pages for each in page.get("/Annots", ())]
    assert [mark for mark in marks if "/URI" in str(mark)] == []
    assert "root:" not in words(made["pdf"])  # of the file that the typesetter's markup asks for
    with zipfile.ZipFile(BytesIO(made["pptx"])) as archive:
        links = [name for name in archive.namelist() if name.endswith(".rels") and HOST.encode() in archive.read(name)]
    assert links == []


def test_a_document_without_anything_is_still_a_file() -> None:
    with speaking("en"):
        empty = Document("Empty", (), ())
        assert {kind: len(write(empty)) > 0 for kind, write in WRITERS.items()} == dict.fromkeys(WRITERS, True)
        assert numbers_hash(empty) == numbers_hash(Document("Other", (), ()))


def test_weeks_stand_where_they_lie(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    assert [cell.value.date() for (cell,) in book["类型构成"].iter_rows(min_row=2, max_col=1)] == WEEKS
    assert pl.DataFrame(MIX).equals(unpacked(packed(document())).chapters[1].parts[2].frame)
