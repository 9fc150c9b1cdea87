# ruff: noqa: INP001, T201 - a program to run, which prints what it finds
"""How quick the build is, as ratios of things measured side by side in one run.

    .venv/bin/python benchmarks/run.py            all of it (some ten minutes)
    .venv/bin/python benchmarks/run.py nothing edit     only these two

Everything happens in a temporary copy of the project. Each pair of commands runs in turns
(A B A B ...), each time as whole processes, and the medians are compared. Compare ratios,
never seconds: they belong to one machine on one day.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
COPIED = ("leafletry", "leaflets", "locales", "styles", "templates")
FILES = ("build_leaflets.py", "requirements.lock")
VARIANTS = ("en_GB",)
"""Left out: what is promised is of the 15 editions there were before any variant of a language."""
OTHER_FORMATS = re.compile(r"(?m)(?<=^formats: \{a4: 2), .*\}$")
"""Left out as well: what is promised is of A4."""
SHARED = ("facts", "sources", "phrases")
COPIES = 10
# A path of the caller's would lead a copy to the engine of the project itself.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
BARE_PYTHON: str = getattr(sys, "_base_executable", sys.executable)

Action = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One comparison: what ours and the other took, in seconds, and what was promised."""

    name: str
    ours: float
    other: float
    bar: float
    quicker: bool
    note: str

    @property
    def ratio(self) -> float:
        """How many times as long ours takes, or how many times as quick it is."""
        return self.other / self.ours if self.quicker else self.ours / self.other

    @property
    def holds(self) -> bool:
        """Tell whether the promise is kept."""
        return self.ratio >= self.bar if self.quicker else self.ratio <= self.bar

    def __str__(self) -> str:
        """Give the line of the table."""
        sign = "≥" if self.quicker else "≤"
        word = "holds" if self.holds else "MISSED"
        return (
            f"| {self.name} | {self.ours:.3f} s | {self.other:.3f} s | {self.ratio:.1f} "
            f"| {sign} {self.bar:g} | {word} | {self.note} |"
        )


