"""The case library: contacts and complaints that people flag as examples to learn from, in packs by scenario."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import Engine, select
from sqlalchemy.orm import Mapped

from data_access import audit, pinned
from data_access.chosen_rows import during
from data_access.masking import KINDS, check_filters, masked, masked_words, pseudonym
from data_access.names import agent_names
from data_access.pinned import Pinned, PinnedRow
from data_access.read import read
from data_access.state import transaction
from data_access.store import Store, cut
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings, NotAllowed
from metrics.review_facts import score_rows
from metrics.scope import Filters, Period

LONGEST = 200  # characters
OFFERED = 15  # best and worst reviews that are offered as examples
#: What an example can be: its table, its key, and the column that stands for the scenario.
TABLES = {
    "contact": ("contacts", "contact_id", "scenario"),
    "complaint": ("complaints", "complaint_id", "complaint_type"),
}
SHOWN = ("kind", "case_id", "is_good", "words", "made_by", "made_at", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Pinned):
    """A case that shows how to do it, or how not to; `words` say what it teaches."""

    kind: str
    case_id: str
    is_good: bool
    words: str
    scenario: str | None = None
    team_id: str | None = None


class ExampleRow(PinnedRow):
    __tablename__ = "examples"

    kind: Mapped[str]
    case_id: Mapped[str]
    is_good: Mapped[bool]
    scenario: Mapped[str | None]
    team_id: Mapped[str | None]
    words: Mapped[str]


def read_examples(engine: Engine, viewer: Viewer, people: Iterable[str] = ()) -> list[Example]:
    """The examples of the viewer's teams, newest first; without personal data for who is not cleared.

    Args:
        people: names of known people, which are looked for in the words.
    """
    told = pinned.as_seen(_seen(engine, viewer), ("words",), viewer, people)
    return told if viewer.is_cleared else [replace(each, case_id=_masked_id(each)) for each in told]


def _seen(engine: Engine, viewer: Viewer) -> list[Example]:
    return [each for each in reversed(pinned.on_record(engine, Example, ExampleRow)) if viewer.sees(each.team_id)]


def _masked_id(example: Example) -> str:
    return pseudonym(KINDS[TABLES[example.kind][1]], example.case_id)


def flag_example(engine: Engine, store: Store, viewer: Viewer, example: Example, now: datetime) -> Example:
    """Put a case into the library; scenario and team are those of the warehouse.

    Raises:
        NotAllowed: the viewer's role writes nothing down.
        InvalidSettings: there is no such case among those that the viewer may see, or it says nothing, or too much.
        SourceUnavailable: the warehouse does not answer.
    """
    require(viewer, Right.CHANGES)
    words = " ".join(example.words.split())
    if not 0 < len(words) <= LONGEST:
        raise InvalidSettings(
            "What an example teaches takes 1 to {most} characters; this has {count}.",
            "Say in one sentence what to copy, or what to do instead.",
            most=LONGEST,
            count=len(words),
        )
    scenario, team = _place(store, viewer, example)
    with transaction(engine) as session:
        whole = replace(example, words=words, scenario=scenario, team_id=team)
        fresh = pinned.pin(session, ExampleRow, whole, viewer, now)
        audit.append(session, viewer, audit.Act.EXAMPLE_FLAGGED, _told(fresh), now)
    return fresh


def _place(store: Store, viewer: Viewer, example: Example) -> tuple[str | None, str | None]:
    name, key, scenario = TABLES[example.kind]
    found = []
    if store.warehouse.has(name):
        table, column = store.warehouse.table(name), store.warehouse.column
        query = select(column(name, scenario).label("scenario"), column(name, "team_id").label("team_id"))
        found = read(store.warehouse.engine, query.where(table.c[key] == example.case_id).limit(1)).rows()
    if not found or not viewer.sees(found[0][1]):
        raise InvalidSettings(
            "There is no such case among those that you may see.",
            "Copy the number from a list of cases, or choose one that is offered.",
        )
    return found[0]


def _require_own(viewer: Viewer, example: Example) -> None:
    """What was written in the session is undone when this raises."""
    if not viewer.sees(example.team_id):
        raise NotAllowed("Your role does not allow this.", "Ask somebody who sees the team of this case.")


def _told(example: Example) -> dict[str, str | bool | None]:
    names = ("kind", "case_id", "is_good", "scenario", "words")
    return {name: getattr(example, name) for name in names}


remove_example = pinned.remover(ExampleRow, Right.CHANGES, audit.Act.EXAMPLE_REMOVED, _told, _require_own)
restore_example = pinned.restorer(ExampleRow, Right.CHANGES, audit.Act.EXAMPLE_RESTORED, _told, _require_own)


def open_pack(store: Store, engine: Engine, viewer: Viewer, scenario: str | None, now: datetime) -> pl.DataFrame:
    """The examples of a scenario with the customers' words, good ones first: SHOWN. The look stands in the audit log.

    Raises:
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    found = [each for each in _seen(engine, viewer) if each.scenario == scenario]
    frames = [_with_text(store, viewer, kind, [each for each in found if each.kind == kind]) for kind in TABLES]
    told = {"scenario": scenario, "rows": len(found)}
    audit.record(engine, viewer, audit.Act.EXAMPLES_OPENED, told, now)
    return pl.concat(frames).sort("is_good", "made_at", descending=True)


