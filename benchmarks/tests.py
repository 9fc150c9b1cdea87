# ruff: noqa: INP001, T201 - a program to run, which prints what it finds
"""How long the tests take, as a multiple of a full build of all editions on the same machine.

    .venv/bin/python benchmarks/tests.py            the README's test command
    .venv/bin/python benchmarks/tests.py FILE …     the same for some tests only

Builds run before and after the tests, and the median counts. The processor's time is compared as
well as the clock's: it hardly changes where other programs share the machine.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from run import BARE_PYTHON, ENVIRONMENT, PROJECT, build, build_from_nothing, copy_project

BAR = 125
BUILDS = 3
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Took:
    """How long something took, in seconds of the clock and of all processors together."""

    wall: float
    cpu: float


def main() -> int:
    """Measure, and print both ratios."""
    if sys.platform == "linux":
        # What the tests leave running is waited for, and counted, here.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="leafletry-benchmark-") as folder:
        root = copy_project(Path(folder).resolve() / "project", tiny=False)
        build(root)
        builds = [full_build(root) for _ in range(BUILDS)]
        tests = timed([BARE_PYTHON, "build_leaflets.py", "test", "-q", *sys.argv[1:]])
        builds += [full_build(root) for _ in range(BUILDS)]
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}\n")
    print("| what | the tests | a full build | ratio | bar | |\n|---|---|---|---|---|---|")
    for name, ours, others in (
        ("time by the clock", tests.wall, [took.wall for took in builds]),
        ("time of processors", tests.cpu, [took.cpu for took in builds]),
    ):
        other = statistics.median(others)
        word = "holds" if ours / other <= BAR else "MISSED"
        print(f"| {name} | {ours:.0f} s | {other:.2f} s | {ours / other:.0f} | ≤ {BAR} | {word} |")
    return 0 if tests.wall <= BAR * statistics.median(took.wall for took in builds) else 1


def full_build(root: Path) -> Took:
    """Build all editions into an empty folder."""
    before, start = used(), time.perf_counter()
    build_from_nothing(root)
    return Took(time.perf_counter() - start, used() - before)


def timed(command: list[str]) -> Took:
    """Run the tests to their end, and wait for all that they started."""
    before, start = used(), time.perf_counter()
    tests = subprocess.Popen(command, cwd=PROJECT, env=ENVIRONMENT)  # noqa: S603 - our own
    status = None
    with contextlib.suppress(ChildProcessError):
        # All that ends is taken note of at once: a test may wait for it to be gone.
        while status is None:
            ended, found = os.wait()
            status = found if ended == tests.pid else None
        wall = time.perf_counter() - start
        while True:
            os.wait()
    if status:
        code = os.waitstatus_to_exitcode(status)
        print(f"The tests ended with {code}; what they took counts all the same.")
    return Took(wall, used() - before)


def used() -> float:
    """Give the seconds that ended children, and theirs, have had a processor."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
