"""A document to print: headings, sentences, quotes and tables as one HTML file that needs nothing else.

Text is text: all of it is escaped, nothing is loaded from anywhere, and nothing in it runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from sqlalchemy import Engine

from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.scope import Filters, Period
from reports import text
from reports.codes import CODED
from reports.export import data_up_to, filters_in_words
from reports.text import _
from reports.version import PRODUCT, VERSION
from reports.visible import in_html

STYLE = """
@page { size: A4; margin: 16mm 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 182mm; padding: 8mm 0; color: #1d2530; background: #fff;
  font: 10.5pt/1.55 "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Segoe UI", sans-serif; }
h1 { font-size: 17pt; line-height: 1.3; margin: 0 0 2mm; }
h2 { font-size: 12pt; margin: 7mm 0 1.5mm; padding-bottom: 1mm; border-bottom: 0.4mm solid #c9d0d9;
  break-after: avoid; }
p, ul { margin: 0 0 2mm; } ul { padding-left: 5.5mm; } li { margin-bottom: 1mm; }
section { break-inside: avoid; } section:has(tr:nth-child(8)) { break-inside: auto; }
.line { break-inside: avoid; }
blockquote { margin: 0 0 2mm; padding: 1mm 0 1mm 4mm; border-left: 1mm solid #c9d0d9; white-space: pre-line; }
table { width: 100%; border-collapse: collapse; font-size: 9.5pt; margin-bottom: 2mm; }
th, td { text-align: left; vertical-align: top; padding: 1.2mm 2mm; border-bottom: 0.2mm solid #c9d0d9;
  overflow-wrap: break-word; }
thead { display: table-header-group; } tr { break-inside: avoid; }
.facts, .note { color: #596573; font-size: 9pt; } .line { height: 9mm; border-bottom: 0.2mm solid #596573; }
@media screen and (max-width: 700px) { body { padding: 4mm; } }
@media print { body { max-width: none; padding: 0; } }
"""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One part of the document, in the reader's words."""

    title: str
    said: Sequence[str] = ()  # the points of a list
    quoted: str | None = None
    table: pl.DataFrame | None = None
    drawn: str = ""  # HTML of the product's own making, in which all text from data is escaped
    note: str = ""
    lines: int = 0  # to write on by hand


def print_out(
    state: Engine,
    viewer: Viewer,
    title: str,
    lead: str,
    blocks: Sequence[Block],
    store: Store,
    period: Period | None,
    filters: Filters,
    now: datetime,
) -> bytes:
    """A document for a person to keep; that it was taken stands in the audit log.

    Raises:
        SourceUnavailable: that could not be written down, so there is no document.
    """
    facts = {} if period is None else {_("Period"): text.period(period)}
    facts |= {_("Filters"): filters_in_words(filters)} if filters else {}
    facts |= {_("Data up to"): data_up_to(store), _("Product"): f"{PRODUCT} {VERSION}"}
    content = document(title, lead, facts, blocks)
    told = {} if period is None else in_words(period, filters)
    record(state, viewer, Act.FILE_TAKEN, {"title": title, "bytes": len(content), **told}, now)
    return content


def document(title: str, lead: str, facts: Mapping[str, str], blocks: Sequence[Block]) -> bytes:
    """The whole file in UTF-8, in the language that is spoken; equal input, equal bytes."""
    told = " · ".join(text.labelled(name, value) for name, value in facts.items())
    language = {"zh": "zh-CN"}.get(text.language.get(), text.language.get())
    parts = [
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{in_html(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
        f'<h1>{in_html(title)}</h1>\n<p class="facts">{in_html(told)}</p>',
        f"<p>{in_html(lead)}</p>" if lead else "",
        *(_block(each) for each in blocks),
        "</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part).encode()


def _block(block: Block) -> str:
    parts = [f"<h2>{in_html(block.title)}</h2>"]
    if block.said:
        parts.append("<ul>" + "".join(f"<li>{in_html(each)}</li>" for each in block.said) + "</ul>")
    if block.quoted:
        parts.append(f"<blockquote>{in_html(block.quoted)}</blockquote>")
    if block.table is not None:
        parts.append(_table(block.table))
    if block.drawn:
        parts.append(block.drawn)
    if block.note:
        parts.append(f'<p class="note">{in_html(block.note)}</p>')
    parts += ['<div class="line"></div>'] * block.lines
    return "<section>" + "\n".join(parts) + "</section>"


def _table(frame: pl.DataFrame) -> str:
    head = "".join(f"<th>{in_html(text.column(name))}</th>" for name in frame.columns)
    rows = (
        "<tr>"
        + "".join(f"<td>{in_html(_cell(name, value))}</td>" for name, value in zip(frame.columns, row, strict=True))
        + "</tr>"
        for row in frame.iter_rows()
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(name: str, value: object) -> str:
    """As a table on a page shows it: codes by their names, days as days, one decimal where there is one."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return text.number(value, 1)
    if isinstance(value, int):
        return text.number(value)
    if isinstance(value, date):
        return text.day(value)
    return text.code(str(value)) if name in CODED else str(value)
