"""Which findings make the board: ranked by size × confidence × weight, told once, the few most important first.

Sizes are counted in cases, contacts, customers or money. To rank them together each is taken as a share of all that it
is a part of in the scope: 30 of 300 complaints a month weigh as much as 3,000 of 30,000 contacts. That needs no price
of a complaint in contacts, which nobody knows, and is the same in a centre of any size.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.swot.evidence import Evidence, Kind, Quadrant
from metrics.swot.leading import theme
from metrics.swot.rules import RULES, Rule

TERM = "term"  # the dimension of words
MOST = 7  # of a quadrant in one look; the rest behind "more"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the board. `merged`: what tells the same, the most important first."""

    evidence: Evidence
    quadrant: Quadrant
    rank: float
    merged: tuple[Evidence, ...] = ()

    @property
    def key(self) -> str:
        return self.evidence.key


@dataclass(frozen=True, slots=True)
class Board:
    """Every quadrant's entries, the most important first."""

    entries: Mapping[Quadrant, tuple[Entry, ...]]

    def shown(self, quadrant: Quadrant) -> tuple[Entry, ...]:
        """Those in one look."""
        return self.entries[quadrant][:MOST]

    def more(self, quadrant: Quadrant) -> tuple[Entry, ...]:
        """The rest."""
        return self.entries[quadrant][MOST:]

    @property
    def all(self) -> tuple[Entry, ...]:
        return tuple(entry for quadrant in Quadrant for entry in self.entries[quadrant])


def rank(evidence: Evidence, rules: Mapping[Kind, Rule] = RULES) -> float:
    """Percent of all that it is a part of, times how sure it is, times what its kind weighs."""
    return 100 * evidence.share * evidence.confidence * rules[evidence.kind].weight


def arrange(found: Iterable[Evidence], rules: Mapping[Kind, Rule] = RULES) -> Board:
    """The board: what is sure enough and weighs anything, each finding once."""
    told = [
        each
        for each in found
        if each.confidence >= rules[each.kind].confidence and rules[each.kind].weight > 0 and each.size > 0
    ]
    ordered = sorted(told, key=lambda each: (-rank(each, rules), each.key))
    return Board({quadrant: _merged(ordered, quadrant, rules) for quadrant in Quadrant})


def _merged(ordered: list[Evidence], quadrant: Quadrant, rules: Mapping[Kind, Rule]) -> tuple[Entry, ...]:
    leads: list[tuple[Evidence, list[Evidence]]] = []
    for each in ordered:
        if rules[each.kind].quadrant is not quadrant:
            continue
        same = next((merged for lead, merged in leads if tells_the_same(lead, each, rules)), None)
        if same is None:
            leads.append((each, []))
        else:
            same.append(each)
    return tuple(Entry(lead, quadrant, rank(lead, rules), tuple(merged)) for lead, merged in leads)


def tells_the_same(one: Evidence, other: Evidence, rules: Mapping[Kind, Rule] = RULES) -> bool:
    """Are they one finding: of kinds that tell the same, of the same matter, and of subjects that lie in each other?"""
    if one.is_of_shipped_target and other.is_of_shipped_target:  # targets that nobody set are one matter
        return True
    first, second = rules[one.kind], rules[other.kind]
    if one.kind is not other.kind and other.kind not in first.merges and one.kind not in second.merges:
        return False
    if one.is_of_another_change(other):
        return False
    if one.metric and other.metric and theme(one.metric) != theme(other.metric):
        return False
    return first.is_of_parts or second.is_of_parts or _is_nested(one, other)


def _is_nested(one: Evidence, other: Evidence) -> bool:
    """What is told of the whole scope is another thing than what is told of a part.

    Words that rise are mostly of one matter, whichever of them rises most.
    """
    a, b = ({each for each in found.subject if each[0] != TERM} for found in (one, other))
    return a == b or bool(a and b and (a < b or b < a))
