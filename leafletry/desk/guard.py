"""Who may ask the desk for what: this computer's own browser, for its own page, to look at it.

A page from elsewhere can make the browser ask any address, also this one, and by way of a name
that it lets point here ("DNS rebinding") it could read the answer. So a request has to name this
desk as its host, and none may come from another page.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD")
_NAMES = ("127.0.0.1", "localhost")
_PLAIN_PORT = 80
_PROMISES = {
    # The page may load its own files and nothing else; no script or style stands in it.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in _PROMISES.items()]


class Guard:
    """Stands before the desk: refuses who has no business there, and seals every answer."""

    def __init__(self, desk: ASGIApp, port: int) -> None:
        """Take the port, which is part of the desk's name."""
        self.desk = desk
        hosts = {f"{name}:{port}" for name in _NAMES}
        self.hosts = hosts | (set(_NAMES) if port == _PLAIN_PORT else set())
        self.origins = {f"http://{host}" for host in self.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += _HEADERS
            await send(message)

        answer = self._refusal(scope) or self.desk
        await answer(scope, receive, sealed)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """Give the answer to a request that is refused, or nothing."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        if [host.lower() for host in headers.get("host", [])] not in [[own] for own in self.hosts]:
            said = "This desk answers to its own address only: see where it was started."
            return PlainTextResponse(said, HTTPStatus.FORBIDDEN)
        if not set(headers.get("origin", [])) <= self.origins or self._is_foreign(scope, headers):
            return PlainTextResponse("Other pages may not ask this desk.", HTTPStatus.FORBIDDEN)
        if scope["method"] not in METHODS:
            allowed = {"Allow": ", ".join(METHODS)}
            said = "The desk shows; it changes nothing."
            return PlainTextResponse(said, HTTPStatus.METHOD_NOT_ALLOWED, allowed)
        return None

    @staticmethod
    def _is_foreign(scope: Scope, headers: dict[str, list[str]]) -> bool:
        """Tell whether another page asks for something; a link to the desk may be followed."""
        sites = set(headers.get("sec-fetch-site", []))
        follows = headers.get("sec-fetch-mode") == ["navigate"] and scope["path"] == "/"
        return not (sites <= {"same-origin", "none"} or follows)
