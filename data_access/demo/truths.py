"""What is planted in a demo, in words, in numbers and in the SQL that finds it."""

import math

from sqlalchemy import text

from data_access.demo import complaint_counts, contacts, episodes, faulty_batch, reviews, truth_sql
from data_access.demo import vocabulary as words
from data_access.demo.manifest import Change, Manifest, Truth
from data_access.demo.plan import DEFAULT_CONTACTS, FAULT_AHEAD, PLANTED, Plan

SMALLER = "This demo has fewer than 100,000 contacts: the planted monthly counts are smaller in proportion."
TINY = "This demo has fewer than 20,000 contacts: too few for the planted patterns to be found reliably."
TINY_SCALE = 0.2
TEXTURE = {"complaint_type": "product_quality", "subtype": "texture", "product": "face_cream", "batch": "b07"}


def filled(sql: str, **values: str | float | None) -> str:
    """The SQL with its values written into it, quoted by SQLAlchemy."""
    ready = text(sql).bindparams(**values)
    return str(ready.compile(compile_kwargs={"literal_binds": True})).strip()


def manifest_of(plan: Plan) -> Manifest:
    """The manifest of a demo. It follows from the plan alone; nothing in it is measured."""
    parameters = {"contacts": plan.contacts, "months": plan.months, "seed": plan.seed, "truths": plan.truths,
                  "end": plan.end.isoformat()}  # fmt: skip
    note = TINY if plan.scale < TINY_SCALE else SMALLER if plan.scale < 1 else ""
    if not plan.truths:
        return Manifest(parameters, plan.scale, "", (), ())
    makers = (
        *(_returns, _texture, _growth, _low_team, _blind_spot),
        *(_summer, _other_answer, _drift, _decline, _happy_team, _faulty_batch),
    )
    return Manifest(parameters, plan.scale, note, tuple(make(plan) for make in makers), _changes(plan))


def _looser(plan: Plan) -> float:
    """Tolerances are for the default size; chance grows with the root of how much smaller a demo is."""
    return max(1.0, math.sqrt(DEFAULT_CONTACTS / plan.contacts))


def _day(plan: Plan, month: int) -> str:
    return plan.starts[month].isoformat()


def _levels(plan: Plan, change: int, window: int, scope: dict[str, str]) -> tuple[dict[str, tuple[str, str]], str]:
    """The periods around a change of level, and the SQL for it."""
    start = max(0, change - window)
    periods = {
        "before": (_day(plan, start), _day(plan, change)),
        "after": (_day(plan, change), _day(plan, plan.months)),
    }
    sql = filled(
        truth_sql.MONTHLY_LEVELS,
        start=_day(plan, start), change=_day(plan, change), end=_day(plan, plan.months),
        months_before=change - start, months_after=plan.months - change, type=scope["complaint_type"],
        subtype=scope.get("subtype"), product=scope.get("product"), batch=scope.get("batch"),
    )  # fmt: skip
    return periods, sql


def _returns(plan: Plan) -> Truth:
    scope = {"complaint_type": "returns"}
    periods, sql = _levels(plan, plan.returns_change, complaint_counts.RETURNS_WINDOW, scope)
    before, after = (level * plan.scale for level in PLANTED.returns_a_month)
    return Truth(
        id="returns_after_sop",
        sentence="Complaints about returns fell from {before} to {after} a month"
        " when returns were handled in a new way.",
        quadrant="strength", metric="complaint_rate", unit="complaints a month", scope=scope, periods=periods,
        expected={"before": before, "after": after}, tolerance={"before": 1.0, "after": 1.0}, sql=sql,
        values={"before": round(before), "after": round(after)},
    )  # fmt: skip


def _texture(plan: Plan) -> Truth:
    periods, sql = _levels(plan, plan.texture_change, complaint_counts.TEXTURE_WINDOW, TEXTURE)
    before, after = (level * plan.scale for level in PLANTED.texture_a_month)
    return Truth(
        id="texture_after_script",
        sentence="Complaints about the texture of one batch of face cream fell from {before} to {after} a month"
        " when both departments used one script.",
        quadrant="strength", metric="complaint_rate", unit="complaints a month", scope=TEXTURE, periods=periods,
        expected={"before": before, "after": after}, tolerance={"before": 1.0, "after": 1.0}, sql=sql,
        values={"before": round(before), "after": round(after)},
    )  # fmt: skip


