"""Commands of Leafletry, given to a copy of the project as people give them, many in little time.

A command runs in a process of its own, from its words to its exit code, but that process is forked
from one that has loaded the engine already: a second less for each of hundreds. Where the copy has
an engine of its own (a test changed it), where processes cannot be forked, and where a test says
`afresh`, Python begins anew, as it does for people.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

from patience import PATIENCE

ROOT = Path(__file__).parent.parent


def give(
    root: Path,
    *words: str,
    env: Mapping[str, str] | None = None,
    afresh: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a command on the project in a folder; give its exit code and what it said.

    `env` are all of its variables, by default those of the tests, without what a press set there.
    """
    variables = environment(root) if env is None else dict(env)
    if afresh or os.name == "nt" or has_engine_of_its_own(root):
        return subprocess.run(
            [sys.executable, "-P", "-m", "leafletry", *words],
            cwd=root,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _forge().Process(target=_obey, args=(root, words, variables, out, err))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(words, PATIENCE)
        return subprocess.CompletedProcess(list(words), process.exitcode, _text(out), _text(err))


def environment(root: Path) -> dict[str, str]:
    """Give the variables with which Python finds the engine of a copy."""
    kept = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    return {**kept, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}


def has_engine_of_its_own(root: Path) -> bool:
    """Tell whether the engine in a folder differs in any file from the one that is tested."""
    return _stamps(root) != _stamps(ROOT)


def _stamps(root: Path) -> dict[str, tuple[int, int]]:
    """Give size and time of each file of an engine; copies keep both."""
    engine = str(root / "leafletry")
    found = {}
    for folder, folders, names in os.walk(engine):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            stat = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - quick
            place = os.path.join(folder, name)[len(engine) :]  # noqa: PTH118 - as above
            found[place] = stat.st_size, stat.st_mtime_ns
    return found


@cache
def _forge() -> ForkServerContext:
    """Give what forks processes from one that has loaded the engine."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["warm_engine"])
    before = os.environ.get("PYTHONPATH")
    # The only way to show it where that module is.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), str(ROOT)])
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return context


def _obey(root: Path, words: tuple[str, ...], env: dict[str, str], out: Path, err: Path) -> None:
    """Be the process of a command."""
    os.chdir(root)
    os.environ.clear()
    os.environ.update(env)
    if hasattr(time, "tzset"):
        time.tzset()
    for number, path in ((1, out), (2, err)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - to the end
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name, module in list(sys.modules.items()):
        if name.startswith("leafletry.") and hasattr(module, "ROOT"):
            module.ROOT = root  # type: ignore[attr-defined]
    from leafletry.cli import main

    code = main(list(words))
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""
