"""Quiet hours: when only urgent alerts are sent."""

from datetime import datetime

from sqlalchemy import Engine

from data_access import audit
from data_access.settings import read_setting, write_setting
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings

SETTING = "alert_quiet_hours"
NONE = ""
Hours = tuple[int, int]  # of the site's clock, from the first to before the second; over midnight where it is smaller


def read_quiet_hours(engine: Engine) -> Hours | None:
    """None: there are none."""
    told = read_setting(engine, SETTING, NONE)
    return (int(told.partition("-")[0]), int(told.partition("-")[2])) if told else None


def save_quiet_hours(engine: Engine, viewer: Viewer, hours: Hours | None, now: datetime) -> None:
    """Set the quiet hours, or none.

    Raises:
        NotAllowed: the viewer's role sets no rules.
        InvalidSettings: these are no two hours of a day.
    """
    require(viewer, Right.TARGETS)
    if hours is not None and (hours[0] == hours[1] or not all(0 <= each <= 23 for each in hours)):
        raise InvalidSettings(
            "Quiet hours cannot be from {start} to {end} o'clock.",
            "Choose two different hours from 0 to 23.",
            start=hours[0],
            end=hours[1],
        )
    fresh = NONE if hours is None else f"{hours[0]}-{hours[1]}"
    with transaction(engine) as session:
        before = read_setting(session, SETTING, NONE)
        if before != fresh:
            told = {"setting": SETTING, "before": before or "–", "after": fresh or "–"}
            audit.append(session, viewer, audit.Act.SETTING_CHANGED, told, now)
            write_setting(session, SETTING, fresh, viewer.name, now)


def is_quiet(hours: Hours | None, at: datetime) -> bool:
    """Does this instant of the site's clock lie in the quiet hours?"""
    if hours is None:
        return False
    start, end = hours
    return start <= at.hour < end if start < end else at.hour >= start or at.hour < end
