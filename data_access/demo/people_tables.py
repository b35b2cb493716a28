"""The demo's small tables in Arrow: teams, agents, customers, hours, recoveries and volumes."""

import pyarrow as pa

from data_access.demo import business
from data_access.demo import vocabulary as words
from data_access.demo.people import Staff, agents_table, supervisors
from data_access.demo.plan import Columns, Plan
from data_access.demo.tables import day, flag, instant, number, whole, word


def teams(plan: Plan) -> pa.Table:
    count = len(words.TEAM_IDS)
    return pa.table(
        {
            "team_id": list(words.TEAM_IDS),
            "name": list(words.TEAM_NAMES),
            "site": [words.SITES[place % len(words.SITES)] for place in range(count)],
            "supervisor": supervisors(plan),
        }
    )


def agents(plan: Plan, staff: Staff) -> pa.Table:
    rows = agents_table(plan, staff)
    return pa.table(
        {
            "agent_id": word(rows["agent"], staff.agent_ids),
            "name": word(rows["agent"], staff.names),
            "team_id": word(rows["team"], words.TEAM_IDS),
            "shift": word(rows["shift"], words.SHIFTS),
            "supervisor": word(rows["team"], supervisors(plan)),
            **{name: day(rows[name]) for name in ("valid_from", "valid_to", "hired_on", "left_on")},
        }
    )


def customers(rows: Columns) -> pa.Table:
    return pa.table(
        {
            "customer_id": whole(rows["customer"]),
            "tier": word(rows["tier"], words.TIERS),
            "region": word(rows["region"], words.REGIONS),
            "since": instant(rows["since"]),
            "last_active_at": instant(rows["last_active"]),
            "churned_at": instant(rows["churned"]),
        }
    )


def agent_hours(staff: Staff, rows: Columns) -> pa.Table:
    seconds = [name for name in rows if name.endswith("_seconds")]
    return pa.table(
        {
            "agent_id": word(rows["agent"], staff.agent_ids),
            "day": day(rows["day"]),
            **{name: whole(rows[name]) for name in seconds},
        }
    )


def recoveries(plan: Plan, rows: Columns) -> pa.Table:
    end = plan.seconds[-1]
    return pa.table(
        {
            "case_id": whole(rows["number"]),
            "customer_id": whole(rows["customer"]),
            "case_type": word(rows["case_type"], business.CASE_TYPES),
            "outcome": word(rows["outcome"], business.OUTCOMES),
            "treated": flag(rows["treated"]),
            **{f"{name}_at": instant(rows[name], end) for name in ("opened", "contacted", "regained")},
        }
    )


def volumes(rows: Columns) -> pa.Table:
    return pa.table(
        {
            "day": day(rows["day"]),
            "kind": word(rows["kind"], business.VOLUME_KINDS),
            "product": word(rows["product"], words.PRODUCTS),
            "value": number(rows["value"]),
        }
    )
