"""A desk to test: a copy of the project, and the real command that serves it in its own process."""

import contextlib
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from conftest import _copy
from patience import PATIENCE


@dataclass(frozen=True)
class Answer:
    """What the desk answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass
class Desk:
    """A desk that is open, and the project that lies on it."""

    root: Path
    address: str
    process: "subprocess.Popen[str]"

    @property
    def port(self) -> int:
        """Where it listens."""
        port = urlsplit(self.address).port
        assert port is not None
        return port

    def connect(self, host: str = "127.0.0.1") -> http.client.HTTPConnection:
        """Give a connection to it."""
        return http.client.HTTPConnection(host, self.port, timeout=PATIENCE)

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for something and give the whole answer; `sec_fetch_site` is `Sec-Fetch-Site`."""
        connection = self.connect()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host="host" in named)
            for name, value in named.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())

    def edition(self, **asked: str) -> dict[str, Any]:
        """Give what there is to show of an edition."""
        answer = self.ask(f"/edition?{urlencode(asked)}")
        assert answer.status == 200, answer.text
        found: dict[str, Any] = json.loads(answer.body)
        return found

    def stop(self) -> tuple[int, str, str]:
        """Press Ctrl-C; give the exit code and what was said on both channels."""
        self.process.send_signal(signal.SIGINT)
        said, complained = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said, complained


@contextlib.contextmanager
def open_desk(root: Path) -> Iterator[Desk]:
    """Open the desk of a project with the command that people type."""
    command = [sys.executable, "-m", "leafletry", "serve", "--port", "0"]
    # Typesetting in this process may have hidden the system's fonts; the desk does that itself.
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    environment |= {"PYTHONPATH": str(root), "PYTHONWARNINGS": "ignore::UserWarning"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=pipe, stderr=pipe, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            address = next((word for word in line.split() if word.startswith("http")), "")
            assert address, line or process.communicate(timeout=PATIENCE)[1]
            yield Desk(root, address, process)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


def copy_of_project(root: Path) -> Path:
    """Give a copy of the project with its fonts cut already."""
    _copy(root)
    return root


@contextlib.contextmanager
def edited(path: Path, old: str, new: str) -> Iterator[None]:
    """Save a file with some words changed, as an editor does; leave it as it was."""
    before = path.read_text("utf-8")
    assert old in before, f"{path.name} has no {old!r}"
    path.write_text(before.replace(old, new, 1), "utf-8")
    try:
        yield
    finally:
        path.write_text(before, "utf-8")


def tree(root: Path) -> dict[str, str]:
    """Give each file of a project with a digest of it, but for what Python and the cache keep."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {"__pycache__", ".cache"} & set(path.relative_to(root).parts)
    }
