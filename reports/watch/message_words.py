"""What has become of a message, in words: sent, waiting, or why not."""

from data_access.watch.outbox import Message
from reports.text import N_, _

FAILURES = {
    "timeout": N_("no answer in time"),
    "tls": N_("its certificate is not trusted"),
    "answer": N_("an answer that is not the receiver's"),
    "ConnectError": N_("cannot be reached"),
    "ConnectionRefusedError": N_("cannot be reached"),
    "gaierror": N_("its name is not known"),
    "no_channel": N_("there is no such channel in the secrets file"),
    "no_folder": N_("its folder cannot be written to"),
    "SMTPServerDisconnected": N_("the mail server ended the connection"),
    "SMTPRecipientsRefused": N_("the mail server refused the address"),
    "FileNotFoundError": N_("a file that its settings name is missing"),
    "unwritten": N_("it could not be put into words: the log of the job says why"),
}
#: Failures that come with a number, by what stands before it.
NUMBERED = {
    "http": N_("the server answered with status {number}"),
    "smtp": N_("the mail server answered with code {number}"),
    "refused": N_("{number} recipients were refused"),
}


def sending(message: Message, moment: str) -> str:
    """What has become of a message."""
    if message.sent_at:
        lacking = failure(message.failure)
        return _("sent on {moment}").format(moment=moment) + (f" ({lacking})" if lacking else "")
    if message.dropped_at:
        return _("not needed any more")
    if message.failure:
        return _("not sent: {why}; next attempt on {moment}").format(why=failure(message.failure), moment=moment)
    return _("will be sent on {moment} or soon after").format(moment=moment)


def failure(code: str | None) -> str:
    """Why a message has not arrived."""
    if code is None:
        return ""
    if code in FAILURES:
        return _(FAILURES[code])
    kind, _line, number = code.partition("_")
    if not number:
        return _("an unforeseen error ({code})").format(code=code)
    return _(NUMBERED.get(kind, N_("the receiver answered with error {number}"))).format(number=number)


def waits(code: str | None, moment: str) -> str:
    """Why messages wait on a channel."""
    if code is None:
        return _("The next one goes on {moment} or soon after.").format(moment=moment)
    return _("The last attempt failed: {why}. The next one is on {moment}.").format(why=failure(code), moment=moment)
