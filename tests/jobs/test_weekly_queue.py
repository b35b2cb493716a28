"""What waits to be sent: dropped, given up, taken over, and sent as things are by then."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.home import Home
from data_access.subscriptions.deliveries import (
    Asked,
    Reason,
    What,
    add_delivery,
    claim_delivery,
    drop,
    give_up,
    is_held,
    read_deliveries,
)
from data_access.subscriptions.subscriptions import Format, remove_subscription, restore_subscription, successors
from data_access.viewer import LOCAL
from data_access.watch import sending
from data_access.watch.channels import Email
from jobs.delivering import folder_name
from metrics.scope import Period
from tests.jobs.subscribed import LI, Start, attached, end_all, hurry, now, subscribe
from tests.receivers import Mailbox


def test_what_waits_goes_out_as_things_are_when_it_is_sent(
    weekly: Start, box: Mailbox, state: Engine, place: Home, monkeypatch: pytest.MonkeyPatch
):
    end_all(state)
    subscribe(state, LI, formats=(Format.CSV,))
    (place.folder / "weekly.toml").write_text('chapters = ["figurs"]', "utf-8")
    assert weekly() == ["Reports sent: 0, from 0 documents. Notices sent: 2. To be tried again: 0."]
    told = [message.get_body().get_content() for _people, message in box.taken]  # ty: ignore[unresolved-attribute]
    assert all("figurs" in each for each in told)  # to LI, and to who set it up: the file names no owner
    with monkeypatch.context() as patch:
        patch.setattr("jobs.delivering.send", refused)
        assert weekly(again=True)[0].endswith("To be tried again: 2.")
        (place.folder / "weekly.toml").unlink()
        hurry(state)
        assert weekly() == ["Reports sent: 0, from 1 documents. Notices sent: 0. To be tried again: 1."]
    assert read_audit(state, LOCAL, Search(acts=("report_sent",)), 10)[1] == 0
    subscribe(state, LI, formats=(Format.XLSX,))
    hurry(state)
    assert weekly() == ["Reports sent: 1, from 1 documents. Notices sent: 0. To be tried again: 0."]
    (_people, message) = box.taken[-1]
    assert [name.rpartition(".")[2] for name in attached(message)] == ["xlsx"]
    assert len(box.taken) == 3
    assert read_audit(state, LOCAL, Search(acts=("report_sent",)), 10)[1] == 1


def refused(_channel: Email, _letter: sending.Letter, _at: datetime) -> str | None:
    raise sending.NotSent("smtp_451")


def test_who_stops_the_job_tells_nobody_anything(
    weekly: Start, box: Mailbox, state: Engine, monkeypatch: pytest.MonkeyPatch
):
    def stopped(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("jobs.weekly.open_store", stopped)
    with pytest.raises(KeyboardInterrupt):
        weekly()
    assert box.taken == []
    assert read_deliveries(state, LOCAL) == []


def test_a_delivery_is_dropped_given_up_or_taken_over(state: Engine):
    end_all(state)
    old = subscribe(state, LI)
    asked = Asked(old, Period(date(2026, 10, 19), date(2026, 10, 26)))
    assert add_delivery(state, asked, now())
    first = claim_delivery(state, now(), ())
    assert first is not None
    assert is_held(state, first, now())
    hurry(state)
    second = claim_delivery(state, now(), ())
    assert second is not None
    assert not is_held(state, first, now())
    new = subscribe(state, LI, formats=(Format.CSV,))
    assert successors(state)[old.id] == new
    remove_subscription(state, LOCAL, new, now())
    assert old.id not in successors(state)
    assert drop(state, second, "ended", now())
    restore_subscription(state, LOCAL, new, now())
    assert add_delivery(state, asked, now())  # what was dropped when nobody wanted it is wanted again
    third = claim_delivery(state, now(), ())
    assert third is not None
    assert give_up(state, third, "timeout", now())
    assert not add_delivery(state, asked, now())
    assert add_delivery(state, replace(asked, what=What.NOTICE, reason=Reason.FAILED), now())
    assert add_delivery(state, replace(asked, what=What.NOTICE, reason=Reason.STALE), now())  # is another notice


def test_each_person_has_a_folder_of_ones_own():
    long = "a" * 90
    people = ["li_qa@x.com", "li+qa@x.com", "li qa@x.com", f"{long}1@x.com", f"{long}2@x.com", "..", "._"]
    names = [folder_name(each) for each in people]
    assert len(set(names)) == len(people)
    assert names[0] == people[0]
    assert all(len(each) < 100 and each[0] != "." for each in names)
