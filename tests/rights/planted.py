"""A small contact centre in which everything that may leak carries a mark that is found in any bytes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from data_access.change_rows import Change, Kind
from data_access.changes import save_change
from data_access.home import Home
from data_access.notes import Note, pin_note
from data_access.own_events import OwnEvent, add_event
from data_access.state import open_state
from data_access.viewer import LOCAL
from data_access.watch.feed import open_own
from data_access.watch.live_tables import live_contacts, live_queue
from tests.data_access.seed import embedded

OWN, FOREIGN = "team_own", "team_zzforeign"
#: Whatever belongs to the other team carries one of these.
FOREIGN_MARKS = ("zzforeign", "Zzforeign")
#: What a person who is not cleared must not see: ids, names, numbers in every way in which they are written here.
PERSONAL_MARKS = (
    "ctqqid", "cpqqid", "rvqqid", "cuqqid", "agqqid", "Qiaoqq", "13800138", "138-0013", "138 0013", "6234 5678",
    "020 7946", "4155552671", "110101199003071234", "qq.mark@example.com", "王建国", "Mr Markqq", "QQQ7654321",
)  # fmt: skip
TEXTS = (
    "请打13800138000联系我，我叫王建国",
    "call 138-0013-8000 or (010) 6234 5678, ask for Mr Markqq",
    "身份证110101199003071234，邮箱 qq.mark@example.com",
    "+44 20 7946 0958 / +14155552671, order QQQ7654321, I spoke to Qiaoqq Lin",
)
DAYS = tuple(date(2026, 8, 31) + timedelta(days=place) for place in range(56))  # eight weeks from a Monday on
LAST_LOOK = datetime(2026, 10, 26, 9)  # at the queues
LAST_WEEKS = {"period": "last_4_weeks"}


def planted_home(folder: Path) -> Home:
    """Two teams with contacts, complaints and reviews, one of them foreign to the team leader of the tests."""
    home = Home(folder)
    path = home.new_warehouse()
    tables = {name: list(rows()) for name, rows in TABLES.items()}
    embedded(path, tables).engine.dispose()
    home.adopt(path)
    return home


def planted_floor(home: Home) -> str:
    """The address of a live store in which both teams have a queue, a heated contact each and somebody waiting."""
    engine = open_own(home)
    queues = [{"at": LAST_LOOK, "queue": f"front{mark}", "waiting": 2, "agents_ready": 1} for _, mark, _ in _sides()]
    heated = [
        {
            "contact_id": f"ctqqidlive{mark}", "queue": f"front{mark}", "issue_type": f"refund{mark}", "team_id": team,
            "agent_id": agent, "started_at": LAST_LOOK, "answered_at": LAST_LOOK, "emotion_score": 90.0,
        }
        for team, mark, agent in _sides()
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(live_queue), queues)
        connection.execute(insert(live_contacts), heated)
    engine.dispose()
    return f"sqlite:///{home.live}"


def register_changes(home: Home) -> None:
    """Three SOP changes: of one's own team, of both, and of the other only."""
    state = open_state(f"sqlite:///{home.state}")
    for name, teams in (("Own script", (OWN,)), ("Shared script", (OWN, FOREIGN)), ("Zzforeign script", (FOREIGN,))):
        change = Change(
            name=name, kind=Kind.SCRIPT, start=date(2026, 9, 28), metric="complaint_rate", scope=(("team_id", teams),)
        )
        save_change(state, LOCAL, change, datetime(2026, 10, 1, tzinfo=UTC))
    state.dispose()


def write_down_people(home: Home) -> None:
    """A note and an event in which people are named."""
    state = open_state(f"sqlite:///{home.state}")
    now, day = datetime(2026, 10, 1, tzinfo=UTC), date(2026, 10, 12)
    pin_note(state, LOCAL, Note(metric="first_contact_resolution", day=day, words=TEXTS[0]), now)
    add_event(state, LOCAL, OwnEvent(name="Qiaoqq Lin 13800138000", first=day), now)
    state.dispose()


