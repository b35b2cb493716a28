"""Sign-in: what the administrator's file says of the provider, and what a person's claims mean."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data_access.viewer import Role
from metrics.errors import InvalidSettings, NotAllowed

VARIABLE = "TWINWING_SIGN_IN"
USUAL_PLACE = Path(__file__).resolve().parent.parent / ".streamlit" / "secrets.toml"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Headers of a request that a proxy passes on, which may come from anywhere.
FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})
CALLBACK = "/oauth2callback"  # where Streamlit listens for the provider's answer
PROVIDER_KEYS = ("client_id", "client_secret", "server_metadata_url")
LEAST_SECRET = 32


class Settings(BaseModel):
    """The section [twinwing] beside Streamlit's [auth]: who a person is, and which role that gives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    admins: tuple[str, ...] = ()
    person_claim: str = "email"
    role_claim: str = ""
    roles: dict[str, Role] = Field(default_factory=dict)
    teams_claim: str = ""
    hours: float = Field(12, gt=0, le=24 * 30)
    provider: str = ""  # the name of [auth.NAME]; without one [auth] itself
    origin: str = ""  # where the dashboard is reached: scheme, host and port of redirect_uri

    def person(self, claims: Mapping[str, Any]) -> str:
        """The name under which a person is on record, in lower case.

        Raises:
            NotAllowed: the claims do not tell, or an e-mail address that nobody has verified.
        """
        told = claims.get(self.person_claim)
        if not isinstance(told, str) or not told.strip():
            raise NotAllowed(
                "The sign-in does not say who you are: the claim '{claim}' is missing.",
                "Ask an administrator to let the provider send it, or to name another in person_claim.",
                claim=self.person_claim,
            )
        if self.person_claim == "email" and claims.get("email_verified") in {False, "false"}:
            raise NotAllowed(
                "The address {address} has not been verified by the sign-in provider.",
                "Verify it there, then sign in again.",
                address=told,
            )
        return told.strip().lower()

    def role(self, claims: Mapping[str, Any]) -> Role | None:
        """The most that the claims give: a value that is listed in `roles`, or a role's own name."""
        names = {str(role): role for role in Role} | self.roles
        given = [names[each] for each in _listed(claims.get(self.role_claim)) if each in names]
        return max(given, key=list(Role).index, default=None) if self.role_claim else None

    def teams(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        """The teams that the claims name; none where they name none."""
        return tuple(sorted(set(_listed(claims.get(self.teams_claim))))) if self.teams_claim else ()


def place() -> Path:
    """The file with the sections [auth] and [twinwing]."""
    return Path(os.environ.get(VARIABLE) or USUAL_PLACE)


def sign_in_settings() -> Settings | None:
    """What the file says; None where there is no sign-in, and the dashboard is for this machine only.

    Raises:
        InvalidSettings: the file cannot be read, is not there though it was named, or lacks something.
    """
    file = place()
    if not file.exists():
        if os.environ.get(VARIABLE):
            raise InvalidSettings(
                "The file {file} with the sign-in settings is not there.",
                "Put it there, or correct {variable}.",
                file=file,
                variable=VARIABLE,
            )
        return None
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as failure:
        raise _wrong(file, str(failure)) from failure
    if "auth" not in told:
        if "twinwing" in told or os.environ.get(VARIABLE):
            raise _wrong(file, "[auth]")
        return None
    return _settings(file, told)


def _settings(file: Path, told: dict[str, Any]) -> Settings:
    own, auth = told.get("twinwing", {}), told["auth"]
    provider = auth.get(own.get("provider", ""), auth)
    for name in ("redirect_uri", "cookie_secret"):
        if not auth.get(name):
            raise _wrong(file, f"[auth] {name}")
    for name in PROVIDER_KEYS:
        if not provider.get(name):
            raise _wrong(file, f"[auth] {name}")
    if len(auth["cookie_secret"]) < LEAST_SECRET:
        raise InvalidSettings(
            "The cookie_secret in {file} is too short: whoever guesses it can sign in as anybody.",
            "Write at least {least} random characters.",
            file=file,
            least=LEAST_SECRET,
        )
    try:
        lowered = [each.strip().lower() for each in own.get("admins", ())]
        return Settings(**own | {"admins": lowered, "origin": _origin(file, auth["redirect_uri"])})
    except (ValidationError, AttributeError, TypeError) as failure:
        where = failure.errors()[0] if isinstance(failure, ValidationError) else {"loc": ("admins",)}
        raise _wrong(file, f"[twinwing] {'.'.join(map(str, where['loc']))}") from failure


def _origin(file: Path, address: str) -> str:
    """
    Raises:
        InvalidSettings: it is no address of this dashboard, or passwords would travel in the open.
    """
    parts = urlsplit(address)
    if not parts.path.endswith(CALLBACK) or not parts.hostname:
        raise InvalidSettings(
            "The redirect_uri in {file} does not end with {callback}.",
            "Write the dashboard's own address followed by {callback}.",
            file=file,
            callback=CALLBACK,
        )
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise InvalidSettings(
            "The redirect_uri in {file} does not begin with https, so sign-ins could be read on the way.",
            "Put the dashboard behind TLS: docs/deploying.md shows how.",
            file=file,
        )
    return f"{parts.scheme}://{parts.netloc}"


def _wrong(file: Path, what: str) -> InvalidSettings:
    return InvalidSettings(
        "The sign-in settings in {file} cannot be used: {lacking} is missing or wrong.",
        "Correct it: docs/security.md has an example. Until then nobody gets in.",
        file=file,
        lacking=what,
    )


def _listed(claim: object) -> list[str]:
    """A claim's values: providers send one as text and several as a list."""
    values = claim if isinstance(claim, list | tuple) else [claim]
    return [str(each) for each in values if isinstance(each, str | int) and not isinstance(each, bool)]
