"""The board's entries as HTML. Text is text: all of it is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from metrics.swot.arranged import Item
from metrics.swot.editions import Moved, Standing
from metrics.swot.evidence import Quadrant
from reports import text
from reports.swot import board_words, words
from reports.swot.tiny import tiny
from reports.text import Label, _

#: Blue and orange are told apart by everybody; the sign and the words beside the name say the same.
COLOURS = {
    Quadrant.STRENGTH: "#1f77b4",
    Quadrant.WEAKNESS: "#d9480f",
    Quadrant.OPPORTUNITY: "#4c9bd6",
    Quadrant.THREAT: "#e8833a",
}
SIGNS = {Quadrant.STRENGTH: "＋", Quadrant.WEAKNESS: "−", Quadrant.OPPORTUNITY: "↗", Quadrant.THREAT: "⚠"}
STYLE = """<style>
.swot-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 0.7rem; padding: 0.15rem 0 0.1rem 0.7rem;
  border-left: 0.45rem solid var(--swot); }
.swot-head b { font-size: 1.3rem; line-height: 1.2; } .swot-head i { font-style: normal; font-weight: 700; }
.swot-head small { opacity: 0.75; }
.swot { line-height: 1.45; font-size: 0.98rem; }
.swot p { margin: 0 0 0.2rem; font-weight: 600; overflow-wrap: anywhere; }
.swot .proof { display: flex; flex-wrap: wrap; align-items: center; gap: 0.2rem 0.9rem; }
.swot .proof b { font-size: 1.12rem; white-space: nowrap; } .swot .proof a { color: inherit; white-space: nowrap; }
.swot small { opacity: 0.78; } .swot .marks { display: flex; flex-wrap: wrap; gap: 0.15rem 0.5rem; margin: 0.1rem 0; }
.swot .marks span { font-size: 0.8rem; padding: 0 0.45rem; border-radius: 0.7rem; white-space: nowrap;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent); }
.swot .marks .new { font-weight: 700; border-color: currentColor; }
.swot ul { margin: 0.1rem 0 0.2rem; padding-left: 1.1rem; font-size: 0.88rem; }
</style>"""


@dataclass(frozen=True, slots=True)
class Card:
    """One entry as it is shown, in the reader's words; `address` opens the page that proves it."""

    item: Item
    address: str = ""
    proof: str = ""  # what that page is called
    moved: Moved | None = None
    stood: str = ""
    comments: int = 0


def head(quadrant: Quadrant, count: int) -> str:
    """The name of a quadrant, what it is about, and how many entries it has."""
    style = f'style="--swot: {COLOURS[quadrant]}"'
    return (
        f'{STYLE}<div class="swot-head" {style}><b>{SIGNS[quadrant]} {escape(board_words.name(quadrant))}</b>'
        f"<small>{escape(_(board_words.SIDES[quadrant]))}</small><i>{text.number(count)}</i></div>"
    )


def card(told: Card, label: Label) -> str:
    """One entry: its sentence, its size, its course, and the way to the proof."""
    item = told.item
    marks = "".join(f"<span>{escape(each)}</span>" for each in board_words.marks(item))
    if told.moved is not None and told.moved.standing is not Standing.SAME:
        kind = ' class="new"' if told.moved.standing is Standing.NEW else ""
        marks = f"<span{kind}>{escape(board_words.standing(told.moved))}</span>{marks}"
    if told.comments:
        marks += f"<span>{escape(_('💬 {count} comments').format(count=text.number(told.comments)))}</span>"
    facts = text.joined([*board_words.facts(item), *([told.stood] if told.stood else [])])
    return (
        f'<div class="swot"><p>{escape(board_words.said(item, label))}</p>{_original(item, label)}'
        f"{_proof(told)}{_listed(board_words.with_it(item, label))}"
        f'{f"<small>{escape(facts)}</small>" if facts else ""}'
        f'{f"""<div class="marks">{marks}</div>""" if marks else ""}</div>'
    )


def _original(item: Item, label: Label) -> str:
    """What the numbers say, where people said it in other words."""
    if item.evidence is None or not item.edit.words:
        return ""
    said = _("The numbers say: {sentence}").format(sentence=words.sentence(item.evidence, label))
    return f"<small>{escape(said)}</small>"


def _proof(told: Card) -> str:
    evidence = told.item.evidence
    if evidence is None:
        return ""
    drawn = tiny(evidence)
    link = f'<a href="{escape(told.address)}" target="_self">{escape(told.proof)} →</a>' if told.address else ""
    size = escape(board_words.size(evidence.size, evidence.size_unit))
    return f'<div class="proof"><b>{size}</b>{drawn.image() if drawn else ""}{link}</div>'


def _listed(said: Sequence[str]) -> str:
    inside = "".join(f"<li>{escape(each)}</li>" for each in said)
    return f"<ul>{inside}</ul>" if inside else ""
