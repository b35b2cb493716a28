from datetime import datetime, timedelta
from random import Random

import polars as pl
import pytest

from metrics.complaint_facts import LEVELS
from metrics.desk.conditions import MOST_CONDITIONS, Condition, HouseRule, check
from metrics.desk.triggers import Trigger, flagged, known_at_receipt, looks, not_yet, open_now, triggers
from metrics.errors import InvalidSettings, UnknownName
from metrics.rules import Rules

START = datetime(2026, 1, 5, 9)
RULES = Rules()  # third complaint, 80 of 100, 90 days looked back on
WORDS = ("complaint_id", "customer_id", "issue_type", "channel", "product", "severity", "escalation_level", "team_id")
INSTANTS = ("received_at", "resolved_at", "closed_at", "reopened_at", "escalated_at", "first_response_at")
SCHEMA = {
    **dict.fromkeys(WORDS, pl.String),
    **dict.fromkeys(INSTANTS, pl.Datetime("us")),
    "dissatisfaction_score": pl.Float64,
    "demands_quick_reply": pl.Boolean,
    "wants_escalation": pl.Boolean,
}
NOBODY = pl.DataFrame(
    schema={"complaint_id": pl.String, "about": pl.String, "contacts": pl.Int64, "last_at": pl.Datetime("us")}
)


def case(name: str, day: float = 0, customer: str | None = "li", issue: str | None = "refund", **other: object) -> dict:
    return {
        "complaint_id": name, "customer_id": customer, "issue_type": issue, "received_at": START + timedelta(days=day)
    } | other  # fmt: skip


def framed(rows: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA)


def met(
    rows: list[dict], days: float = 400, house: tuple[HouseRule, ...] = (), level: str = "L3"
) -> dict[str, list[str]]:
    """Which triggers each case ever met."""
    as_of = START + timedelta(days=days)
    known = known_at_receipt(framed(rows), NOBODY, RULES)
    found = flagged(looks(known, as_of).filter(not_yet(level)), triggers(RULES, house)).sort("complaint_id")
    names = found.columns[3:]
    return {row["complaint_id"]: [each for each in names if row[each] is not None] for row in found.to_dicts()}


def test_a_customer_who_says_that_he_will_escalate_is_passed_up():
    assert met([case("a", wants_escalation=True), case("b", customer="wu")]) == {"a": [Trigger.SAYS_SO], "b": []}


@pytest.mark.parametrize(
    ("score", "quick", "level", "escalated", "is_met"),
    [
        (80.0, True, "L3", 5, True),
        (79.9, True, "L3", 5, False),
        (80.0, False, "L3", 5, False),
        (80.0, True, "L1", 5, False),  # a supervisor is no body above the centre
        (80.0, True, "L3", 10, False),  # at the same instant is not before
        (80.0, True, "L3", 12, False),
        (80.0, True, "L3", None, False),  # nobody wrote down when
    ],
)
def test_pressing_takes_an_escalation_before_strong_dissatisfaction_and_a_demand_for_a_quick_reply(
    score: float, quick: bool, level: str, escalated: int | None, is_met: bool
):
    at = None if escalated is None else START + timedelta(days=escalated)
    before = case("a", 0, escalation_level=level, escalated_at=at)
    now = case("b", 10, issue="delay", dissatisfaction_score=score, demands_quick_reply=quick)
    assert met([before, now])["b"] == ([Trigger.PRESSING] if is_met else [])


def test_the_third_complaint_about_one_issue_within_the_time_looked_back_on():
    rows = [case("a", 0), case("b", 1), case("other", 2, issue="delay"), case("c", 3), case("d", 92.5)]
    # Before d lie 90 days: only c, at 3; a and b are older.
    assert met(rows) == {"a": [], "b": [], "other": [], "c": [Trigger.THIRD], "d": []}
    assert met([case("a", 0, None), case("b", 1, None), case("c", 2, None)])["c"] == []  # nobody known


