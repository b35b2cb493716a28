"""The mail that a report comes with, and the notice that there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data_access.subscriptions.deliveries import DeliveryMade, Reason
from data_access.subscriptions.subscriptions import Subscription
from data_access.watch.sending import Attachment, Letter
from metrics.scope import Period
from reports import text
from reports.document.parts import Document
from reports.links import END_OF, RHYTHM_OF, TEAMS_OF, link, packed
from reports.text import N_, _, speaking
from reports.weekly.report import title

PAGE = "weekly_report"
WHY = {
    Reason.STALE: N_("The data end on {last}, before the end of the period: such a report would look complete and "
                     "would not be."),
    Reason.EMPTY: N_("There is no case in this period that this report is about."),
    Reason.FAILED: N_("The report could not be made: {failure}"),
    Reason.NO_ROLE: N_("The recipient has no role in this dashboard any more."),
}  # fmt: skip
DO = {
    Reason.STALE: N_("Nothing needs to be done here: it is sent as soon as the data are there."),
    Reason.EMPTY: N_("Look at the page of the report, or change what the subscription is about."),
    Reason.FAILED: N_("It is tried again at the next run."),
    Reason.NO_ROLE: N_("Give the recipient a role under People and rights, or end the subscription."),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a report is not sent: up to when the data reach, or what failed, in the reader's words."""

    reason: Reason
    last: str = ""
    failure: str = ""


def with_report(
    made: DeliveryMade,
    subscription: Subscription,
    document: Document,
    files: Sequence[Attachment],
    address: str,
    missed: datetime | None,
) -> Letter:
    """The headline in the mail itself, the files beside it.

    Args:
        address: the dashboard's own, for the link; empty where it is not known.
        missed: when the recipient was told that there is none, at the site's clock: it then says that it comes late.
    """
    with speaking(subscription.language):
        where = _link(address, subscription, made.period)
        named = text.listed([each.name for each in files])
        lines = (*document.lead, text.labelled(_("Attached"), named), _sent_once(made))
        name = document.title
        if missed is not None:
            late = _("This is the report that was missing on {moment}: it comes late, now that it can be made.")
            name, lines = _("Late: {report}").format(report=name), (late.format(moment=text.moment(missed)), *lines)
        return Letter(made.id, name, lines, where, _("Open in Twinwing"), {}, tuple(files))


def notice(made: DeliveryMade, subscription: Subscription, trouble: Trouble, address: str, about: str = "") -> Letter:
    """To who would get the report: that there is none, why, and what becomes of it.

    Args:
        about: what its filters keep, where there are any.
    """
    with speaking(subscription.language):
        name = title(made.rhythm, made.period, about)
        where = _link(address, subscription, made.period)
        lines = (_("{report} is not sent.").format(report=name), *_told(trouble), _sent_once(made))
        return Letter(made.id, _not_sent(name), lines, where, _("Open in Twinwing"), {})


def owners_notice(
    made: DeliveryMade, subscription: Subscription, trouble: Trouble, waiting: Sequence[str], address: str
) -> Letter:
    """To who answers for the report: the same, and who waits for it."""
    with speaking(subscription.language):
        name = title(made.rhythm, made.period)
        where = _link(address, replace(subscription, filters=()), made.period)
        lines = (
            _("{report} is not sent.").format(report=name),
            *_told(trouble),
            _("Recipients without it: {people}.").format(people=text.listed(waiting)),
            _sent_once(made),
        )
        return Letter(made.id, _not_sent(name), lines, where, _("Open in Twinwing"), {})


def _told(trouble: Trouble) -> list[str]:
    return [_(WHY[trouble.reason]).format(last=trouble.last, failure=trouble.failure), _(DO[trouble.reason])]


def _not_sent(name: str) -> str:
    return _("Not sent: {report}").format(report=name)


def _sent_once(made: DeliveryMade) -> str:
    return _("Message {place}: if it comes twice, it is the same one.").format(place=made.id[:8])


def _link(address: str, subscription: Subscription, period: Period) -> str:
    """The same report on its page: of all teams, or of those that it is about."""
    rhythm = subscription.rhythm
    view = {RHYTHM_OF: str(rhythm), f"{END_OF}.{rhythm}": period.end.isoformat()}
    teams = dict(subscription.filters).get("team_id", ())
    view |= {TEAMS_OF: packed(teams)} if teams else {}
    return link(address, PAGE, subscription.language, None, (), view)
