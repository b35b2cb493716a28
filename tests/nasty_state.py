"""A state store in which people wrote something nasty wherever they may write."""

from datetime import UTC, date, datetime, timedelta
from itertools import cycle

from sqlalchemy import Engine

from data_access.actions.actions import add_action
from data_access.actions.minutes import Minutes, keep_minutes
from data_access.change_rows import Change, Kind
from data_access.changes import save_change
from data_access.desk.house_rules import add_house_rule
from data_access.desk.why_trees import WhyTree, record_tree
from data_access.home import Home
from data_access.notes import Note, pin_note
from data_access.own_events import OwnEvent, add_event
from data_access.people import Grant, save_grant
from data_access.saved_views import SavedView, save_view
from data_access.state import open_state
from data_access.store import Store
from data_access.swot.comments import add_comment
from data_access.swot.edits import add_entry
from data_access.viewer import LOCAL, Role
from data_access.watch.alert_rules import save_alert_rule
from data_access.watch.decisions import Decided, LimitDecision, decide
from data_access.wings.coaching import Session, agents_of, record_session
from metrics.actions.action import Action, Step
from metrics.alerts.rule import AlertRule
from metrics.alerts.rule import Kind as AlertKind
from metrics.desk.conditions import Condition
from metrics.swot.evidence import Quadrant
from tests.nasty import SHORT

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
FIRST = date(2026, 9, 1)
METRIC = "first_contact_resolution"
SAYING = [words[:200] for words in SHORT if words.strip()]  # the product refuses what says nothing or too much


def write_down(home: Home, store: Store) -> None:
    """Something nasty in every place for words, each kind of which gets all of it in turn where it holds many."""
    state = open_state(f"sqlite:///{home.state}")
    for place, words in enumerate(SAYING):
        day = FIRST + timedelta(days=place % 50)
        pin_note(state, LOCAL, Note(metric=METRIC, day=day, words=words[:200]), NOW)
        save_view(state, LOCAL, SavedView(name=words[:60], page="complaints", asked={}, is_shared=True), NOW)
    for place, words in enumerate(SAYING[::4]):
        step = Step(words=words, owner=words, due=FIRST)
        told = Action(title=words, problem=words, strategy=words, owner=words, metric=METRIC, steps=(step,), due=FIRST)
        add_action(state, LOCAL, told, NOW)
        entry = add_entry(state, LOCAL, (), tuple(Quadrant)[place % 4], words, NOW)
        add_comment(state, LOCAL, (), entry.key, words, NOW)
    _once(state, store)
    state.dispose()


def _once(state: Engine, store: Store) -> None:
    """Kinds of which a few are enough."""
    nasty = cycle(SAYING)
    for _place in range(3):
        name, words = next(nasty), next(nasty)
        change = Change(
            name=name, kind=Kind.SCRIPT, start=FIRST, metric=METRIC, owner=words, hypothesis=words, note=next(nasty)
        )
        save_change(state, LOCAL, change, NOW)
        add_event(state, LOCAL, OwnEvent(name=next(nasty)[:40], first=FIRST), NOW)
        agent = agents_of(store, LOCAL)[_place]
        record_session(state, store, LOCAL, Session(agent_id=agent, day=FIRST, words=next(nasty)), NOW)
        tree = WhyTree(problem=next(nasty), whys=(next(nasty), next(nasty)), cause=next(nasty))
        record_tree(state, store, LOCAL, tree, NOW)
        rule = AlertRule(
            key=f"own{_place}", kind=AlertKind.THRESHOLD, about=METRIC, name=next(nasty)[:60], owner=next(nasty)[:60]
        )
        save_alert_rule(state, LOCAL, None, rule, (), NOW)
        decision = LimitDecision(metric=METRIC, kind=Decided.PHASE, day=FIRST, reason=next(nasty))
        decide(state, LOCAL, decision, NOW)
        condition = Condition("product", "is", next(nasty)[:80])
        add_house_rule(state, LOCAL, next(nasty)[:40], (condition,), NOW)
        save_grant(state, LOCAL, Grant(person=f"{next(nasty)[:40]}@example.com", role=Role.VIEWER), NOW)
    keep_minutes(state, LOCAL, Minutes(week=date(2026, 10, 26), words="\n\n".join(SAYING)[:8_000]), NOW)