def _sides() -> Iterator[tuple[str, str, str]]:
    """Of each team: its id, the mark in its ids, its agent."""
    yield OWN, "", "agqqid1"
    yield FOREIGN, "zzforeign", "agqqid2zzforeign"


def _contacts() -> Iterator[dict[str, Any]]:
    for day in DAYS:
        for team, mark, agent in _sides():
            for number in range(6):
                start = datetime.combine(day, datetime.min.time()) + timedelta(hours=9 + number)
                key = f"{day:%m%d}{number}{mark}"
                yield {
                    "contact_id": f"ctqqid{key}", "customer_id": f"cuqqid{key if number else mark}", "team_id": team,
                    "agent_id": agent, "channel": "phone" if number % 2 else "chat", "direction": "inbound",
                    "issue_type": f"refund{mark}", "subtype": f"late{mark}", "scenario": f"call{mark}",
                    "queue": f"front{mark}",
                    "product": f"pillow{mark}", "customer_tier": "gold", "started_at": start,
                    "answered_at": start + timedelta(seconds=10), "resolved_at": start + timedelta(minutes=5),
                    "first_response_at": start + timedelta(seconds=10), "talk_seconds": 200, "hold_seconds": 5,
                    "wrap_seconds": 20, "transfer_count": 0, "resolved": True, "reopen_count": 0, "sla_met": True,
                    "csat": 5.0 - number % 3, "csat_sent": True, "text": f"{TEXTS[number % 4]} {mark}",
                }  # fmt: skip


def _complaints() -> Iterator[dict[str, Any]]:
    for place, day in enumerate(DAYS):
        for team, mark, agent in _sides():
            received = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
            yield {
                "complaint_id": f"cpqqid{day:%m%d}{mark}", "contact_id": f"ctqqid{day:%m%d}1{mark}",
                "customer_id": f"cuqqid{day:%m%d}1{mark}", "received_at": received, "channel": "phone",
                "complaint_type": f"refund{mark}", "subtype": f"late{mark}", "severity": "general",
                "product": f"pillow{mark}", "claimed_cause": "service", "established_cause": "service",
                "responsible_department": f"logistics{mark}", "team_id": team, "agent_id": agent,
                "first_response_at": received + timedelta(minutes=10), "resolved_at": received + timedelta(hours=5),
                "upheld": "upheld", "is_valid": True, "text": f"{TEXTS[place % 4]} {mark}",
            }  # fmt: skip


def _reviews() -> Iterator[dict[str, Any]]:
    for place, day in enumerate(DAYS):
        for _team, mark, agent in _sides():
            yield {
                "review_id": f"rvqqid{day:%m%d}{mark}", "contact_id": f"ctqqid{day:%m%d}2{mark}", "agent_id": agent,
                "reviewer_id": f"agqqid9{mark}", "level": ("self", "team", "centre")[place % 3],
                "is_automatic": False, "form_id": "form", "form_version": "1",
                "reviewed_at": datetime.combine(day, datetime.min.time()) + timedelta(hours=18), "score": 90.0,
                "max_score": 100.0, "passed": True, "fatal": False,
            }  # fmt: skip


def _agents() -> Iterator[dict[str, Any]]:
    yield {"agent_id": "agqqid1", "name": "Qiaoqq Lin", "team_id": OWN}
    yield {"agent_id": "agqqid2zzforeign", "name": "Qiaoqq Zzforeign", "team_id": FOREIGN}


def _teams() -> Iterator[dict[str, Any]]:
    yield {"team_id": OWN, "name": "Team Own"}
    yield {"team_id": FOREIGN, "name": "Team Zzforeign"}


def _orders() -> Iterator[dict[str, Any]]:
    for day in DAYS:
        yield {"day": day, "kind": "orders", "value": 50.0, "product": "pillow"}


TABLES = {
    "contacts": _contacts,
    "complaints": _complaints,
    "qa_reviews": _reviews,
    "agents": _agents,
    "teams": _teams,
    "volumes": _orders,
}