def test_a_case_that_has_gone_to_a_regulator_is_not_warned_of_any_more():
    gone = case("a", wants_escalation=True, escalation_level="L3", escalated_at=START)
    later = case(
        "b", customer="wu", wants_escalation=True, escalation_level="L3", escalated_at=START + timedelta(hours=1)
    )
    assert met([gone, later]) == {"b": [Trigger.SAYS_SO]}


def test_a_house_rule_may_wait_for_a_case_to_grow_old():
    old = HouseRule("old", "old", (Condition("open_hours", "at_least", 48.0), Condition("is_answered", "is", False)))
    rows = [case("a"), case("b", customer="wu", resolved_at=START + timedelta(hours=40))]
    rows.append(case("c", customer="sun", first_response_at=START + timedelta(hours=1)))
    known = known_at_receipt(framed(rows), NOBODY, RULES)
    found = flagged(looks(known, START + timedelta(days=9)), triggers(RULES, (old,)))
    # Monday 9:00 and two days are Wednesday 9:00: first seen at the end of Wednesday.
    assert dict(found.select("complaint_id", "old").rows()) == {"a": datetime(2026, 1, 8), "b": None, "c": None}


def test_where_nobody_knows_of_contacts_there_are_not_none():
    known = known_at_receipt(framed([case("a")]), None, RULES)
    assert known.select("contacts_before", "last_contact_before").row(0) == (None, None)
    assert known_at_receipt(framed([case("a")]), NOBODY, RULES)["contacts_before"].to_list() == [0]


def test_what_is_not_known_meets_no_condition():
    for operator in ("is", "is_not"):
        rule = HouseRule("x", "x", (Condition("severity", operator, "urgent"),))
        assert met([case("a")], house=(rule,))["a"] == []
    rule = HouseRule("x", "x", (Condition("severity", "is_not", "urgent"),))
    assert met([case("a", severity="general")], house=(rule,))["a"] == ["x"]


@pytest.mark.parametrize(
    "condition",
    [
        Condition("severity", "at_least", "urgent"),
        Condition("severity", "is", ""),
        Condition("open_hours", "is", 3.0),
        Condition("open_hours", "at_least", "3"),
        Condition("open_hours", "at_least", -1.0),
        Condition("open_hours", "at_least", True),
        Condition("wants_escalation", "is", 1.0),
        Condition("wants_escalation", "is_not", True),
        Condition("wants_escalation", "__import__", True),
    ],
)
def test_a_condition_fits_its_field(condition: Condition):
    with pytest.raises(InvalidSettings):
        check([condition])


def test_a_rule_has_conditions_on_fields_that_a_case_has():
    good = Condition("open_hours", "at_least", 3.0)
    check([good])
    for wrong in ([], [good] * (MOST_CONDITIONS + 1)):
        with pytest.raises(InvalidSettings):
            check(wrong)
    with pytest.raises(UnknownName, match="severity"):
        check([Condition("severty", "is", "urgent")])


def test_open_cases_are_judged_at_the_instant_up_to_which_the_data_reach():
    as_of = START + timedelta(days=2)
    rows = [
        case("open"), case("solved", resolved_at=as_of), case("later", 3), case("closed", closed_at=START),
        case("reopened", resolved_at=START, reopened_at=START + timedelta(days=1)),
        case("gone", escalation_level="L3"), case("gone, dated", escalation_level="L3", escalated_at=as_of),
    ]  # fmt: skip
    known = known_at_receipt(framed(rows), NOBODY, RULES)
    found = open_now(known, as_of)
    hours = dict(found.select("complaint_id", "open_hours").rows())
    assert hours == {"open": 48.0, "reopened": 48.0}


HOUSE = (
    HouseRule("old", "old", (Condition("open_hours", "at_least", 30.0),)),
    HouseRule("calls", "calls", (Condition("contacts_before", "at_least", 2.0), Condition("earlier", "at_least", 1.0))),
    HouseRule("quiet", "quiet", (Condition("is_answered", "is", False), Condition("escalated_before", "is", True))),
)


