"""Where alerts are sent: the administrator's channels in the secrets file, and nowhere else."""

import base64
import os
import ssl
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data_access import sign_in
from metrics.errors import InvalidSettings

VARIABLE = "TWINWING_ALERTS"
SECTION = "alerts"
FROM_ENVIRONMENT = "env:"  # a value like "env:SMTP_PASSWORD" stands in that variable
MOST_CHANNELS = 50


class Kind(StrEnum):
    EMAIL = "email"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"
    SLACK = "slack"
    WEBHOOK = "webhook"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Channel(Strict):
    """What every channel has. `ca_file` names further authorities whose certificates are trusted."""

    language: Literal["zh", "en"] = "zh"
    ca_file: str = ""

    def trusted(self) -> ssl.SSLContext:
        """Certificates are always checked, against the system's authorities and those of `ca_file`."""
        context = ssl.create_default_context()
        if self.ca_file:
            context.load_verify_locations(self.ca_file)
        return context


class Email(Channel):
    kind: Literal[Kind.EMAIL]
    host: str
    port: int = Field(465, gt=0, lt=65536)
    security: Literal["tls", "starttls", "none"] = "tls"  # none: on this machine only
    user: str = ""
    password: str = Field("", repr=False)
    sender: str
    to: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def is_safe(self) -> "Email":
        if self.security == "none" and self.host not in sign_in.LOOPBACK:
            raise ValueError("security")
        for address in (self.sender, *self.to):
            if "@" not in address or any(each in address for each in "\r\n,;"):
                raise ValueError("sender, to")
        return self

    @property
    def place(self) -> str:
        return self.host


class Webhook(Channel):
    kind: Literal[Kind.DINGTALK, Kind.WECOM, Kind.FEISHU, Kind.SLACK, Kind.WEBHOOK]
    url: str = Field(repr=False)
    secret: str = Field("", repr=False)

    @model_validator(mode="after")
    def is_safe(self) -> "Webhook":
        parts = urlsplit(self.url)
        is_here = parts.scheme == "http" and parts.hostname in sign_in.LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or is_here):
            raise ValueError("url")
        if self.kind is Kind.WEBHOOK:  # Standard Webhooks: the key in Base64, with or without a prefix
            base64.b64decode(self.secret.removeprefix("whsec_"), validate=True)
        return self

    @property
    def place(self) -> str:
        """The host: the rest of the address is a secret."""
        return urlsplit(self.url).hostname or ""


class Settings(Strict):
    """The section [alerts]: the dashboard's own address, for links, and the channels by name."""

    address: str = ""
    channels: dict[str, Email | Webhook] = Field(default_factory=dict, max_length=MOST_CHANNELS)


def place() -> Path:
    """The file with the section [alerts]: that of the sign-in unless another is named."""
    return Path(os.environ.get(VARIABLE) or sign_in.place())


def channel_settings() -> Settings:
    """What the file says; no channel where it says nothing.

    Raises:
        InvalidSettings: it cannot be read, or something in it is missing or wrong; never with a secret in the words.
    """
    file = place()
    if not file.exists():
        if os.environ.get(VARIABLE):
            raise _wrong(file, VARIABLE)
        return Settings()
    try:
        told = tomllib.loads(file.read_text("utf-8")).get(SECTION, {})
    except (OSError, ValueError) as failure:
        raise _wrong(file, f"[{SECTION}]") from failure
    given = _from_environment(told, file)
    try:
        return Settings.model_validate(given)
    except ValidationError as failure:
        where = [str(each) for each in failure.errors()[0]["loc"] if each not in {"Email", "Webhook"}]
        raise _wrong(file, f"[{'.'.join([SECTION, *where])}]") from None


def _from_environment(value: Any, file: Path) -> Any:
    if isinstance(value, Mapping):
        return {name: _from_environment(each, file) for name, each in value.items()}
    if isinstance(value, str) and value.startswith(FROM_ENVIRONMENT):
        name = value.removeprefix(FROM_ENVIRONMENT)
        if not os.environ.get(name):
            raise _wrong(file, name)
        return os.environ[name]
    return value


def _wrong(file: Path, what: str) -> InvalidSettings:
    return InvalidSettings(
        "The channels of alerts in {file} cannot be used: {lacking} is missing or wrong.",
        "Correct it: docs/watch.md has an example of each kind. Until then messages wait.",
        file=file,
        lacking=what,
    )