def main() -> int:
    """Measure what is asked for, and print the table."""
    names = ("nothing", "edit", "full", "many")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("which", nargs="*", choices=[*names, []], help="which of them (all)")
    parser.add_argument("--rounds", type=int, default=5, help="how many turns each (5)")
    parser.add_argument("--tiny", action="store_true", help="one turn of next to nothing")
    options = parser.parse_args()
    which = options.which or names
    rounds = 1 if options.tiny else options.rounds
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, {rounds} turns each\n")
    print(
        "| what | ours | the other | ratio | bar | | the other is |\n|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory(prefix="leafletry-benchmark-") as folder:
        bench = Bench(Path(folder).resolve(), rounds, tiny=options.tiny)
        measures = {
            "nothing": bench.nothing_changed,
            "edit": bench.one_message,
            "full": bench.full_build,
            "many": bench.many_editions,
        }
        rows = []
        for name in names:
            if name in which:
                rows.append(measures[name]())
                print(rows[-1], flush=True)
    return 0 if options.tiny or all(row.holds for row in rows) else 1


class Bench:
    """A copy of the project, built, and the commands to compare with it."""

    def __init__(self, folder: Path, rounds: int, *, tiny: bool) -> None:
        """Copy, build once, and write the pages down as HTML."""
        self.folder = folder
        self.rounds = rounds
        self.tiny = tiny
        self.root = copy_project(folder / "project", tiny=tiny)
        self.fontconfig = self.root / "leafletry" / "editions" / "fonts.conf"
        build(self.root)
        self.pages = pages_as_files(self.root, folder / "pages")

    def nothing_changed(self) -> Row:
        """Compare the door with nothing to do with a Python that does nothing."""
        door = [BARE_PYTHON, str(self.root / "build_leaflets.py")]
        times = 1 if self.tiny else 8 * self.rounds
        ours, other = in_turns(lambda: run(door), lambda: run([BARE_PYTHON, "-c", "pass"]), times)
        return Row("nothing changed", ours, other, 10, quicker=False, note="`python3 -c pass`")

    def one_message(self) -> Row:
        """Compare a build after the edit of one message with one cold `weasyprint` command."""
        catalog = max((self.root / "locales").glob("*/LC_MESSAGES/messages.po"))
        locale = catalog.parent.parent.name
        leaflet = max(self.pages)[0]
        text = catalog.read_text("utf-8")
        (title,) = re.findall(r"(?m)^title: (.+)$", self.leaflet(leaflet))
        (words,) = re.findall(rf'msgid "{re.escape(title)}"\nmsgstr "(.+)"\n', text)
        edited = text.replace(f'msgstr "{words}"', f'msgstr "{words}."', 1)

        def edit_and_build() -> None:
            now = catalog.read_text("utf-8")
            catalog.write_text(text if now == edited else edited, "utf-8")
            if "\n1 made, " not in (said := build(self.root)):
                sys.exit(f"not one edition was made:\n{said}")

        page = self.pages[leaflet, locale]
        ours, other = in_turns(edit_and_build, lambda: self.weasyprint(page), self.rounds)
        note = f"one `weasyprint` command ({leaflet}, {locale})"
        return Row("one message edited", ours, other, 2, quicker=False, note=note)

    def leaflet(self, name: str) -> str:
        """Give the text of a leaflet."""
        return (self.root / "leaflets" / f"{name}.yaml").read_text("utf-8")

    def full_build(self) -> Row:
        """Compare a build from an empty output/ with one `weasyprint` command an edition."""
        pages = list(self.pages.values())
        ours, other = in_turns(
            lambda: build_from_nothing(self.root),
            lambda: [self.weasyprint(page) for page in pages],
            max(1, self.rounds // 2),
        )
        name = f"full build, {len(pages)} editions"
        note = f"{len(pages)} `weasyprint` commands, one after another"
        return Row(name, ours, other, 4, quicker=True, note=note)

    def many_editions(self) -> Row:
        """As above with copies of each leaflet; the commands run for one copy and are scaled."""
        copies = 2 if self.tiny else COPIES
        root = copy_project(self.folder / "many", tiny=self.tiny)
        multiply(root, copies)
        pages = list(self.pages.values())
        ours, other = in_turns(
            lambda: build_from_nothing(root),
            lambda: [self.weasyprint(page) for page in pages],
            max(1, self.rounds // 3),
        )
        count = len(pages) * copies
        name = f"full build, {count} editions"
        note = f"{len(pages)} `weasyprint` commands, their time x {copies}"
        return Row(name, ours, other * copies, 6, quicker=True, note=note)

    def weasyprint(self, page: Path) -> None:
        """Print one page with the plain command, cold, with the same sheets, fonts and variant."""
        sheets = page.with_suffix(".sheets").read_text("utf-8").split()
        options = [part for sheet in sheets for part in ("-s", sheet)]
        command = [sys.executable, "-m", "weasyprint", "--pdf-variant", "pdf/a-2a", *options]
        variables = {"FONTCONFIG_FILE": str(self.fontconfig), "PYTHONWARNINGS": "ignore"}
        run([*command, page.name, f"{page.stem}.pdf"], page.parent, variables)


def in_turns(ours: Action, other: Action, rounds: int) -> tuple[float, float]:
    """Give the median times of two actions that run in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for action, taken in zip((ours, other), times, strict=True):
            start = time.perf_counter()
            action()
            taken.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def run(command: list[str], folder: Path = PROJECT, variables: dict[str, str] | None = None) -> str:
    """Run a command; where it fails, so does the benchmark."""
    result = subprocess.run(  # noqa: S603 - no shell, and no command from outside
        command,
        cwd=folder,
        env={**ENVIRONMENT, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def build(root: Path) -> str:
    """Build by way of the door."""
    return run([BARE_PYTHON, str(root / "build_leaflets.py")], root)


def build_from_nothing(root: Path) -> None:
    """Build everything."""
    shutil.rmtree(root / "output", ignore_errors=True)
    build(root)


def copy_project(folder: Path, *, tiny: bool) -> Path:
    """Give a copy of the project whose door finds everything set up."""
    for name in COPIED:
        left_out = shutil.ignore_patterns("*.pyc", *VARIANTS)
        shutil.copytree(PROJECT / name, folder / name, ignore=left_out)
    for name in FILES:
        shutil.copy(PROJECT / name, folder / name)
    for leaflet in leaflets_of(folder):
        text = leaflet.read_text("utf-8")
        leaflet.write_text(OTHER_FORMATS.sub("}", text), "utf-8")
    if tiny:
        for leaflet in leaflets_of(folder)[:-1]:
            leaflet.unlink()
        for locale in ("es", "fr", "ja"):
            shutil.rmtree(folder / "locales" / locale, ignore_errors=True)
    set_up(folder)
    return folder


def set_up(root: Path) -> None:
    """Give a copy an environment of its own that borrows the packages of this one."""
    venv = root / ".venv"
    windows = os.name == "nt"
    scheme = "Lib/site-packages" if windows else f"lib/python3.{sys.version_info[1]}/site-packages"
    packages = venv / scheme
    packages.mkdir(parents=True)
    python = venv / ("Scripts/python.exe" if windows else "bin/python")
    python.parent.mkdir()
    python.symlink_to(BARE_PYTHON)
    (venv / "pyvenv.cfg").write_text(f"home = {Path(BARE_PYTHON).parent}\n")
    lines = [sysconfig.get_paths()["purelib"], f"import sys; sys.path.append({str(root)!a})"]
    (packages / "borrowed.pth").write_text("\n".join(lines) + "\n")
    place = f"{sys.implementation.cache_tag} {sys.platform}\n{root}\n"
    lock = (root / "requirements.lock").read_bytes()
    (venv / "ready-to-build").write_bytes(os.fsencode(place) + lock)


def leaflets_of(root: Path) -> list[Path]:
    """Give the leaflets of a project."""
    return sorted(p for p in (root / "leaflets").glob("*.yaml") if p.stem not in SHARED)


def multiply(root: Path, copies: int) -> None:
    """Give each leaflet further copies under ids and codes of their own."""
    for leaflet in leaflets_of(root):
        text = leaflet.read_text("utf-8")
        for number in range(1, copies):
            code = rf"\g<1>{chr(ord('A') + number)}Z-"
            copied = re.sub(r"(?m)^(code: )[A-Z]{2}-", code, text, count=1)
            leaflet.with_stem(f"{leaflet.stem}-{number}").write_text(copied, "utf-8")


def pages_as_files(root: Path, folder: Path) -> dict[tuple[str, str], Path]:
    """Write down the HTML that the build prints, with sheets, fonts and figures as files."""
    code = Path(__file__).with_name("pages.py")
    python = root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    listed = run([str(python), "-P", str(code), str(root), str(folder)], root).splitlines()
    pages = {}
    for line in listed:
        leaflet, locale, name = line.split("\t")
        pages[leaflet, locale] = folder / name
    if not pages:
        sys.exit("there is no page to print")
    return pages


if __name__ == "__main__":
    sys.exit(main())
