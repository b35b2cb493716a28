"""Routes for monitoring: `/healthz` says whether all is well, `/metrics` what there is to count."""

import asyncio
import hmac
import time

import streamlit as st
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from data_access.home import home
from data_access.operating.health import Condition, Health, health
from data_access.operating.meters import scrape_token
from data_access.operating.queues import Queues
from data_access.sign_in import FORWARDED, LOOPBACK

ANSWERS_WITHIN = 8.0  # seconds: probes give up after ten
ASKED_AGAIN = 5.0  # seconds that an answer is kept: nobody burdens the warehouse by asking more often
NOT_STORED = {"Cache-Control": "no-store"}
UNKNOWN = Health(Condition.UNKNOWN, Condition.UNKNOWN, Condition.UNKNOWN, None)
_BEGAN = time.monotonic()


class Watch:
    """Looks after the installation's health: at most every ASKED_AGAIN seconds, and never twice at once."""

    def __init__(self) -> None:
        self._found, self._found_at = UNKNOWN, -ASKED_AGAIN
        self._looking: asyncio.Task[Health] | None = None

    async def healthz(self, _request: Request) -> Response:
        """200 where all is well, else 503; which part is how, and nothing that only people who sign in may know."""
        found = await self._health()
        seconds = found.rollups_seconds
        told = {
            "status": "ok" if found.is_healthy else "failing",
            "process": {"status": "ok", "seconds": round(time.monotonic() - _BEGAN)},
            "state_store": {"status": found.state_store},
            "warehouse": {"status": found.warehouse},
            "rollups": {"status": found.rollups, "age_seconds": None if seconds is None else round(seconds)},
        }
        return JSONResponse(told, 200 if found.is_healthy else 503, NOT_STORED)

    async def _health(self) -> Health:
        if time.monotonic() - self._found_at < ASKED_AGAIN:
            return self._found
        if self._looking is None:
            self._looking = asyncio.create_task(asyncio.to_thread(_look))
            self._looking.add_done_callback(self._keep)
        try:
            return await asyncio.wait_for(asyncio.shield(self._looking), ANSWERS_WITHIN)
        except TimeoutError:
            return UNKNOWN

    def _keep(self, looked: asyncio.Task[Health]) -> None:
        self._looking = None
        if not looked.cancelled() and looked.exception() is None:
            self._found, self._found_at = looked.result(), time.monotonic()


def _look() -> Health:
    from pages.ui import load  # what it keeps needs the server's runtime, which begins after this module

    kept = load.kept()
    return health(
        load.state,
        kept.store if kept else None,
        is_silent=kept is not None and kept.silent_since is not None,
        home_is_empty=load.needs_first_warehouse(home()),
    )


def _state() -> Engine:
    from pages.ui import load  # as above

    return load.state()


async def metrics(request: Request) -> Response:
    """The measurements of this process in Prometheus' text format, to this machine or to who has the token."""
    if not _may_scrape(request):
        return PlainTextResponse("docs/deploying.md says who may ask.\n", 403)
    found = await asyncio.to_thread(generate_latest, REGISTRY)
    return Response(found, media_type=CONTENT_TYPE_LATEST, headers=NOT_STORED)


def _may_scrape(request: Request) -> bool:
    wanted = scrape_token()
    if wanted:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode())
    is_passed_on = bool(FORWARDED & set(request.headers.keys()))  # by a proxy on this machine, for somebody else
    return request.client is not None and request.client.host in LOOPBACK and not is_passed_on


def routes() -> list[Route]:
    """Both, below the path that the dashboard is served under."""
    REGISTRY.register(Queues(_state))
    below = st.get_option("server.baseUrlPath").strip("/")
    root = f"/{below}" if below else ""
    return [Route(f"{root}/healthz", Watch().healthz), Route(f"{root}/metrics", metrics)]