def random_cases(seed: int) -> tuple[list[dict], list[dict]]:
    random = Random(seed)
    rows, contacts = [], []
    for number in range(300):
        at = START + timedelta(hours=random.randrange(24 * 120))

        def later(chance: float, at: datetime = at) -> datetime | None:
            return at + timedelta(hours=random.expovariate(1 / 60)) if random.random() < chance else None

        rows.append(
            case(
                f"k{number:03d}", 0, random.choice([None, *"abcdefghij"]), random.choice(["refund", "delay", None]),
                received_at=at, resolved_at=later(0.8), first_response_at=later(0.6), escalated_at=later(0.4),
                escalation_level=random.choice([None, "L1", "L2", "L3"]), wants_escalation=random.random() < 0.1,
                demands_quick_reply=random.random() < 0.5, dissatisfaction_score=random.uniform(40, 100),
            )
        )  # fmt: skip
        if random.random() < 0.5:
            contacts.append({"complaint_id": f"k{number:03d}", "about": "refund", "contacts": random.randrange(1, 5),
                             "last_at": at - timedelta(hours=5)})  # fmt: skip
    return rows, contacts


def altered(rows: list[dict], contacts: list[dict], day: datetime, random: Random) -> tuple[list[dict], list[dict]]:
    """Everything after the day made other: cases shuffled, moved and multiplied, and what happened to earlier ones."""
    past = [each for each in rows if each["received_at"] <= day]
    future = [each for each in rows if each["received_at"] > day]
    kept = [
        each | {name: random.choice([None, day + timedelta(days=random.uniform(0.01, 99))])
                for name in INSTANTS[1:] if each.get(name) is None or each[name] > day}
        | ({} if each["escalated_at"] and each["escalated_at"] <= day else {"escalation_level": random.choice(LEVELS)})
        for each in past
    ]  # fmt: skip
    customers = [each["customer_id"] for each in future]
    random.shuffle(customers)
    other = [
        each | {
            "complaint_id": f"{each['complaint_id']}{turn}", "customer_id": customer, "wants_escalation": True,
            "escalation_level": "L3", "escalated_at": each["received_at"],
            "received_at": day + timedelta(hours=random.uniform(0.01, 900)),
        }
        for turn in range(3)
        for each, customer in zip(future, customers, strict=True)
    ]  # fmt: skip
    shuffled = kept + other
    random.shuffle(shuffled)
    known = {each["complaint_id"] for each in past}
    return shuffled, [each for each in contacts if each["complaint_id"] in known]


@pytest.mark.parametrize("seed", range(3))
def test_altering_everything_after_a_day_changes_nothing_of_what_was_flagged_up_to_it(seed: int):
    rows, contacts = random_cases(seed)
    day = START + timedelta(days=60)

    def up_to_it(cases: list[dict], before: list[dict]) -> list[tuple]:
        known = known_at_receipt(framed(cases), pl.DataFrame(before, schema=NOBODY.schema), RULES)
        seen = looks(known, START + timedelta(days=150)).filter(not_yet("L3"))
        found = flagged(seen, triggers(RULES, HOUSE))
        names = found.columns[3:]
        then = found.with_columns(pl.when(pl.col(name) <= day).then(pl.col(name)) for name in names)
        return then.filter(pl.any_horizontal(pl.col(names).is_not_null())).sort("complaint_id").rows()

    flagged_then = up_to_it(rows, contacts)
    assert len(flagged_then) > 50
    assert {name for row in flagged_then for name, at in zip((*Trigger, "old", "calls", "quiet"), row[3:], strict=True)
            if at} == {*Trigger, "old", "calls", "quiet"}  # fmt: skip
    assert up_to_it(*altered(rows, contacts, day, Random(seed))) == flagged_then
