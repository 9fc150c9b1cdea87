# ruff: noqa: INP001, T201 - a program to run, which prints what it finds
"""How soon after a save the translator's desk shows the new pages.

    .venv/bin/python benchmarks/desk.py            ten saves of each kind (half a minute)
    .venv/bin/python benchmarks/desk.py --rounds 3

In a temporary copy of the project the desk is opened as people open it. An HTTP client does what
the browser does: it hears of the save, asks for the edition and fetches the picture of every
page. The time runs from before the file is written until the last picture is there.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self
from urllib.parse import urlencode, urlsplit

PROJECT = Path(__file__).resolve().parent.parent
COPIED = ("leafletry", "leaflets", "locales", "styles", "templates")
BAR = 1.0
TIMEOUT = 60


def main() -> int:
    """Measure each kind of save, and print the table; exit code 1 where one takes too long."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=10, help="how many saves each (10)")
    rounds = parser.parse_args().rounds
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, {rounds} saves each\n")
    print("| what is saved | median | slowest | bar | |\n|---|---|---|---|---|")
    held = True
    with tempfile.TemporaryDirectory(prefix="leafletry-benchmark-") as folder:
        root = copy_project(Path(folder).resolve() / "project")
        with open_desk(root) as port, Browser(port) as browser:
            for name, (locale, path, edit) in saves(root).items():
                taken = [browser.time_of_save(locale, path, edit, i) for i in range(rounds + 1)]
                # The first one of a kind warms up: it makes the edition, which nobody saw yet.
                middle, slowest = statistics.median(taken[1:]), max(taken[1:])
                held &= slowest <= BAR
                word = "holds" if slowest <= BAR else "MISSED"
                print(f"| {name} | {middle:.2f} s | {slowest:.2f} s | ≤ {BAR:g} s | {word} |")
    return 0 if held else 1


Edit = Callable[[str, int], str]


def saves(root: Path) -> dict[str, tuple[str, Path, Edit]]:
    """Give each kind of save: the language looked at, the file, and how it is changed anew."""
    leaflet = first_leaflet(root)
    title = line_of(leaflet, r"(?m)^title: (.+)$")
    drawing = line_of(leaflet, r"(?m)^picture:\n  file: (.+)$")
    letters = "abcdefghijklmnopqrstuvwxyz"

    def reworded(before: str) -> Edit:
        return lambda text, i: text.replace(before, f"{before}{letters[i % len(letters)]}", 1)

    def recoloured(text: str, i: int) -> str:
        return re.sub(r"--teal: #\w+", f"--teal: #4a0d{0x50 + i % 99:02x}", text)

    return {
        "a translation (.po)": (
            "es",
            root / "locales/es/LC_MESSAGES/messages.po",
            reworded(f'msgid "{title}"\nmsgstr "'),
        ),
        "a text (YAML)": ("en", leaflet, reworded(f"title: {title}")),
        "a template": (
            "es",
            root / "templates/leaflet.html",
            lambda text, i: text.replace("<h1>", f'<h1 style="letter-spacing: 0.{i + 1}pt">', 1),
        ),
        "a style sheet": ("es", root / "styles/tokens.css", recoloured),
        "a drawing": (
            "es",
            root / f"templates/figures/{drawing}.svg",
            lambda text, i: text.replace("<svg ", f'<svg opacity="0.{50 + i % 49}" ', 1),
        ),
    }


def first_leaflet(root: Path) -> Path:
    """Give the leaflet that the desk opens with."""
    shared = ("facts", "sources", "phrases")
    return min(path for path in (root / "leaflets").glob("*.yaml") if path.stem not in shared)


def line_of(path: Path, pattern: str) -> str:
    """Give what the one place of a pattern says in a file."""
    (found,) = re.findall(pattern, path.read_text("utf-8"))
    return str(found)


class Browser:
    """Does what the page does: listens, asks for the edition, fetches pictures it does not have."""

    def __init__(self, port: int) -> None:
        """Connect, and listen."""
        self.events = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.pages = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.pictures: dict[str, list[bytes]] = {}

    def __enter__(self) -> Self:
        """Begin to listen."""
        self.events.request("GET", "/events")
        self.stream = self.events.getresponse()
        self.next_revision()
        return self

    def __exit__(self, *_error: object) -> None:
        """Hang up."""
        self.events.close()
        self.pages.close()

    def next_revision(self) -> str:
        """Wait until the desk tells of a change."""
        while not (line := self.stream.readline().decode()).startswith("data: "):
            if not line:
                sys.exit("the desk was closed")
        return line.removeprefix("data: ").strip()

    def look(self, locale: str) -> str:
        """Fetch an edition with all its pictures; give its digest."""
        sheet = json.loads(self.get(f"/edition?{urlencode({'locale': locale, 'quick': 1})}"))
        digest = str(sheet["digest"])
        if sheet["old"] or not sheet["pages"]:
            sys.exit(f"the page could not be made: {sheet['problems']}")
        if digest not in self.pictures:
            numbers = [page["number"] for page in sheet["pages"]]
            self.pictures[digest] = [self.get(f"/pictures/{digest}/{n}.png") for n in numbers]
        return digest

    def get(self, path: str) -> bytes:
        """Fetch something."""
        self.pages.request("GET", path)
        answer = self.pages.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            sys.exit(f"{path}: {answer.status} {body.decode()}")
        return body

    def time_of_save(self, locale: str, path: Path, edit: Edit, i: int) -> float:
        """Save a file with a change; give the seconds until the new pictures are there."""
        before = path.read_text("utf-8")
        old = self.look(locale)
        changed = edit(before, i)
        if changed == before:
            sys.exit(f"{path.name} was not changed")
        start = time.perf_counter()
        path.write_text(changed, "utf-8")
        new = old
        while new == old:
            self.next_revision()
            new = self.look(locale)
        taken = time.perf_counter() - start
        if self.pictures[new] == self.pictures[old]:
            sys.exit(f"{path.name} was saved, and the pictures are the same")
        path.write_text(before, "utf-8")
        while new != old:
            self.next_revision()
            new = self.look(locale)
        return taken


@contextlib.contextmanager
def open_desk(root: Path) -> Iterator[int]:
    """Open the desk of a project; give its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "leafletry", "serve", "--port", "0"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None  # noqa: S101 - for the type checker
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        if found is None:
            sys.exit("the desk does not open")
        yield urlsplit(found[0]).port or 80
    finally:
        process.terminate()
        process.wait()


def copy_project(folder: Path) -> Path:
    """Give a copy of the project."""
    for name in COPIED:
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(PROJECT / "requirements.lock", folder)
    return folder


if __name__ == "__main__":
    sys.exit(main())
