import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from data_access.audit import Search, read_audit
from data_access.changes import (
    Act,
    Change,
    Expected,
    InvalidChange,
    Kind,
    Shape,
    changes_touching,
    read_change_history,
    read_changes,
    read_removed_changes,
    register_demo_changes,
    remove_change,
    restore_change,
    save_change,
)
from data_access.demo.manifest import Change as PlantedChange
from data_access.demo.manifest import Manifest
from data_access.viewer import LOCAL, RIGHTS, Right, Role, Viewer
from metrics.errors import InvalidScope, NotAllowed, ServiceQualityError, StateConflict, UnknownName
from metrics.scope import Period

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
MANAGER = Viewer("li", Role.MANAGER)
LEADER = Viewer("wang", Role.TEAM_LEADER, ("t01",))
DEPUTY = Viewer("wang", Role.TEAM_LEADER, ("t01", "t02"))
SCRIPT = Change(
    name="退换货统一话术",
    kind=Kind.SCRIPT,
    start=date(2026, 3, 2),
    metric="complaint_rate",
    owner="陈",
    hypothesis="One answer, fewer repeats",
    expected=Expected.DECREASE,
    scope=(("channel", ("phone",)), ("team_id", ("t01", "t02"))),
    note="Rolled out in two steps",
)


@pytest.fixture
def engine(state):
    return state


