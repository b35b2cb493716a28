"""For whom a job runs: this machine's own user without sign-in, else a person on record."""

import os
from datetime import UTC, datetime

from sqlalchemy import Engine

from data_access.audit import record
from data_access.audit_rows import Act
from data_access.home import home
from data_access.opening import site_zone
from data_access.people import viewer_named
from data_access.sign_in import sign_in_settings
from data_access.viewer import LOCAL, Right, Stranger, Viewer, require
from metrics.errors import NotAllowed

VARIABLE = "TWINWING_AS"


def asking(state: Engine, job: str, right: Right | None = None) -> Viewer:
    """The viewer for whom the job runs; a refusal stands in the audit log.

    Raises:
        NotAllowed: nobody was named, the person is not on record, or the role does not include the right.
        InvalidSettings: the sign-in settings cannot be read.
    """
    settings = sign_in_settings()
    if settings is None:
        return LOCAL
    person = os.environ.get(VARIABLE, "").strip().lower()
    who: Viewer | Stranger = Stranger(person or "nobody")
    try:
        if not person:
            raise NotAllowed(
                "This dashboard has a sign-in, so a job runs for a person.",
                "Name one who is on record: {variable}=name@example.com python -m jobs {job}",
                variable=VARIABLE,
                job=job,
            )
        who = viewer_named(state, settings, person, datetime.now(site_zone(home())))
        if right is not None:
            require(who, right)
    except NotAllowed:
        record(state, who, Act.REFUSED, {"job": job}, datetime.now(UTC))
        raise
    return who
