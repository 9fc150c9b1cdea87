"""The desk in a browser: what may be asked for, and who is told that something changed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import mimetypes
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from leafletry.desk.guard import Guard
from leafletry.desk.watching import changes
from leafletry.desk.workbench import Workbench
from leafletry.editions.fonts import OUR_FONTS, font_face_rules
from leafletry.reading.plain_file import read_plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from starlette.requests import Request

ADDRESS = "127.0.0.1"
FILES = {
    "/": "templates/desk/desk.html",
    "/desk.css": "templates/desk/desk.css",
    "/desk.js": "templates/desk/desk.js",
    "/icon.svg": "templates/desk/icon.svg",
    "/tokens.css": "styles/tokens.css",
}
"""Everything that is served as it lies in the project; nothing else is."""
_STILL_HERE = 15
_BREAK = 0.5
_PATIENCE = 3
_FRESH = {"Cache-Control": "no-store"}
_FOR_GOOD = {"Cache-Control": "private, max-age=86400, immutable"}
Answer = TypeVar("Answer")


def open_socket(port: int) -> socket.socket:
    """Give a socket that only this computer can reach; port 0 is any that is free.

    Raises OSError where another program has the port, or where it may not be had.
    """
    return socket.create_server((ADDRESS, port))


def address_of(listening: socket.socket) -> str:
    """Give the address under which a browser finds the desk."""
    return f"http://{ADDRESS}:{listening.getsockname()[1]}/"


def serve(root: Path, listening: socket.socket) -> None:
    """Show the project in a browser until Ctrl-C, which raises KeyboardInterrupt."""
    # Looking for garbage is left to `tidy`, when nobody waits for a page.
    gc.disable()
    asyncio.run(_serve(root, listening))


async def _serve(root: Path, listening: socket.socket) -> None:
    desk = Desk(root)
    config = uvicorn.Config(
        Guard(desk.app, listening.getsockname()[1]),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    following = asyncio.create_task(desk.follow())
    try:
        await _Server(config, desk).serve([listening])
    finally:
        desk.close()
        await asyncio.wait([following], timeout=_PATIENCE)
        desk.worker.shutdown(cancel_futures=True)


class _Server(uvicorn.Server):
    """Ends the streams of events before it waits for everyone to leave."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self.desk = desk

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.desk.close()
        await super().shutdown(sockets)


async def _own_up(request: Request, error: Exception) -> Response:  # noqa: ARG001 - as it is called
    """Say in words what the desk tripped over: nobody there can do anything with a traceback."""
    said = f"The desk made a mistake ({type(error).__name__}: {error}). Please report this line."
    return PlainTextResponse(said, HTTPStatus.INTERNAL_SERVER_ERROR)


class Desk:
    """What the browser asks; the answers come from the workbench, in the one thread it works in."""

    def __init__(self, root: Path) -> None:
        """Lay out the desk of a project."""
        self.root = root.resolve()
        self.bench = Workbench(self.root)
        self.worker = ThreadPoolExecutor(1, thread_name_prefix="workbench")
        self.closed = asyncio.Event()
        self.changed = asyncio.Event()
        self.tidying: asyncio.TimerHandle | None = None
        self.session = secrets.token_hex(4)
        self.app = Starlette(
            routes=[
                *(Route(path, self.file, methods=["GET"]) for path in FILES),
                Route("/edition", self.edition, methods=["GET"]),
                Route("/pictures/{digest}/{number:int}.png", self.picture, methods=["GET"]),
                Route("/fonts.css", self.font_rules, methods=["GET"]),
                Route("/fonts/{name}", self.font, methods=["GET"]),
                Route("/events", self.events, methods=["GET"]),
            ],
            exception_handlers={Exception: _own_up},
        )
        self.app.router.redirect_slashes = False

    async def follow(self) -> None:
        """Read the project again after each save, and tell every browser."""
        async with contextlib.aclosing(changes(self.root, self.closed)) as saves:
            async for files in saves:
                await self._work(self.bench.read_again, files)
                self._tell()

    def close(self) -> None:
        """Let everyone go who waits for something to change."""
        self.closed.set()
        self._tell()
        if self.tidying is not None:
            self.tidying.cancel()

    def _tidy_soon(self) -> None:
        """Have the workbench tidied when the pages are shown and nobody wants anything."""
        if self.tidying is not None:
            self.tidying.cancel()
        loop = asyncio.get_running_loop()
        self.tidying = loop.call_later(_BREAK, self.worker.submit, self.bench.tidy)

    def _tell(self) -> None:
        waiting, self.changed = self.changed, asyncio.Event()
        waiting.set()

    async def _work(self, task: Callable[..., Answer], *arguments: object) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self.worker, task, *arguments)

    def _revision(self, number: int) -> str:
        """Name a state of the project; after a new start of the desk, no name is the same."""
        return f"{self.session}-{number}"

    async def file(self, request: Request) -> Response:
        """Give a file of the desk itself, as it is now."""
        name = FILES[request.url.path]
        try:
            content = read_plain(self.root / name)
        except OSError as error:
            said = f"{name} cannot be shown: {error.strerror}."
            return PlainTextResponse(said, HTTPStatus.NOT_FOUND)
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
        return Response(content, media_type=kind, headers=_FRESH)

    async def edition(self, request: Request) -> Response:
        """Give all there is to show of an edition, as JSON; with `quick` before it was checked."""
        query = request.query_params
        asked = (query.get(name, "") for name in ("leaflet", "locale", "format"))
        sheet = await self._work(partial(self.bench.show, *asked, quick="quick" in query))
        self._tidy_soon()
        content = {**asdict(sheet), "revision": self._revision(sheet.revision)}
        return Response(json.dumps(content), media_type="application/json", headers=_FRESH)

    async def picture(self, request: Request) -> Response:
        """Give the picture of a page; its address says what is on it, so it may be kept."""
        digest, number = request.path_params["digest"], request.path_params["number"]
        picture = await self._work(self.bench.picture, digest, number)
        if picture is None:
            return PlainTextResponse("This page is not on the desk any more.", HTTPStatus.NOT_FOUND)
        return Response(picture, media_type="image/png", headers=_FOR_GOOD)

    async def font_rules(self, request: Request) -> Response:  # noqa: ARG002 - every route gets it
        """Give the style sheet that names the leaflets' own fonts; many computers have no other."""
        rules = font_face_rules(OUR_FONTS).replace('url("font:', 'url("/fonts/')
        return Response(rules, media_type="text/css", headers=_FRESH)

    async def font(self, request: Request) -> Response:
        """Give one of the leaflets' own fonts."""
        known = {font.name: font for font in OUR_FONTS}
        if request.path_params["name"] not in known:
            return PlainTextResponse("There is no such font.", HTTPStatus.NOT_FOUND)
        content = await self._work(known[request.path_params["name"]].content)
        return Response(content, media_type="font/otf", headers=_FOR_GOOD)

    async def events(self, request: Request) -> Response:  # noqa: ARG002 - as above
        """Tell the revision of the project, now and whenever it changed."""
        return StreamingResponse(self._tidings(), media_type="text/event-stream", headers=_FRESH)

    async def _tidings(self) -> AsyncIterator[str]:
        while not self.closed.is_set():
            changed = self.changed
            yield f"data: {self._revision(self.bench.revision)}\n\n"
            while not changed.is_set():
                try:
                    await asyncio.wait_for(changed.wait(), _STILL_HERE)
                except TimeoutError:
                    yield ": still here\n\n"
