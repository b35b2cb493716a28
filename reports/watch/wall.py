"""The live floor for a screen on the wall, as one piece of HTML. Text is text: all of it is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from reports import text
from reports.text import Label, _
from reports.visible import in_html
from reports.watch.floor_words import short_time

MOST_QUEUES = 6
FEW_QUEUES = 4  # which get more room
MOST_TAGS = 4
#: Sizes follow the screen, which is 1.2 m wide where it measures 55 inches. Letters as high as 16 minutes of arc can be
#: read (ISO 9241-303); from 5 m that is 23 mm. Capitals are 0.7 of a font's size, so that takes 2.7 % of the width.
STYLE = """<style>
.wall { display: grid; grid-template: auto auto 1fr / 46fr 54fr; gap: 1.2vw 1.6vw; box-sizing: border-box;
  min-height: 100vh; padding: 1.2vw 1.6vw; line-height: 1.15; font-variant-numeric: tabular-nums; }
.wall > header, .wall > .stopped { grid-column: 1 / -1; }
.wall > .tiles, .wall > .queues { grid-row: 3; }
.wall > .stopped { grid-row: 2; margin: 0; }
.wall > .queues { display: flex; flex-direction: column; justify-content: space-between; }
.wall > header { display: flex; justify-content: space-between; align-items: baseline; font-size: 2.2vw; }
.wall > header b { font-size: 2.7vw; }
.wall > header a { margin: 0 2vw 0 auto; font-size: 1.1vw; color: inherit; opacity: 0.8; }
.wall .stopped { font-size: 2.4vw; padding: 0.6vw 1.2vw; border: 0.3vw solid currentColor; border-radius: 0.6vw; }
.wall .tiles { display: grid; grid-template-columns: 1fr 1fr; gap: 1.2vw; }
.wall .tile { display: flex; flex-direction: column; justify-content: space-between; padding: 0.8vw 1.2vw;
  border: 0.15vw solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 0.8vw; }
.wall .tile span { font-size: 2.2vw; }
.wall .tile b { font-size: 6vw; line-height: 1; white-space: nowrap; }
.wall .tile small { font-size: 2vw; min-height: 1.15em; overflow: hidden; white-space: nowrap;
  text-overflow: ellipsis; }
.wall .alarm { background: color-mix(in srgb, #d9480f 18%, transparent); border-color: #d9480f; border-width: 0.3vw; }
.wall table { width: 100%; border-collapse: collapse; font-size: 2.7vw; }
.wall th { font-size: 2vw; font-weight: 400; text-align: right; padding: 0.4vw 0.6vw; }
.wall td { text-align: right; padding: 0.9vw 0.6vw; font-weight: 600; white-space: nowrap;
  border-top: 0.1vw solid color-mix(in srgb, currentColor 25%, transparent); }
.wall .few td { padding-block: 1.6vw; }
.wall :is(th, td):first-child { text-align: left; font-weight: 400; white-space: normal; padding-left: 0; }
.wall .note { font-size: 2.4vw; margin: 1.4vw 0 0; }
.wall.grey :is(.tiles, .queues) { filter: grayscale(1); opacity: 0.6; }
@media (max-aspect-ratio: 1/1) { .wall { display: block; font-size: 4vw; } .wall > * { margin-bottom: 3vw; } }
</style>"""


@dataclass(frozen=True, slots=True)
class Tile:
    """One big figure: its name, the figure, a few words below it, and whether somebody should act."""

    name: str
    value: str
    note: str = ""
    is_alarm: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """Everything on the screen in the reader's words; `stopped` is empty while the figures are of now."""

    title: str
    age: str
    stopped: str
    tiles: Sequence[Tile]
    queues: pl.DataFrame | None
    notes: Sequence[str]
    tags: Sequence[str]
    leave: str  # the address of the page without the wall


def page(wall: Wall, label: Label) -> str:
    """The whole screen."""
    stopped = f'<p class="stopped" role="alert">⚠ {in_html(wall.stopped)}</p>' if wall.stopped else ""
    tiles = "".join(_tile(each) for each in wall.tiles)
    table = "" if wall.queues is None else _queues(wall.queues, label)
    tags = text.labelled(_("Hot issues"), text.listed(wall.tags[:MOST_TAGS])) if wall.tags else ""
    notes = "".join(f'<p class="note">{in_html(each)}</p>' for each in (*wall.notes, tags) if each)
    return (
        f'{STYLE}<div class="wall{" grey" if wall.stopped else ""}">'
        f'<header><b>{in_html(wall.title)}</b><a href="{in_html(wall.leave)}" target="_self">'
        f"{in_html(_('Leave the wall screen'))}</a><span>{in_html(wall.age)}</span></header>{stopped}"
        f'<div class="tiles">{tiles}</div><div class="queues"><div>{table}</div><div>{notes}</div></div></div>'
    )


def _tile(tile: Tile) -> str:
    marked = "⚠ " if tile.is_alarm else ""  # never by colour alone
    return (
        f'<div class="tile{" alarm" if tile.is_alarm else ""}"><span>{marked}{in_html(tile.name)}</span>'
        f"<b>{in_html(tile.value)}</b><small>{in_html(tile.note)}</small></div>"
    )


def _queues(queues: pl.DataFrame, label: Label) -> str:
    """The queues in which people wait longest."""
    ordered = queues.sort("is_silent", "longest_wait_seconds", descending=[False, True], nulls_last=True)
    names = (_("Queue"), _("Waiting"), _("Longest"), _("Ready"))
    head = "".join(f"<th>{in_html(each)}</th>" for each in names)
    rows = "".join(_row(row, label) for row in ordered.head(MOST_QUEUES).iter_rows(named=True))
    more = queues.height - MOST_QUEUES
    rest = f'<p class="note">{in_html(_("and {count} more queues").format(count=more))}</p>' if more > 0 else ""
    few = ' class="few"' if ordered.height <= FEW_QUEUES else ""
    return f"<table{few}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}"


def _row(row: dict, label: Label) -> str:
    cells = (
        [_("no news"), "", ""]
        if row["is_silent"]
        else [text.number(row["waiting"]), short_time(row["longest_wait_seconds"]), text.number(row["agents_ready"])]
    )
    told = "".join(f"<td>{in_html(each)}</td>" for each in (label("queue", row["queue"]), *cells))
    return f"<tr>{told}</tr>"