def _growth(plan: Plan) -> Truth:
    period = (_day(plan, plan.growth_start), _day(plan, plan.months))
    growth = round((PLANTED.growth_a_month - 1) * 100, 1)
    return Truth(
        id="installation_growing",
        sentence="Complaints about installation grew {growth} % a month in the last six months.",
        quadrant="threat", metric="complaint_rate", unit="% a month", scope={"complaint_type": "installation"},
        periods={"period": period}, expected={"percent_a_month": growth},
        tolerance={"percent_a_month": 2.0 * _looser(plan)},
        sql=filled(truth_sql.MONTHLY_GROWTH, type="installation", start=period[0], end=period[1]),
        values={"growth": round(growth)},
    )  # fmt: skip


def _low_team(plan: Plan) -> Truth:
    team = words.TEAM_IDS[episodes.LOW_TEAM]
    return Truth(
        id="low_first_contact_resolution",
        sentence="First-contact resolution of {team} is about {points} points below the other teams'.",
        quadrant="weakness", metric="first_contact_resolution", unit="points", scope={"team_id": team},
        periods={"period": (_day(plan, 0), _day(plan, plan.months))},
        expected={"points": -12.0}, tolerance={"points": 2.0 * _looser(plan)},
        sql=filled(truth_sql.TEAM_FIRST_CONTACT_RESOLUTION, team=team, end=_day(plan, plan.months)),
        values={"team": words.TEAM_NAMES[episodes.LOW_TEAM], "points": 12},
    )  # fmt: skip


def _blind_spot(plan: Plan) -> Truth:
    scenario = words.SCENARIOS[words.TRADE_IN]
    loose = _looser(plan)
    return Truth(
        id="blind_spot",
        sentence="Trade-ins bring many times the complaints of other scenarios, and hardly any of them is reviewed.",
        quadrant="weakness", metric="qa_coverage", unit="ratio to other scenarios", scope={"scenario": scenario},
        periods={"period": (_day(plan, 0), _day(plan, plan.months))},
        # The weights planted are 4 and 0.06; picking without replacement and complaint-led reviews bring them closer.
        expected={"complaint_ratio": 3.6, "review_ratio": 0.08},
        tolerance={"complaint_ratio": 0.7 * loose, "review_ratio": 0.06 * loose},
        sql=filled(truth_sql.BLIND_SPOT, scenario=scenario),
    )  # fmt: skip


def _summer(plan: Plan) -> Truth:
    percent = (PLANTED.summer_factor - 1) * 100
    return Truth(
        id="summer_delays",
        sentence="Complaints about late parcels are {percent} % higher from June to August than in other months.",
        quadrant="threat", metric="complaint_rate", unit="ratio to other months",
        scope={"complaint_type": "logistics", "subtype": "delay"},
        periods={"period": (_day(plan, 0), _day(plan, plan.months))},
        expected={"ratio": PLANTED.summer_factor}, tolerance={"ratio": 0.02 * _looser(plan)},
        sql=truth_sql.SUMMER.strip(), values={"percent": round(percent)},
    )  # fmt: skip


def _other_answer(plan: Plan) -> Truth:
    team = words.TEAM_IDS[contacts.OTHER_ANSWER_TEAM]
    loose = _looser(plan)
    return Truth(
        id="other_answer",
        sentence="On returns, {team} gives another answer ({answer}) than the other teams.",
        quadrant="weakness", metric="answer_consistency", unit="%", scope={"issue_type": "returns", "team_id": team},
        periods={"period": (_day(plan, 0), _day(plan, plan.months))},
        expected={"team_percent": PLANTED.other_answer * 100, "others_percent": 9.0},
        tolerance={"team_percent": 5.0 * loose, "others_percent": 2.0 * loose},
        sql=filled(truth_sql.ANSWERS, answer="returns_15_days", issue="returns", team=team),
        values={"team": words.TEAM_NAMES[contacts.OTHER_ANSWER_TEAM], "answer": "returns_15_days"},
    )  # fmt: skip


def _drift(plan: Plan) -> Truth:
    reviewer = words.REVIEWERS[reviews.DRIFTING]
    first, last = (reviews.drift(PLANTED.last_strictness, month, plan.months) for month in (2.5, plan.months - 3.5))
    loose = _looser(plan)
    return Truth(
        id="drifting_reviewer",
        sentence="Reviewer {reviewer} takes off fewer and fewer points: the scores rise, the service does not.",
        quadrant="weakness", metric="calibration_alpha", unit="points taken off, against other reviewers",
        scope={"reviewer_id": reviewer, "level": "team"},
        periods={"before": (_day(plan, 0), _day(plan, 6)), "after": (_day(plan, -7), _day(plan, plan.months))},
        expected={"first_half_year": round(first, 2), "last_half_year": round(last, 2)},
        tolerance={"first_half_year": 0.3 * loose, "last_half_year": 0.2 * loose},
        sql=filled(truth_sql.LENIENCY, reviewer=reviewer, first_until=_day(plan, 6), last_from=_day(plan, -7)),
        values={"reviewer": reviewer},
    )  # fmt: skip


