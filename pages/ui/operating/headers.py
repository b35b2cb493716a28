"""Headers that tell a browser what may be done with a page of this server, and the windows that are connected."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data_access.operating import meters

STREAM = "/_stcore/stream"  # the WebSocket of a window
TLS_SECONDS = 180 * 86_400
HEADERS = {
    "Content-Security-Policy": "object-src 'none'; base-uri 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Guarded:
    """Middleware: every answer carries the headers, and every connected window is counted.

    Args:
        is_behind_tls: browsers reach the dashboard by https only.
    """

    def __init__(self, app: ASGIApp, *, is_behind_tls: bool) -> None:
        self._app = app
        told = HEADERS | ({"Strict-Transport-Security": f"max-age={TLS_SECONDS}"} if is_behind_tls else {})
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