def test_a_saved_change_is_read_back_as_it_was_written(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    stamps = {"id": saved.id, "version": 1, "created_at": NOW, "created_by": "li", "updated_at": NOW}
    assert saved.id
    assert saved == replace(SCRIPT, **stamps)
    assert read_changes(engine, MANAGER) == [saved]


def test_changes_are_read_in_the_order_of_their_first_days(engine):
    for day in (9, 2, 5):
        save_change(engine, MANAGER, replace(SCRIPT, start=date(2026, 3, day)), NOW)
    assert [each.start.day for each in read_changes(engine, MANAGER)] == [2, 5, 9]


def test_scope_is_kept_in_one_order_without_doubles_or_empty_filters(engine):
    scope = (("team_id", ("t02", "t01", "t02")), ("product", ()), ("channel", ("phone",)))
    assert save_change(engine, MANAGER, replace(SCRIPT, scope=scope), NOW).scope == SCRIPT.scope


def test_the_second_of_two_editors_is_told_and_the_first_edit_stays(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    first = save_change(engine, MANAGER, replace(saved, owner="赵"), LATER)
    with pytest.raises(StateConflict, match="Someone else has saved this"):
        save_change(engine, DEPUTY, replace(saved, owner="孙"), LATER)
    assert read_changes(engine, MANAGER) == [first]
    assert (first.version, first.owner, first.created_at, first.updated_at) == (2, "赵", NOW, LATER)


def test_of_many_editors_at_the_same_moment_exactly_one_succeeds(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)

    def edit(number: int) -> bool:
        try:
            save_change(engine, MANAGER, replace(saved, note=str(number)), LATER)
        except StateConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(edit, range(24))) == 1
    assert [each.what for each in read_change_history(engine, MANAGER, saved)] == [Act.CREATED, Act.EDITED]


def test_writers_at_the_same_time_lose_nothing(engine):
    def write(number: int) -> None:
        saved = save_change(engine, MANAGER, replace(SCRIPT, name=f"Change {number}"), NOW)
        save_change(engine, MANAGER, replace(saved, note="edited"), LATER)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with engine.connect() as connection:
        counts = connection.execute(text("select what, count(*) from change_history group by what")).all()
    # 40 tasks, one insert and one edit each
    assert len(read_changes(engine, MANAGER)) == 40
    assert dict(counts) == {"created": 40, "edited": 40}


def test_saving_without_a_difference_is_no_edit(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    assert save_change(engine, DEPUTY, saved, LATER) == saved
    assert len(read_change_history(engine, MANAGER, saved)) == 1


def test_a_removed_change_is_off_the_record_and_can_be_put_back(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    removed = remove_change(engine, MANAGER, saved, LATER)
    assert (read_changes(engine, MANAGER), read_removed_changes(engine, MANAGER)) == ([], [removed])
    restored = restore_change(engine, MANAGER, removed, LATER)
    assert (read_changes(engine, MANAGER), read_removed_changes(engine, MANAGER)) == ([restored], [])
    assert replace(restored, version=1, updated_at=NOW) == saved


@pytest.mark.parametrize("act", [remove_change, save_change])
def test_what_another_has_removed_can_be_neither_edited_nor_removed_again(engine, act):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    removed = remove_change(engine, MANAGER, saved, NOW)
    for known in (saved, removed):
        with pytest.raises(StateConflict):
            act(engine, DEPUTY, replace(known, note="new"), LATER)
    assert read_removed_changes(engine, MANAGER) == [removed]


def test_what_is_on_record_cannot_be_restored(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    with pytest.raises(StateConflict):
        restore_change(engine, MANAGER, saved, LATER)


def test_history_says_who_did_what_when(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    edited = save_change(engine, DEPUTY, replace(saved, start=date(2026, 3, 9)), LATER)
    remove_change(engine, MANAGER, edited, LATER)
    history = read_change_history(engine, MANAGER, saved)
    assert [(each.at, each.who, each.what) for each in history] == [
        (NOW, "li", Act.CREATED),
        (LATER, "wang", Act.EDITED),
        (LATER, "li", Act.REMOVED),
    ]
    starts = [[side and side["start"] for side in (each.before, each.after)] for each in history]
    assert starts == [[None, "2026-03-02"], ["2026-03-02", "2026-03-09"], ["2026-03-09", None]]


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ({"name": "  "}, InvalidChange, "needs a name"),
        ({"metric": "complaint_rat"}, UnknownName, "Did you mean: .*complaint_rate"),
        ({"kind": "skript"}, UnknownName, "'skript'. Use one of these: script"),
        ({"expected": "decreas"}, UnknownName, "'decreas'. Use one of these: decrease"),
        ({"scope": (("teams", ("t01",)),)}, UnknownName, "'teams'. Use one of these: team_id"),
    ],
)
def test_what_does_not_exist_is_refused_by_name_and_nothing_is_saved(engine, wrong, error, said):
    with pytest.raises(error, match=said):
        save_change(engine, MANAGER, replace(SCRIPT, **wrong), NOW)
    assert read_changes(engine, MANAGER) == []


@pytest.mark.parametrize(
    ("teams_of_change", "teams_of_viewer", "is_seen"),
    [
        ((), ("t01",), True),
        (("t01", "t02"), ("t01",), True),
        (("t02",), ("t01",), False),
        (("t02",), (), False),
        ((), (), True),
        (("t02",), None, True),
    ],
)
def test_a_change_is_seen_by_its_own_teams(engine, teams_of_change, teams_of_viewer, is_seen):
    viewer = Viewer("wang", Role.TEAM_LEADER, teams_of_viewer)
    save_change(engine, MANAGER, replace(SCRIPT, scope=(("team_id", teams_of_change),)), NOW)
    kept = save_change(engine, MANAGER, replace(SCRIPT, scope=(("team_id", teams_of_change),)), NOW)
    remove_change(engine, MANAGER, kept, NOW)
    assert len(read_changes(engine, viewer)) == is_seen
    assert len(read_removed_changes(engine, viewer)) == is_seen
    assert len(read_change_history(engine, viewer, kept)) == 2 * is_seen


def test_of_a_shared_change_a_leader_sees_his_own_team_and_alters_nothing(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    own = replace(saved, scope=(("channel", ("phone",)), ("team_id", ("t01",))))
    assert read_changes(engine, LEADER) == [own]
    assert read_change_history(engine, LEADER, own)[0].after["scope"] == {"channel": ["phone"], "team_id": ["t01"]}
    for act in (save_change, remove_change):
        with pytest.raises(NotAllowed, match="also covers teams"):
            act(engine, LEADER, replace(own, note="x"), LATER)
    assert read_changes(engine, MANAGER) == [saved]


@pytest.mark.parametrize("role", [each for each in Role if Right.CHANGES not in RIGHTS[each]])
def test_who_only_looks_registers_nothing(engine, role):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    for act in (save_change, remove_change, restore_change):
        with pytest.raises(NotAllowed):
            act(engine, Viewer("x", role), saved, LATER)


def test_every_act_on_a_change_is_in_the_audit_log(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    edited = save_change(engine, MANAGER, replace(saved, note="x"), NOW)
    restore_change(engine, MANAGER, remove_change(engine, MANAGER, edited, NOW), NOW)
    entries, _count = read_audit(engine, LOCAL, Search(), 10)
    acts = ["change_restored", "change_removed", "change_edited", "change_created"]
    assert [(each.act, each.who, each.scope["change"]) for each in entries] == [(act, "li", saved.id) for act in acts]


@pytest.mark.parametrize("act", [remove_change, restore_change, save_change])
def test_a_leader_cannot_touch_a_change_of_other_teams(engine, act):
    saved = save_change(engine, MANAGER, replace(SCRIPT, scope=(("team_id", ("t02",)),)), NOW)
    with pytest.raises(StateConflict, match="not on record"):
        act(engine, LEADER, replace(saved, scope=()), LATER)
    assert read_changes(engine, MANAGER) == [saved]


def test_a_leader_cannot_put_a_change_on_record_for_other_teams(engine):
    with pytest.raises(InvalidScope, match="teams that you do not see"):
        save_change(engine, LEADER, replace(SCRIPT, scope=(("team_id", ("t02",)),)), NOW)
    assert read_changes(engine, MANAGER) == []


@pytest.mark.parametrize(
    ("start", "filters", "touches"),
    [
        (date(2026, 3, 2), (), True),
        (date(2026, 3, 8), (), True),
        (date(2026, 3, 9), (), False),  # the end is excluded
        (date(2026, 3, 1), (), False),
        (date(2026, 3, 2), (("channel", ("phone", "chat")),), True),
        (date(2026, 3, 2), (("channel", ("chat",)),), False),
        (date(2026, 3, 2), (("product", ("face_cream",)),), True),  # the change is for every product
    ],
)
def test_a_change_touches_a_view_by_its_first_day_and_its_scope(start, filters, touches):
    week = Period(date(2026, 3, 2), date(2026, 3, 9))
    change = replace(SCRIPT, start=start)
    assert changes_touching([change], week, filters) == [change] * touches


def manifest(seed: int = 1) -> Manifest:
    planted = (
        PlantedChange("returns_sop", "退换货统一方案", "One solution for returns", "sop", "2026-02-01",
                      "complaint_rate", {"complaint_type": "returns"}, "returns_after_sop"),
        PlantedChange("texture_script", "统一话术", "One script", "script", "2026-05-01",
                      "complaint_rate", {"product": "face_cream", "batch": "b07"}, "texture_after_script"),
    )  # fmt: skip
    return Manifest({"contacts": 1000, "seed": seed}, 1.0, "", (), planted)


def names(engine) -> list[str]:
    return [each.name for each in read_changes(engine, MANAGER)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh", ["退换货统一方案", "统一话术"]), ("en", ["One solution for returns", "One script"])],
)
def test_a_demo_has_its_changes_on_record_in_the_readers_language(engine, language, expected):
    registered = register_demo_changes(engine, manifest(), language, NOW)
    assert names(engine) == expected
    assert registered == read_changes(engine, MANAGER)
    assert [(each.kind, each.start, each.expected, each.scope) for each in registered] == [
        (Kind.PROCESS, date(2026, 2, 1), Expected.DECREASE, (("issue_type", ("returns",)),)),
        (Kind.SCRIPT, date(2026, 5, 1), Expected.DECREASE, (("batch", ("b07",)), ("product", ("face_cream",)))),
    ]


def test_a_demos_changes_are_registered_once_even_by_many_at_the_same_moment(engine):
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: register_demo_changes(engine, manifest(), "en", NOW), range(16)))
    assert sum(map(len, done)) == len(names(engine)) == 2  # as many as are planted


def test_a_demo_change_that_a_person_removed_does_not_come_back(engine):
    first, second = register_demo_changes(engine, manifest(), "en", NOW)
    remove_change(engine, MANAGER, first, LATER)
    assert register_demo_changes(engine, manifest(), "en", LATER) == []
    assert read_changes(engine, MANAGER) == [second]


def test_another_demo_replaces_the_changes_of_the_one_before(engine):
    before = register_demo_changes(engine, manifest(seed=1), "en", NOW)
    remove_change(engine, MANAGER, before[0], LATER)
    after = register_demo_changes(engine, manifest(seed=2), "en", LATER)
    assert read_changes(engine, MANAGER) == after
    assert not {each.id for each in before} & {each.id for each in after}
    register_demo_changes(engine, manifest(seed=1), "en", LATER)
    assert names(engine) == ["One script"]  # back in the first demo, where a person removed the other


@pytest.mark.parametrize("is_edited", [True, False])
def test_a_demo_leaves_a_register_alone_in_which_a_person_has_written(engine, is_edited):
    if is_edited:
        planted = register_demo_changes(engine, manifest(seed=1), "en", NOW)[0]
        save_change(engine, MANAGER, replace(planted, note="Ours"), LATER)
    else:
        save_change(engine, MANAGER, SCRIPT, NOW)
    before = read_changes(engine, MANAGER)
    assert register_demo_changes(engine, manifest(seed=2), "en", LATER) == []
    assert read_changes(engine, MANAGER) == before


def test_what_is_declared_beforehand_is_kept_with_its_history(engine):
    declared = replace(
        SCRIPT, shape=Shape.DELAYED, rolled_out=date(2026, 4, 1), guardrails=("csat", "csat", SCRIPT.metric),
        check_dates=(date(2026, 9, 1), date(2026, 6, 1)), cost_per_case=80.0,
    )  # fmt: skip
    saved = save_change(engine, MANAGER, declared, NOW)
    assert read_changes(engine, MANAGER) == [saved]
    assert (saved.shape, saved.rolled_out, saved.cost_per_case) == (Shape.DELAYED, date(2026, 4, 1), 80.0)
    assert saved.guardrails == ("csat",)  # once, and not the metric that is to move
    assert saved.check_dates == (date(2026, 6, 1), date(2026, 9, 1))
    save_change(engine, MANAGER, replace(saved, rolled_out=date(2026, 5, 1)), LATER)
    edited = read_change_history(engine, MANAGER, saved)[-1]
    assert (edited.before["rolled_out"], edited.after["rolled_out"]) == ("2026-04-01", "2026-05-01")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rolled_out": date(2026, 3, 1)}, "The roll-out ends on 2026-03-01, before it begins on 2026-03-02."),
        ({"check_dates": (date(2026, 3, 2),)}, "The check on 2026-03-02 is not after the first day of the new way."),
        ({"cost_per_case": -1.0}, "The cost of a case cannot be -1.0."),
        ({"cost_per_case": float("nan")}, "The cost of a case cannot be nan."),
        ({"guardrails": ("csta",)}, "csta"),
        ({"shape": "sudden"}, "A change cannot have 'sudden'."),
    ],
)
def test_what_cannot_be_declared_is_one_sentence(engine, wrong, sentence):
    with pytest.raises(ServiceQualityError, match=re.escape(sentence)):
        save_change(engine, MANAGER, replace(SCRIPT, **wrong), NOW)
    assert read_changes(engine, MANAGER) == []


def test_a_change_written_before_more_could_be_declared_is_read_as_a_step_at_once(engine):
    saved = save_change(engine, MANAGER, SCRIPT, NOW)
    with engine.begin() as connection:  # as the migration leaves the rows that it finds
        connection.execute(text("update changes set shape = 'step', guardrails = '[]', check_dates = '[]'"))
    assert read_changes(engine, MANAGER) == [saved]