def _with_text(store: Store, viewer: Viewer, kind: str, found: list[Example]) -> pl.DataFrame:
    name, key, _scenario = TABLES[kind]
    zone = ZoneInfo(store.warehouse.site_zone)
    ids = [each.case_id for each in found]
    texts: dict[str, str | None] = {}
    if ids and store.warehouse.has(name, "text"):
        table = store.warehouse.table(name)
        texts = dict(
            read(store.warehouse.engine, select(table.c[key], table.c.text).where(table.c[key].in_(ids))).rows()
        )
    rows = [
        {
            "kind": kind,
            key: each.case_id,
            "is_good": each.is_good,
            "words": each.words,
            "made_by": each.made_by,
            "made_at": None if each.made_at is None else each.made_at.astimezone(zone).replace(tzinfo=None),
            "text": texts.get(each.case_id),
        }
        for each in found
    ]
    types = {
        "kind": pl.String, key: pl.String, "is_good": pl.Boolean, "words": pl.String, "made_by": pl.String,
        "made_at": pl.Datetime("us"), "text": pl.String,
    }  # fmt: skip
    frame = masked(pl.DataFrame(rows, schema=types), viewer, agent_names(store))
    words = masked_words(frame["words"].to_list(), viewer, agent_names(store))
    return frame.with_columns(words=pl.Series(words, dtype=pl.String)).rename({key: "case_id"}).select(SHOWN)


def offered(
    store: Store, engine: Engine, viewer: Viewer, period: Period, filters: Filters, now: datetime, *, told: bool
) -> pl.DataFrame:
    """The period's best and worst reviewed contacts, which may be worth flagging: `contact_id` as it is, and more.

    `contact_id` is for `flag_example` only; `shown` is what the viewer may read of it.

    Args:
        told: was this look written down already?

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the warehouse does not answer, or the look could not be written down.
    """
    check_filters(filters, viewer)
    key = ("offered as examples", viewer.sight, period, filters)
    found = store.answers.once(key, lambda: _offered(store, viewer, period, filters))
    if not told:
        words = {"metric": "examples", "table": "contacts", "rows": found.height, **audit.in_words(period, filters)}
        audit.record(engine, viewer, audit.Act.CASES_OPENED, words, now)
    return found


def _offered(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    reviews = store.cases("reviews", None, during("reviewed_at", period))
    if not reviews.columns:
        return pl.DataFrame(schema={"contact_id": pl.String, "shown": pl.String, "share": pl.Float64})
    scored = cut(score_rows(reviews, store.rules), viewer, period, filters).filter(pl.col("reviews_scored") == 1)
    ranked = (
        scored.with_columns(share=100 * pl.col("points") / pl.col("possible_points"))
        .sort("share", "contact_id", descending=[True, False])
        .unique("contact_id", keep="first", maintain_order=True)
        .select("contact_id", "share", "issue_type", "team_id", "day")
    )
    both = pl.concat([ranked.head(OFFERED), ranked.tail(OFFERED)]).unique("contact_id", maintain_order=True)
    shown = masked(both.select("contact_id"), viewer)["contact_id"]
    return both.with_columns(shown=shown)
