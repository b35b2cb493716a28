"""`python -m jobs verify-audit`: is the audit log as it was written?"""

from metrics.errors import InvalidScope


def expectation(written: str | None) -> tuple[int, str] | None:
    """An id and its seal, as an earlier run printed them.

    Raises:
        InvalidScope: it is not written like that.
    """
    if written is None:
        return None
    place, colon, seal = written.partition(":")
    if not (colon and place.isdecimal() and seal):
        raise InvalidScope(
            "'{text}' is no entry with its seal.", "Write what an earlier run printed, like 120:9f2c….", text=written
        )
    return int(place), seal
