"""Logs: one line for each event, for people or as JSON; neither what data say nor who somebody is, nor a secret."""

import json
import logging
import os
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from data_access.secret import seal
from data_access.seen import seen
from data_access.viewer import Viewer
from metrics.errors import InvalidSettings

VARIABLE = "TWINWING_LOGS"
KINDS = ("text", "json")
OWN = logging.getLogger("twinwing")
TOLD = "told"  # the attribute of a record under which our own events keep their fields
FOREIGN = ("uvicorn", "uvicorn.error", "streamlit")  # not of requests: the reruns are our own events


def event(name: str, level: int = logging.INFO, failure: BaseException | None = None, **told: Any) -> None:
    """Log an event with its fields: numbers, ids and words of the program's own, never text from data."""
    OWN.log(level, name, extra={TOLD: told}, exc_info=failure)


def pseudonym(viewer: Viewer) -> str:
    """The same for the same person, and by nobody without the installation's secret to be led back to them."""
    return seal("log", viewer.name).hex()[:12]


def kind() -> str:
    """One of KINDS, as `TWINWING_LOGS` asks for; without it lines for people.

    Raises:
        InvalidSettings: it asks for what there is not.
    """
    told = os.environ.get(VARIABLE) or KINDS[0]
    if told not in KINDS:
        raise InvalidSettings("{variable} is neither text nor json.", "Write one of them.", variable=VARIABLE)
    return told


def set_up() -> None:
    """Everything that this process logs from now on goes to stderr, a line each.

    Raises:
        InvalidSettings: see `kind`.
    """
    is_json = kind() == "json"
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if is_json else Lines())
    OWN.handlers[:], OWN.propagate = [handler], False
    OWN.setLevel(logging.INFO)
    if is_json:
        logging.getLogger().handlers[:] = [handler]
        _take_over()


def _take_over() -> None:
    """Loggers of the server's libraries have handlers of their own, each with a form of its own."""
    known = [name for name in logging.Logger.manager.loggerDict if name.startswith("streamlit.")]
    for name in dict.fromkeys((*FOREIGN, *known)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


class JsonLines(logging.Formatter):
    """One JSON object a line. Of others' records only the sentence without what was filled in, as that may be data."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(record.msg),
        }
        return json.dumps({**line, **_fields(record), **_raised(record)}, ensure_ascii=False)


class Lines(logging.Formatter):
    """A line for people: the clock, the event, its fields. The trace of an error is left to Streamlit's own line."""

    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created).astimezone().isoformat(" ", "seconds")
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        raised = " ".join(f"{name}={value}" for name, value in _raised(record).items() if name == "error")
        line = " ".join(part for part in (clock, record.levelname, str(record.msg), fields, raised) if part)
        return seen(line, "�").replace("\n", " ")  # a value with a line end would be an event of its own


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    return getattr(record, TOLD, {})


def _raised(record: logging.LogRecord) -> Mapping[str, Any]:
    """The kind of an exception and where it was raised: what it says may hold a value."""
    if not record.exc_info or record.exc_info[1] is None:
        return {}
    raised = record.exc_info[1]
    frames = traceback.extract_tb(raised.__traceback__)
    return {"error": type(raised).__name__, "at": [f"{each.filename}:{each.lineno} {each.name}" for each in frames]}
