"""Headers that tell a browser what a page of this server may do, and the windows that are connected."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data_access.operating import meters
from pages.ui.scripts import SCRIPTS

SHELL = Path(streamlit.__file__).parent / "static" / "index.html"  # the one document that all pages are drawn in
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
STREAM = "/_stcore/stream"  # the WebSocket of a window
TLS_SECONDS = 180 * 86_400
#: Streamlit and Plotly write `<style>` elements while they run, each time other ones: styles cannot be told by a hash.
#: Plotly draws its pictures from `data:` addresses, Streamlit's tables from fonts and pictures of that kind.
SOURCES = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def policy(scripts: Iterable[str]) -> str:
    """The content security policy: nothing from elsewhere, and of scripts inside a document only those that are known.

    Args:
        scripts: the scripts that may stand inside a document, as they do between their tags.
    """
    hashes = " ".join(f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'" for each in scripts)
    told = SOURCES | {"script-src": f"'self' {hashes}"}
    return "; ".join(f"{name} {value}" for name, value in told.items())


class Guarded:
    """Middleware: every answer carries the headers, and every connected window is counted.

    Args:
        is_behind_tls: browsers reach the dashboard by https only.
    """

    def __init__(self, app: ASGIApp, *, is_behind_tls: bool) -> None:
        self._app = app
        known = [*INLINE.findall(SHELL.read_text("utf-8")), *SCRIPTS.values()]
        told = HEADERS | {"Content-Security-Policy": policy(known)}
        if is_behind_tls:
            told["Strict-Transport-Security"] = f"max-age={TLS_SECONDS}"
        self._headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]
        self._names = {name for name, _value in self._headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the dashboard does."""
        if scope["type"] == "websocket" and scope["path"].endswith(STREAM):
            with meters.WINDOWS.track_inprogress():
                await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [each for each in message["headers"] if each[0].lower() not in self._names]
                message["headers"] = [*others, *self._headers]
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)