def _decline(plan: Plan) -> Truth:
    start, change, end = (_day(plan, month) for month in (plan.decline_start, plan.decline_change, plan.months))
    percent = round((PLANTED.decline_a_month - 1) * 100, 1)
    loose = _looser(plan)
    return Truth(
        id="account_falling_before_change",
        sentence="Complaints about accounts fell {percent} % a month before a change, and no faster after it:"
        " the change did not cause it.",
        quadrant="strength", metric="complaint_rate", unit="% a month", scope={"complaint_type": "account"},
        periods={"before": (start, change), "after": (change, end)},
        expected={"percent_a_month_before": percent, "percent_a_month_after": percent},
        tolerance={"percent_a_month_before": 1.5 * loose, "percent_a_month_after": 1.5 * loose},
        sql=filled(truth_sql.TRENDS, type="account", start=start, change=change, end=end),
        values={"percent": -round(percent)},
    )  # fmt: skip


def _happy_team(plan: Plan) -> Truth:
    team = words.TEAM_IDS[contacts.HAPPY_TEAM]
    return Truth(
        id="satisfied_customers_of_a_team",
        sentence="Customers of {team} are clearly more often satisfied: its practice could be shared.",
        quadrant="opportunity", metric="csat", unit="points", scope={"team_id": team},
        periods={"period": (_day(plan, 0), _day(plan, plan.months))},
        expected={"points": 10.0}, tolerance={"points": 4.0 * _looser(plan)},
        sql=filled(truth_sql.TEAM_SATISFACTION, team=team),
        values={"team": words.TEAM_NAMES[contacts.HAPPY_TEAM]},
    )  # fmt: skip


def _faulty_batch(plan: Plan) -> Truth:
    start, complaints, end = plan.fault_start.isoformat(), _day(plan, plan.fault_complaints), _day(plan, plan.months)
    scope = {"product": words.PRODUCTS[faulty_batch.PRODUCT], "batch": words.BATCHES[faulty_batch.batch(plan)]}
    item, loose = words.ITEMS[faulty_batch.ITEM], _looser(plan)
    level = PLANTED.fault_complaints_a_month * plan.scale
    # Reviews that fail it anyway: about as many as of other batches.
    failed = 100 * (PLANTED.fault_failed + (1 - PLANTED.fault_failed) * item.failed)
    return Truth(
        id="faulty_batch",
        sentence="One batch of air fryers is at fault: QA finds agents without a solution {days} days before"
        " complaints about it come.",
        quadrant="threat", metric="complaint_rate", unit="complaints a month", scope=scope | {"item": item.code},
        periods={"before": (start, complaints), "after": (complaints, end)},
        expected={"failed_percent": round(failed), "others_percent": round(100 * item.failed),
                  "complaints_ahead": 0.0, "after": level},
        tolerance={"failed_percent": 20 * loose, "others_percent": 15 * loose, "complaints_ahead": 2.0, "after": 2.0},
        sql=filled(truth_sql.FAULTY_BATCH, start=start, complaints=complaints, end=end,
                   months=plan.months - plan.fault_complaints, item=item.code, **scope,
                   subtype=words.SUBTYPES[faulty_batch.SUBTYPE]),
        values={"days": FAULT_AHEAD.days},
    )  # fmt: skip


def _changes(plan: Plan) -> tuple[Change, ...]:
    return (
        Change(
            "returns_sop", "退换货统一方案", "One solution for returns", "sop", _day(plan, plan.returns_change),
            "complaint_rate", {"complaint_type": "returns"}, "returns_after_sop",
        ),
        Change(
            "texture_script", "面霜批次质地问题统一话术", "One script for the face cream batch", "script",
            _day(plan, plan.texture_change), "complaint_rate", TEXTURE, "texture_after_script",
        ),
        Change(
            "account_unlock", "账号解锁流程简化", "Simpler unlocking of accounts", "sop",
            _day(plan, plan.decline_change), "complaint_rate", {"complaint_type": "account"},
            "account_falling_before_change",
        ),
    )  # fmt: skip
