"""The board's entries as HTML. Text is text: all of it is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.swot.arranged import Item
from metrics.swot.editions import Moved, Standing
from metrics.swot.evidence import Quadrant
from metrics.swot.tows import QUADRANTS, Strategy
from reports import text
from reports.swot import board_words, words
from reports.swot.tiny import tiny
from reports.text import Label, _
from reports.visible import in_html

#: Blue and orange are told apart by everybody; the sign and the words beside the name say the same.
COLOURS = {
    Quadrant.STRENGTH: "#1f77b4",
    Quadrant.WEAKNESS: "#d9480f",
    Quadrant.OPPORTUNITY: "#4c9bd6",
    Quadrant.THREAT: "#de7426",
}
SIGNS = {Quadrant.STRENGTH: "＋", Quadrant.WEAKNESS: "−", Quadrant.OPPORTUNITY: "↗", Quadrant.THREAT: "⚠"}
STYLE = """<style>
.swot-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 0.7rem;
  padding: 0.15rem 0 0.1rem 0.7rem; border-left: 0.45rem solid var(--swot); }
.swot-head b { font-size: 1.3rem; line-height: 1.2; } .swot-head i { font-style: normal; font-weight: 700; }
.swot-head small { opacity: 0.75; }
.swot { line-height: 1.4; font-size: 0.95rem; margin-bottom: 0.2rem; }
.swot p { margin: 0 0 0.1rem; font-weight: 600; overflow-wrap: anywhere; }
.swot .proof { display: flex; flex-wrap: wrap; align-items: center; gap: 0.1rem 0.8rem; }
.swot .proof b { font-size: 1.05rem; white-space: nowrap; } .swot .proof a { color: inherit; white-space: nowrap; }
.swot .mark { font-size: 0.8rem; padding: 0 0.45rem; border-radius: 0.7rem; overflow-wrap: anywhere;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent); }
.swot .new { font-weight: 700; border-color: currentColor; }
.swot details { font-size: 0.86rem; } .swot details[open] { flex-basis: 100%; }
.swot summary { cursor: pointer; opacity: 0.8; }
.swot ul { margin: 0.1rem 0 0.3rem; padding-left: 1.1rem; } .swot > small { opacity: 0.8; }
</style>"""


@dataclass(frozen=True, slots=True)
class Card:
    """One entry as it is shown, in the reader's words; `address` opens the page that proves it."""

    item: Item
    address: str = ""
    proof: str = ""  # what that page is called
    moved: Moved | None = None
    stood: str = ""
    comments: tuple[str, ...] = ()


def head(quadrant: Quadrant, count: int) -> str:
    """The name of a quadrant, what it is about, and how many entries it has."""
    style = f'style="--swot: {COLOURS[quadrant]}"'
    return (
        f'{STYLE}<div class="swot-head" {style}><b>{SIGNS[quadrant]} {in_html(board_words.name(quadrant))}</b>'
        f"<small>{in_html(_(board_words.SIDES[quadrant]))}</small><i>{text.number(count)}</i></div>"
    )


def card(told: Card, label: Label) -> str:
    """One entry: its sentence, its size, its course, the way to the proof, and folded whatever else there is to say."""
    item = told.item
    parts = [*_proof(told), *_marks(told), _more(told, label)]
    return (
        f'<div class="swot"><p>{in_html(board_words.said(item, label))}</p>{_original(item, label)}'
        f'<div class="proof">{"".join(parts)}</div></div>'
    )


def _original(item: Item, label: Label) -> str:
    """What the numbers say, where people said it in other words."""
    if item.evidence is None or not item.edit.words:
        return ""
    said = _("The numbers say: {sentence}").format(sentence=words.sentence(item.evidence, label))
    return f"<small>{in_html(said)}</small>"


def _proof(told: Card) -> list[str]:
    evidence = told.item.evidence
    if evidence is None:
        return []
    drawn = tiny(evidence)
    found = [f"<b>{in_html(board_words.size(evidence.size, evidence.size_unit))}</b>", drawn.image() if drawn else ""]
    link = f'<a href="{in_html(told.address)}" target="_self">{in_html(told.proof)} →</a>' if told.address else ""
    return [*found, link]


def _marks(told: Card) -> list[str]:
    """What became of it, and what people did to it."""
    moved, marks = told.moved, []
    if moved is not None and moved.standing is not Standing.SAME:
        kind = " new" if moved.standing is Standing.NEW else ""
        marks = [f'<span class="mark{kind}">{in_html(board_words.standing(moved))}</span>']
    return [*marks, *(f'<span class="mark">{in_html(each)}</span>' for each in board_words.marks(told.item))]


def _more(told: Card, label: Label) -> str:
    """How sure it is, for how long it stands, what else says so, and what people say of it."""
    facts = [*board_words.facts(told.item), *([told.stood] if told.stood else [])]
    same = board_words.with_it(told.item, label)
    if not facts and not told.comments:
        return ""
    counts = [
        *([_("＋{count} alike").format(count=text.number(len(same)))] if same else []),
        *([f"💬 {text.number(len(told.comments))}"] if told.comments else []),
    ]
    title = " ".join([_("Details"), *counts])
    inside = f"<div>{in_html(text.joined(facts))}</div>" if facts else ""
    return f"<details><summary>{in_html(title)}</summary>{inside}{_listed(same)}{_listed(told.comments)}</details>"


def _listed(said: Sequence[str]) -> str:
    inside = "".join(f"<li>{in_html(each)}</li>" for each in said)
    return f"<ul>{inside}</ul>" if inside else ""


def strategy_head(name: str, aim: str, count: int, strategy: Strategy) -> str:
    """The name of a field of the matrix, what it aims at, and how many strategies it has."""
    style = f'style="--swot: {COLOURS[QUADRANTS[strategy][0]]}"'
    return (
        f'{STYLE}<div class="swot-head" {style}><b>{in_html(name)}</b><i>{text.number(count)}</i>'
        f"<small>{in_html(aim)}</small></div>"
    )


def strategy(said: str, because: Sequence[str], mark: str = "") -> str:
    """What to do, and the entries that it comes from."""
    marks = f'<span class="mark">{in_html(mark)}</span>' if mark else ""
    return f'<div class="swot"><p>{in_html(said)}</p>{_listed(because)}{marks}</div>'
