"""Which rules may be set, to what, and what they mean; and what leads in each stage of a centre."""

import pytest

from metrics.adjustable import SETTINGS, check, rules_with, value_of
from metrics.answering import FORMULAS, SERVICE_LEVEL
from metrics.catalogue import CATALOGUE, named
from metrics.errors import InvalidSettings, UnknownName
from metrics.rules import HOUR, Rules
from metrics.stages import LEADING, Stage, arranged, leading

MINUTE = 60


def test_every_setting_may_stay_as_it_ships():
    shipped = {name: value_of(Rules(), name) for name in SETTINGS}
    check(shipped, Rules())
    assert rules_with(Rules(), shipped) == Rules()


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_set_is_what_holds_and_nothing_else_moves(name: str):
    setting = SETTINGS[name]
    value = setting.choices[-1] if setting.choices else setting.high * setting.scale
    rules = rules_with(Rules(), {name: value})
    assert value_of(rules, name) == value
    others = set(SETTINGS) - {name}
    assert {each: value_of(rules, each) for each in others} == {each: value_of(Rules(), each) for each in others}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"fcr_window_days": 0}, "from 1 to 90"),
        ({"fcr_window_days": 91}, "from 1 to 90"),
        ({"hand_over_seconds": 90}, "cannot be set to 1.5"),  # whole minutes
        ({"team_share": float("nan")}, "from 1 to 100"),
        ({"answer_seconds": True}, "from 1 to 3600"),
        ({"answer_seconds": "20"}, "from 1 to 3600"),
        ({"deadlines.urgent.response": 3 * HOUR}, "after its resolution"),
        ({"deadlines.general.resolution": 0}, "from 1 to"),
        ({"reminder_head_seconds": 2 * HOUR}, "would not rise"),  # the department is reminded then
        ({"due_last_seconds": 6 * HOUR}, "would not rise"),
        ({"office_opens_seconds": 18 * HOUR}, "would not rise"),
        ({"short_abandon_seconds": 21}, "more than T .20 seconds.*within 21 seconds"),
        ({"answer_seconds": 4}, "more than T .4 seconds.*within 5 seconds"),
    ],
)
def test_a_number_that_does_not_fit_is_one_sentence(values: dict, said: str):
    with pytest.raises(InvalidSettings, match=said):
        check(values, Rules())


@pytest.mark.parametrize("values", [{"stage": "old"}, {"service_level_formula": "mine"}, {"high_value_tier": "gold"}])
def test_what_cannot_be_chosen_is_answered_with_what_can(values: dict):
    with pytest.raises(UnknownName):
        check(values, Rules())


@pytest.mark.parametrize(
    "values",
    [
        {"deadlines.urgent.response": 3 * HOUR, "deadlines.urgent.resolution": 4 * HOUR},
        {"short_abandon_seconds": 30, "answer_seconds": 30},
    ],
)
def test_rules_that_bind_each_other_move_together(values: dict):
    check(values, Rules())


def test_a_rule_that_nobody_may_set_any_more_is_passed_over():
    assert rules_with(Rules(), {"gone": 1, "answer_seconds": 30}) == Rules(answer_seconds=30)


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_service_level_is_the_formula_chosen(formula: str):
    chosen = SERVICE_LEVEL.under(Rules(service_level_formula=formula))
    assert (chosen.id, chosen.name) == (SERVICE_LEVEL.id, SERVICE_LEVEL.name)
    fixed = FORMULAS[formula]
    assert fixed.under(Rules(service_level_formula="of_answered")) is fixed
    for name in ("definition", "counted", "needs", "numerator", "denominator"):
        assert getattr(chosen, name) is getattr(fixed, name)


@pytest.mark.parametrize(
    ("rules", "days"), [(Rules(), 1), (Rules(solution_seconds=48 * HOUR), 2), (Rules(follow_up_seconds=49 * HOUR), 3)]
)
def test_what_looks_longer_ahead_is_final_later(rules: Rules, days: int):
    assert CATALOGUE["follow_up_rate"].mature_days(rules) == rules.solution_days == days


def test_a_young_centre_leads_with_first_contact_resolution_and_a_mature_one_with_win_back():
    assert [leading(Rules(stage=stage))[0].id for stage in (Stage.YOUNG, Stage.MATURE)] == [
        "first_contact_resolution",
        "win_back_rate",
    ]
    assert {each for ids in LEADING.values() for each in ids} <= set(CATALOGUE)


def test_what_leads_goes_first_and_the_rest_keeps_its_place():
    groups = {
        "a": named(["reopen_rate", "transfer_rate"]),
        "b": named(["upheld_rate", "cross_sell_conversion", "csat"]),
    }
    found = arranged(groups, Rules(stage=Stage.MATURE))
    told = {heading: [each.id for each in metrics] for heading, metrics in found.items()}
    assert list(told) == ["b", "a"]
    assert told["b"] == ["cross_sell_conversion", "csat", "upheld_rate"]
    assert told["a"] == [each.id for each in groups["a"]]
