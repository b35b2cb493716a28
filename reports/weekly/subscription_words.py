"""Subscriptions and deliveries in the reader's words."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from data_access.subscriptions.deliveries import DeliveryMade, Reason, What
from data_access.subscriptions.subscriptions import Delivery, Format, Subscription
from metrics.rhythm import Rhythm
from metrics.scope import Filters, Period
from reports import sentences, text
from reports.text import N_, Label, _
from reports.watch import message_words

RHYTHMS = {
    Rhythm.DAY: N_("Every day"),
    Rhythm.WEEK: N_("Every week"),
    Rhythm.MONTH: N_("Every month"),
    Rhythm.QUARTER: N_("Every quarter"),
    Rhythm.YEAR: N_("Every year"),
}
FORMATS = {Format.PDF: "PDF", Format.PPTX: "PPTX", Format.XLSX: "XLSX", Format.CSV: "CSV"}
DELIVERIES = {Delivery.MAIL: N_("By mail"), Delivery.FOLDER: N_("Into the folder")}
WHATS = {
    What.REPORT: N_("Report"),
    What.NOTICE: N_("Notice that there is none"),
    What.OWNERS_NOTICE: N_("Notice to who answers for it"),
}
REASONS = {
    Reason.STALE: N_("the data end before the period does"),
    Reason.EMPTY: N_("there is no case in the period"),
    Reason.FAILED: N_("the report could not be made"),
    Reason.NO_ROLE: N_("the recipient has no role in this dashboard"),
}
#: Why a delivery has not gone out: the codes of jobs/delivering.py, besides those of a channel that failed.
FAILURES = {
    "ended": N_("the subscription has ended"),
    "outdated": N_("its reason is gone"),
    "taken_over": N_("another run of the job took it over"),
    "unmade": N_("the report could not be made"),
    "no_address": N_("there is no e-mail address"),
    "channel_silent": N_("the mail channel did not answer in this run"),
    Reason.NO_ROLE: REASONS[Reason.NO_ROLE],
}


def rhythm(which: Rhythm) -> str:
    return _(RHYTHMS[which])


def delivery(which: Delivery) -> str:
    return _(DELIVERIES[which])


def about(filters: Filters, label: Label) -> str:
    """What the report is about: Team: 青松组; or everything that the recipient may see."""
    return text.joined(sentences.filters(filters, label)) or _("everything that the recipient may see")


def table(found: Sequence[Subscription], label: Label) -> pl.DataFrame:
    """Subscriptions, a row each."""
    return pl.DataFrame(
        [
            {
                _("Person"): text.person(each.person),
                _("Rhythm"): rhythm(each.rhythm),
                _("About"): about(each.filters, label),
                _("Files"): text.listed([FORMATS[one] for one in each.formats]),
                _("Language"): text.LANGUAGES[each.language],
                _("Way of sending"): delivery(each.delivery),
                _("Address"): each.address or "–",
                _("Set by"): text.person(each.made_by),
            }
            for each in found
        ]
    )


def delivery_table(found: Sequence[DeliveryMade], zone: str) -> pl.DataFrame:
    """What was sent, and what waits and why."""
    return pl.DataFrame(
        [
            {
                _("Period"): text.period(each.period),
                _("Person"): text.person(each.person),
                _("What"): _(WHATS[each.what]),
                _("Reason"): _(REASONS[each.reason]) if each.reason else "–",
                _("State"): state(each, zone),
            }
            for each in found
        ]
    )


def state(made: DeliveryMade, zone: str) -> str:
    """Sent at, to be tried again at and why, or given up."""
    if made.sent_at:
        return _("sent {moment}").format(moment=text.moment(text.at_site(made.sent_at, zone)))
    if made.dropped_at:
        return _("not sent any more: {reason}").format(reason=_failure(made.failure))
    if made.failure:
        return _("to be tried again {moment}: {reason}").format(
            moment=text.moment(text.at_site(made.due_at, zone)), reason=_failure(made.failure)
        )
    return _("waits to be sent")


def _failure(code: str | None) -> str:
    return _(FAILURES[code]) if code in FAILURES else message_words.failure(code) or "–"


def logged(scope: dict[str, Any]) -> str:
    """An entry of the audit log."""
    words = [scope["person"], _(RHYTHMS[Rhythm(scope["rhythm"])]) if scope["rhythm"] in RHYTHMS else scope["rhythm"]]
    if "from" in scope:
        last = date.fromisoformat(scope["to"])
        words.append(text.period(Period(date.fromisoformat(scope["from"]), last + timedelta(days=1))))
    words += [scope["address"]] if scope.get("address") else []
    for name, values in scope.get("filters", {}).items():
        words.append(text.labelled(text.dimension(name), text.listed(values)))
    return " · ".join(words)
