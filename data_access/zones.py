"""Time zones by name: what people and settings give is looked up before anything is counted with it."""

import os
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from metrics.errors import InvalidSettings

DEFAULT_ZONE = "Asia/Shanghai"
SOURCE, SITE = "TWINWING_SOURCE_ZONE", "TWINWING_SITE_ZONE"


def is_zone(name: str) -> bool:
    """Is it a time zone that Python knows?"""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a wrong name, an address
        return False
    return True


def near_zones(name: str) -> str:
    """Time zones that a mistyped one may mean, for a sentence."""
    return ", ".join(get_close_matches(name, available_timezones(), cutoff=0.5)) or "UTC, Asia/Shanghai"


def given_zones() -> tuple[str, str]:
    """The zones of the source's clock and of the site's, of a connected warehouse without a mapping.

    Raises:
        InvalidSettings: one of them is no time zone.
    """
    source = os.environ.get(SOURCE, DEFAULT_ZONE)
    site = os.environ.get(SITE, source)
    for setting, zone in ((SOURCE, source), (SITE, site)):
        if not is_zone(zone):
            what, fix = "{setting} is '{zone}', which is not a time zone.", "Write a name such as {near}."
            raise InvalidSettings(what, fix, setting=setting, zone=zone, near=near_zones(zone))
    return source, site
