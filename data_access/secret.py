"""The secret of this installation: pseudonyms and the audit log's seals are made with it."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from data_access.home import home
from metrics.errors import InvalidSettings

VARIABLE = "TWINWING_SECRET"  # for several machines that share a state store
LEAST_LENGTH = 32


def seal(purpose: str, message: str) -> bytes:
    """What only this installation can say of a message; another purpose gives another seal.

    Raises:
        InvalidSettings: the secret is shorter than 32 characters or cannot be read.
    """
    key = hmac.digest(_secret(), purpose.encode(), hashlib.sha256)
    return hmac.digest(key, message.encode(), hashlib.sha256)


def is_given() -> bool:
    """Does the environment name the secret, so that no file holds it?"""
    return bool(os.environ.get(VARIABLE))


def put_back(secret: bytes, path: Path) -> None:
    """Replace the secret in a home by that of a backup."""
    fresh = path.with_suffix(f".{secrets.token_hex(8)}.tmp")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    fresh.replace(path)
    _kept.cache_clear()


def _secret() -> bytes:
    given = os.environ.get(VARIABLE)
    return _checked(given, VARIABLE) if given else _kept(home().secret)


@cache
def _kept(path: Path) -> bytes:
    """The secret in the home; made at first use, readable by its owner only. Two processes agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(8)}.tmp")
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, path)  # unlike a rename it never replaces what another process has put there
        fresh.unlink()
    try:
        return _checked(path.read_text(encoding="ascii").strip(), str(path))
    except (OSError, UnicodeDecodeError) as failure:
        raise InvalidSettings(
            "The secret of this installation in {place} cannot be read.",
            "Give the file to the user of the service, or put it back from a backup.",
            place=path,
        ) from failure


def _checked(secret: str, place: str) -> bytes:
    if len(secret) < LEAST_LENGTH:
        raise InvalidSettings(
            "The secret of this installation in {place} is too short.",
            "Put back the one from a backup, or write at least {least} random characters.",
            place=place,
            least=LEAST_LENGTH,
        )
    return secret.encode()
