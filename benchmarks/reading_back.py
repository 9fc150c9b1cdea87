# ruff: noqa: INP001, T201 - a program to run, which prints what it finds
"""What reading back costs: its share of the processor's time that an edition takes.

    .venv/bin/python -P benchmarks/reading_back.py [TURNS]

All editions of the project are made in this one process, nothing is put into `output/`. The first
turn, in which letters and pictures are measured for the first time, is told but not judged.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from leafletry.content.project import read_project  # noqa: E402 - as above
from leafletry.editions.composition import Composition  # noqa: E402 - as above
from leafletry.editions.edition import Edition  # noqa: E402 - as above
from leafletry.printing import printing  # noqa: E402 - found by the line above

BAR = 20
"""Percent."""


def main() -> int:
    """Make every edition a few times, and print the share of each turn."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    composition = Composition.of(read_project(PROJECT))
    project = composition.project
    pairs = [(name, locale) for name in project.leaflets for locale in project.locales]
    editions = [Edition(name, locale, "a4") for name, locale in pairs]
    taken = 0.0
    read = printing._read_back  # noqa: SLF001 - what is measured

    def timed(*given: Any) -> Any:
        nonlocal taken
        start = time.process_time()
        try:
            return read(*given)
        finally:
            taken += time.process_time() - start

    printing._read_back = timed  # noqa: SLF001 - as above
    shares = []
    with printing.press_room(PROJECT), tempfile.TemporaryDirectory() as staging:
        printing.open_press(PROJECT)
        printing.PRESS["staging"] = Path(staging)
        for turn in range(turns):
            taken, start = 0.0, time.process_time()
            for edition in editions:
                made = printing.make_edition(composition.job(edition, None))
                if isinstance(made, Exception):
                    sys.exit(f"{edition.path}: {made}")
            whole = time.process_time() - start
            shares.append(100 * taken / whole)
            ms = 1000 * whole / len(editions)
            print(f"turn {turn + 1}: an edition {ms:.0f} ms, reading back {shares[-1]:.0f} % of it")
    judged = sorted(shares[1:])
    median = judged[len(judged) // 2] if judged else shares[0]
    print(f"reading back: {median:.0f} % of an edition's time (at most {BAR} %)")
    return 0 if median <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
