"""`python -m jobs weekly` against a real mail server: once for each rights, once for each recipient, or a notice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, update

from data_access.audit import Search, read_audit
from data_access.home import Home
from data_access.people import read_people, save_grant
from data_access.state import transaction
from data_access.subscriptions.deliveries import (
    Asked,
    DeliveryRow,
    Reason,
    What,
    add_delivery,
    claim_delivery,
    confirm,
    read_deliveries,
)
from data_access.subscriptions.subscriptions import (
    Delivery,
    Format,
    read_subscriptions,
    remove_subscription,
)
from data_access.viewer import LOCAL, Role, Viewer
from data_access.watch import sending
from data_access.watch.channels import Email
from jobs import rendering
from jobs.__main__ import BAD_INPUT
from jobs.weekly import Options, prepare, run
from metrics.errors import InvalidScope, InvalidSettings, NotAllowed, SourceUnavailable
from metrics.rhythm import Rhythm, last_whole
from reports.links import unpacked
from tests.jobs.conftest import Run
from tests.jobs.subscribed import LEADER, LI, MONDAY, WANG, Start, attached, end_all, hurry, now, said, subscribe, words
from tests.receivers import Mailbox
from tests.rights.planted import FOREIGN, FOREIGN_MARKS, OWN


def silent(_share: float, _step: str) -> None:
    pass


def test_each_recipient_gets_own_rights_once_and_who_see_the_same_share_one_rendering(
    weekly: Start, box: Mailbox, state: Engine, place: Home
):
    assert "would be sent" in weekly(is_dry=True)[0]
    assert prepare(place, state, Options(end=MONDAY), silent).lines == ["Reports made ready: 2 documents."]
    assert box.taken == []
    assert weekly() == ["Reports sent: 3, from 2 documents. Notices sent: 0. To be tried again: 0."]
    assert weekly() == ["Reports sent: 0, from 0 documents. Notices sent: 0. To be tried again: 0."]
    mails = {people[0]: message for people, message in box.taken}
    assert sorted(mails) == sorted([LI, WANG, LEADER])  # each by itself: nobody sees who else gets it
    files = {person: attached(message) for person, message in mails.items()}
    assert files[LI] == files[WANG]
    (name, pdf), *others = files[LEADER].items()
    assert not others
    assert name == "Weekly_quality_report_2026-10-19_2026-10-25_en.pdf"
    told = words(pdf) + said(mails[LEADER])
    assert all(mark not in told for mark in FOREIGN_MARKS)
    assert FOREIGN_MARKS[1] in words(files[LI][name])
    assert mails[LI]["Subject"] == "Weekly quality report, 19 – 25 Oct 2026"
    assert "https://quality.example.com/weekly_report?lang=en" in said(mails[LI])
    logged, _count = read_audit(state, LOCAL, Search(acts=("report_sent",)), 10)
    assert sorted(each.who for each in logged) == sorted(mails)
    assert weekly(again=True) == ["Reports sent: 3, from 2 documents. Notices sent: 0. To be tried again: 0."]


def test_rights_are_those_of_the_moment_of_sending(weekly: Start, box: Mailbox, state: Engine):
    held = {each.person: each for each in read_people(state, LOCAL)}
    save_grant(state, LOCAL, replace(held[LI], role=Role.TEAM_LEADER, teams=(OWN,)), now())
    save_grant(state, LOCAL, replace(held[WANG], role=None), now())
    assert weekly() == ["Reports sent: 2, from 1 documents. Notices sent: 1. To be tried again: 0."]
    mails = {people[0]: message for people, message in box.taken}
    assert attached(mails[LI]) == attached(mails[LEADER])
    assert sorted(mails) == sorted([LI, LEADER, "boss@example.com"])  # who is shut out is told nothing
    assert WANG in said(mails["boss@example.com"])


def test_stale_data_are_a_notice_once_and_the_report_follows_when_they_are_there(
    weekly: Start, box: Mailbox, state: Engine
):
    later = date(2026, 11, 2)  # a week after the data end
    assert weekly(end=later) == ["Reports sent: 0, from 0 documents. Notices sent: 4. To be tried again: 0."]
    assert weekly(end=later) == ["Reports sent: 0, from 0 documents. Notices sent: 0. To be tried again: 0."]
    mails = {people[0]: message for people, message in box.taken}
    assert sorted(mails) == sorted([LI, WANG, LEADER, "boss@example.com"])
    for message in mails.values():
        assert message["Subject"] == "Not sent: Weekly quality report, 26 Oct – 1 Nov 2026"
        assert attached(message) == {}
        assert "The data end on 25 Oct 2026" in said(message)
    assert all(person in said(mails["boss@example.com"]) for person in (LI, WANG, LEADER))
    assert weekly()[0].startswith("Reports sent: 3")  # of the week that the data cover


def test_a_report_whose_data_come_a_period_late_follows_once_and_says_that_it_is_late(
    weekly: Start, box: Mailbox, state: Engine
):
    end_all(state)
    held = subscribe(state, LI, filters=(("team_id", (FOREIGN, OWN)),))
    subscribe(state, WANG)
    missing = Asked(held, last_whole(Rhythm.WEEK, MONDAY), What.NOTICE, Reason.STALE)
    assert add_delivery(state, missing, now())  # as the run of that Monday did; WANG subscribed later
    told = claim_delivery(state, now(), ())
    assert told is not None
    assert confirm(state, told, now())
    later, unsent = MONDAY + timedelta(days=7), "not be sent, as the data end before the period does"
    assert weekly(end=later, is_dry=True) == [
        f"{person}: Weekly quality report, {week} would {end}"
        for person, week, end in (
            (LI, "26 Oct – 1 Nov 2026", f"{unsent}; a notice that says so would be sent."),
            (LI, "19 – 25 Oct 2026", "be sent."),
            (WANG, "26 Oct – 1 Nov 2026", f"{unsent}; a notice that says so would be sent."),
        )
    ]
    assert weekly(end=later) == ["Reports sent: 1, from 1 documents. Notices sent: 3. To be tried again: 0."]
    assert weekly(end=later, is_dry=True) == [
        f"{person}: Weekly quality report, 26 Oct – 1 Nov 2026 would {unsent}; the notice of it is on record already."
        for person in (LI, WANG)
    ]
    assert weekly(end=later + timedelta(days=7))[0].startswith("Reports sent: 0")  # once
    (late,) = [message for _people, message in box.taken if attached(message)]
    assert late["Subject"].startswith("Late: Weekly quality report, 19 – 25 Oct 2026; Team: ")
    words_of = said(late)
    assert "This is the report that was missing on " in words_of
    (query,) = [parse_qs(urlsplit(line).query) for line in words_of.splitlines() if line.startswith("https://")]
    assert unpacked(query["part.team"][0]) == sorted((FOREIGN, OWN))  # opens what it is about, and no more


def test_an_empty_report_and_one_that_fails_are_notices_too(
    weekly: Start, box: Mailbox, state: Engine, place: Home, monkeypatch: pytest.MonkeyPatch
):
    end_all(state)
    subscribe(state, LI, filters=(("product", ("nothing_of_that_name",)),))
    weekly()
    (_people, message), *others = box.taken
    assert "There is no case in this period" in said(message)
    assert len(others) == 1  # the owner

    def breaks(*_given: object) -> bytes:
        raise ZeroDivisionError  # a fault that nobody foresaw

    monkeypatch.setattr(rendering, "written", breaks)
    subscribe(state, LI)
    assert weekly() == ["Reports sent: 0, from 1 documents. Notices sent: 2. To be tried again: 1."]
    monkeypatch.undo()
    assert [each.what for each in read_deliveries(state, LOCAL) if each.sent_at is None] == [What.REPORT]


def test_a_process_killed_after_the_server_took_the_mail_sends_the_same_message_again_and_no_other(
    weekly: Start, box: Mailbox, state: Engine, monkeypatch: pytest.MonkeyPatch
):
    known = sending.send

    def killed(channel: Email, letter: sending.Letter, at: datetime) -> str | None:
        known(channel, letter, at)
        raise KeyboardInterrupt  # taken, and never confirmed

    monkeypatch.setattr("jobs.delivering.send", killed)
    with pytest.raises(KeyboardInterrupt):
        weekly()
    monkeypatch.setattr("jobs.delivering.send", known)
    assert weekly()[0].startswith("Reports sent: 2")  # the first is still claimed by who was killed
    with transaction(state) as session:
        session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.sent_at.is_(None))
            .values(claimed_until=datetime(2026, 1, 1, tzinfo=UTC))
        )
    assert weekly()[0].startswith("Reports sent: 1")
    ids = [message["Message-ID"] for _people, message in box.taken]
    assert len(ids) == 4
    assert ids[0] == ids[3]
    assert len(set(ids)) == 3
    assert claim_delivery(state, now(), ()) is None


def test_without_a_warehouse_everybody_is_told_and_the_report_follows(
    weekly: Start, box: Mailbox, place: Home, state: Engine
):
    pointer = place.pointer.read_bytes()
    place.pointer.unlink()
    with pytest.raises(SourceUnavailable):
        weekly()
    assert len(box.taken) == 4
    assert "There is no warehouse yet" in said(box.taken[0][1])
    place.pointer.write_bytes(pointer)
    assert weekly()[0].startswith("Reports sent: 3")


def test_into_a_folder_each_file_is_the_persons_own(weekly: Start, box: Mailbox, tmp_path: Path, state: Engine):
    into = {"delivery": Delivery.FOLDER, "channel": "", "address": ""}
    subscribe(state, LEADER, formats=(Format.CSV, Format.XLSX), **into)
    subscribe(state, LEADER, formats=(Format.CSV,), filters=(("team_id", (OWN,)),), **into)
    weekly(folder=tmp_path / "out")
    assert box.taken == []
    found = sorted(
        each.relative_to(tmp_path / "out").as_posix() for each in (tmp_path / "out").rglob("*.*") if each.is_file()
    )
    name = "Weekly_quality_report_2026-10-19_2026-10-25_en"
    (of_team,) = [each for each in found if each.startswith(f"{LEADER}/Weekly_quality_report_Team_")]
    found.remove(of_team)
    assert of_team.endswith(name.removeprefix("Weekly_quality_report") + ".csv")
    assert found == [f"{LEADER}/{name}.csv", f"{LEADER}/{name}.xlsx", f"{LI}/{name}.pdf", f"{WANG}/{name}.pdf"]
    assert all(each.stat().st_mode & 0o077 == 0 for each in (tmp_path / "out").rglob("*.*") if each.is_file())


def test_a_folder_that_cannot_be_written_to_stops_nobody_elses_report(
    weekly: Start, box: Mailbox, tmp_path: Path, state: Engine, place: Home
):
    wrong = tmp_path / "out"
    wrong.write_text("a file, where a folder is meant")  # as root one may write into any folder
    told = run(place, state, Options(end=MONDAY, folder=wrong), silent)
    assert told.lines == ["Reports sent: 0, from 2 documents. Notices sent: 0. To be tried again: 3."]
    assert str(told.failure).startswith(f"The folder {wrong} cannot be written to: Not a directory. Make room there")
    assert wrong.read_text() == "a file, where a folder is meant"
    at_once = run(place, state, Options(end=MONDAY, folder=tmp_path / "right"), silent)
    assert at_once.lines == ["Reports sent: 0, from 0 documents. Notices sent: 0. To be tried again: 3."]
    assert at_once.failure is None
    hurry(state)
    assert weekly() == ["Reports sent: 3, from 2 documents. Notices sent: 0. To be tried again: 0."]
    assert len(box.taken) == 3


def test_a_folder_of_one_person_that_cannot_be_written_to_is_named_and_the_others_get_theirs(
    box: Mailbox, tmp_path: Path, state: Engine, place: Home
):
    (tmp_path / LI).write_text("a file, where a folder is meant")
    subscribe(state, WANG, rhythm=Rhythm.DAY)  # by mail
    subscribe(state, LI, rhythm=Rhythm.DAY, delivery=Delivery.FOLDER, channel="", address="")
    (place.folder / "reports").write_text("a file, where a folder is meant")
    by_mail = run(place, state, Options(end=MONDAY), silent)
    assert len(box.taken) == 4
    assert f"The folder {place.folder / 'reports'} cannot be written to" in str(by_mail.failure)
    told = run(place, state, Options(end=MONDAY, folder=tmp_path, again=True), silent)
    assert f"The folder {tmp_path / LI} cannot be written to" in str(told.failure)
    assert all(any((tmp_path / person).iterdir()) for person in (WANG, LEADER))


def test_the_command_ends_with_the_sentence_of_a_folder_that_cannot_be_written_to(
    state: Engine, tmp_path: Path, in_process: Run, place: Home, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "out").write_text("a file, where a folder is meant")
    monkeypatch.setenv("TWINWING_HOME", str(place.folder))
    monkeypatch.setenv("TWINWING_AS", "boss@example.com")
    status, out, err = in_process("weekly", "--end", MONDAY.isoformat(), "--to-folder", str(tmp_path / "out"))
    assert status == BAD_INPUT
    assert out.endswith("To be tried again: 3.\n")
    assert err.startswith(f"The folder {tmp_path / 'out'} cannot be written to: Not a directory.")


@pytest.mark.parametrize("is_dry", [True, False])
def test_no_report_is_made_as_of_a_day_before_the_data_begin(weekly: Start, box: Mailbox, state: Engine, is_dry: bool):
    with pytest.raises(InvalidScope, match=r"The data begin on 2026-\d\d-\d\d, so there is no report as of 1999-01-01"):
        weekly(end=date(1999, 1, 1), is_dry=is_dry)
    assert box.taken == []
    assert read_deliveries(state, LOCAL) == []


def test_who_is_no_administrator_subscribes_for_himself_at_his_own_address_only(state: Engine):
    leader = Viewer(LEADER, Role.TEAM_LEADER, (OWN,), is_cleared=True)
    subscribe(state, LEADER, leader, rhythm=Rhythm.MONTH)
    for person, address in ((LI, LI), (LEADER, "elsewhere@example.org")):
        with pytest.raises(NotAllowed):
            subscribe(state, person, leader, address=address)
    with pytest.raises(InvalidSettings, match="mail channel"):
        subscribe(state, LI, channel="gone")
    with pytest.raises(InvalidSettings, match="address"):
        subscribe(state, LI, address="a@example.com, b@example.com")
    assert {each.person for each in read_subscriptions(state, leader)} == {LEADER}
    (other,) = [each for each in read_subscriptions(state, LOCAL) if each.person == LI]
    with pytest.raises(NotAllowed):
        remove_subscription(state, leader, other, now())
