from data_access.proposing import SourceColumn, propose
from data_access.schema import TABLES

#: A ticket system as it is found: its tables and columns, and what a person who knows both sides would answer.
CHINESE = {
    "客服通话记录": {
        "流水号": "contact_id", "客户号": "customer_id", "渠道": "channel", "来电时间": "started_at",
        "接听时间": "answered_at", "坐席工号": "agent_id", "班组": "team_id", "问题类型": "issue_type",
        "是否解决": "resolved", "满意度": "csat", "通话时长": "talk_seconds", "内部标记": None,
    },
    "投诉工单": {
        "投诉单号": "complaint_id", "客户编号": "customer_id", "受理时间": "received_at", "投诉类型": "complaint_type",
        "责任部门": "responsible_department", "办结时间": "resolved_at", "投诉内容": "text",
    },
    "crm.employees": {"emp_no": "agent_id", "name": "name", "team_code": "team_id", "hire_date": "hired_on"},
}  # fmt: skip
#: An export of a ticket system, with the headers that such systems write.
TICKETS = {
    "工单编号": "contact_id", "客户手机号": "customer_id", "接入时间": "started_at", "处理坐席": "agent_id",
    "渠道": "channel", "问题大类": "issue_type", "问题小类": "subtype", "是否办结": "resolved", "满意度打分": "csat",
    "结单时间": "closed_at",
}  # fmt: skip
PLACES = {"客服通话记录": "contacts", "投诉工单": "complaints", "crm.employees": "agents"}


def test_chinese_and_english_names_are_placed_as_a_person_would():
    proposal = propose([SourceColumn(table, name) for table, names in CHINESE.items() for name in names])
    for source, names in CHINESE.items():
        found = proposal.table(PLACES[source])
        assert found.source == source
        placed = {each.source: each.column for each in found.columns if each.source}
        assert placed == {name: column for name, column in names.items() if column}
    assert [each.name for each in proposal.unplaced] == ["内部标记"]
    assert proposal.table("recoveries").source is None


def test_headers_of_a_ticket_system_are_known():
    found = propose([SourceColumn("工单表", name) for name in TICKETS]).table("contacts")
    assert {each.source: each.column for each in found.columns if each.source} == TICKETS


def test_the_products_own_names_are_certain():
    proposal = propose([SourceColumn(name, each.name, str(each.type)) for name in TABLES for each in TABLES[name].c])
    assert {(each.table, each.source, each.certainty) for each in proposal.tables} == {(t, t, 1.0) for t in TABLES}
    assert all(each.source == each.column for table in proposal.tables for each in table.columns)


def test_values_and_types_overrule_a_name():
    columns = [
        SourceColumn("calls", "call_id", "BIGINT"),
        SourceColumn("calls", "start_time", "VARCHAR", ("spring", "autumn")),  # no time: the name misleads
        SourceColumn("calls", "created_at", "TIMESTAMP"),
        SourceColumn("calls", "kind_of_entry", "VARCHAR", ("电话", "微信", "电话")),  # the values tell
    ]
    found = propose(columns).table("contacts")
    assert found.column("started_at").source == "created_at"
    assert found.column("channel").source == "kind_of_entry"
    assert "电话, 微信" in str(found.column("channel").reason.values["examples"])
