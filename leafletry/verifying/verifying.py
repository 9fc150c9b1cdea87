"""Whether a file, or the code at the foot of a page, is still good; and if not, why.

A file is called current only where its bytes are proved: they are those that this project makes
today, or those of one of its commits, or somebody who publishes for it signed them. What a file
says of itself is never believed. Whatever is wrong, the gravest is said: unknown, withdrawn,
altered, superseded, expired, not proven. What cannot be judged, because the project itself is
broken, is never called good.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self

from leafletry.content.differences import differences
from leafletry.content.edition_code import EditionCode, read_code
from leafletry.editions.edition import SIGNATURE
from leafletry.pages.packet import NoRecordError, read_record
from leafletry.pages.sealing import is_sealed
from leafletry.printing.printing import print_alone
from leafletry.reading.problems import ProblemsFoundError
from leafletry.verifying.foreign_pdf import PdfReaders, UnreadableError
from leafletry.verifying.given_files import LeftOut, NotReadableError, read_given
from leafletry.verifying.known_codes import NotJudgeableError, Worth
from leafletry.verifying.page_words import (
    codes_in,
    lines_of_words,
    said_differently,
    says_the_same,
)
from leafletry.verifying.rebuilding import Rebuilt
from leafletry.verifying.signatures import MOST_BYTES as MOST_SIGNATURE_BYTES
from leafletry.verifying.signatures import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from leafletry.editions.edition import EditionRecord
    from leafletry.editions.job import Job
    from leafletry.editions.record import MadeFor, Provenance
    from leafletry.verifying.foreign_pdf import ForeignPdf
    from leafletry.verifying.known_codes import KnownCodes
    from leafletry.verifying.rebuilding import Rebuilder
    from leafletry.verifying.signatures import Checked

State = Literal[
    "current",
    "not proven",
    "expired",
    "superseded",
    "altered",
    "withdrawn",
    "unknown",
    "not judged",
    "not looked at",
]
STATES: tuple[State, ...] = (
    "current",
    "not proven",
    "expired",
    "superseded",
    "altered",
    "withdrawn",
    "unknown",
    "not judged",
    "not looked at",
)
Proof = Literal["", "built here", "rebuilt", "signed"]
_DO_NOT = "Do not use it"
_LONGEST_LINE = 90


@dataclass(frozen=True)
class Change:
    """What was, and what is now; empty where there was nothing, or is nothing any more."""

    what: Literal["version", "facts", "words"]
    was: str
    now: str


@dataclass(frozen=True)
class Verdict:
    """The judgement of one file or code; `means` says in words what to do.

    `proof` tells by what the bytes of a file are proved; nothing where they are not, or where
    there are none, as of a code. `signature` is what became of the one beside it, if there is one.
    """

    state: State
    means: str
    code: str = ""
    draft: bool = False
    proof: Proof = ""
    changes: tuple[Change, ...] = ()
    near: tuple[str, ...] = ()
    rebuilt: Rebuilt | None = None
    signature: Literal["", "good", "bad", "stranger"] = ""
    signed_by: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class _Look:
    """What was seen of a file before it is judged; `why` it has no record or was left out."""

    digest: str = ""
    signature: bytes | None = None
    content: bytes = b""
    record: Provenance | None = None
    foreign: ForeignPdf | None = None
    why: str = ""

    @property
    def key(self) -> tuple[str, bytes | None]:
        return self.digest, self.signature


@dataclass(frozen=True)
class _Made:
    """An edition as this project makes it; `copy` says where people get it."""

    where: str
    copy: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Verifier:
    """Judges files and codes by what a project knows; equal files are judged once.

    With a `rebuilder` each file is also made once more, and that or a signature alone is proof.
    Unless it `believes_output`, what lies in `output/` is made once more as well.
    """

    known: KnownCodes
    rebuilder: Rebuilder | None = None
    believes_output: bool = True
    readers: PdfReaders = field(default_factory=PdfReaders)
    _judged: dict[tuple[str, bytes | None], Verdict] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _made: dict[str, _Made | str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Begin nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes that read PDFs."""
        self.readers.close()

    def code(self, code: EditionCode) -> Verdict:
        """Judge a code that somebody typed; that says nothing of the paper it was read from."""
        try:
            worth = self.known.worth(code)
            changes = self._since_signed(worth, code) if worth.standing == "superseded" else ()
            near = tuple(self.known.near(code)) if worth.standing == "unknown" else ()
        except NotJudgeableError as error:
            return Verdict("not judged", str(error), str(code))
        verdict = _verdict(worth, code)
        if verdict.state == "current":
            means = (
                f"{verdict.means} That is said of the code: what stands on a paper, only a new "
                "copy beside it shows."
            )
            verdict = replace(verdict, means=means)
        return replace(verdict, changes=changes, near=near)

    def file(self, path: Path) -> Verdict:
        """Judge a file."""
        return self._judge(self._look(path))

    def files(self, found: Iterable[Path | LeftOut]) -> Iterator[tuple[Path, Verdict]]:
        """Judge many files, in their order; some are looked at ahead of the others."""
        ahead: deque[tuple[Path, Future[_Look] | _Look]] = deque()
        with ThreadPoolExecutor(self.readers.most) as pool:
            try:
                for one in found:
                    if isinstance(one, LeftOut):
                        ahead.append((one.path, _Look(why=one.why)))
                    else:
                        ahead.append((one, pool.submit(self._look, one)))
                    if len(ahead) > 2 * self.readers.most:
                        yield self._next(ahead)
                while ahead:
                    yield self._next(ahead)
            finally:
                pool.shutdown(cancel_futures=True)

    def _next(self, ahead: deque[tuple[Path, Future[_Look] | _Look]]) -> tuple[Path, Verdict]:
        path, look = ahead.popleft()
        return path, self._judge(look if isinstance(look, _Look) else look.result())

    def _look(self, path: Path) -> _Look:
        """Read a file, and its pages if nothing else tells what it is; threads may do so."""
        try:
            content = read_given(path)
        except NotReadableError as error:
            return _Look(why=str(error))
        digest = hashlib.sha256(content).hexdigest()
        look = _Look(digest, _signature_beside(path), content)
        if look.key in self._judged:
            return look
        if b"%PDF-" not in content[:1024]:
            return replace(look, why="it is no PDF")
        try:
            return replace(look, record=read_record(content))
        except NoRecordError as error:
            look = replace(look, why=str(error))
        try:
            return replace(look, foreign=self.readers.read(content))
        except UnreadableError as error:
            return replace(look, why=f"{look.why}, and {error}. {_DO_NOT}")

    def _judge(self, look: _Look) -> Verdict:
        if not look.digest:
            return Verdict("not looked at", f"{look.why}.")
        if look.key not in self._judged:
            checked = None
            if look.signature is not None:
                checked = check(look.content, look.signature, self.known.publishers)
            verdict = self._judge_anew(look, checked)
            self._judged[look.key] = _with_signature(verdict, checked, look.digest)
        return self._judged[look.key]

    def _judge_anew(self, look: _Look, checked: Checked | None) -> Verdict:
        if look.record is not None:
            is_signed = checked is not None and checked.outcome == "good"
            return _Case(self, look.record, look.content, look.digest, is_signed).verdict()
        verdict = Verdict("unknown", f"{look.why}.")
        if look.foreign is not None:
            verdict = self._foreign(look.foreign, look.why)
        if self.rebuilder is not None:
            nothing = Rebuilt("none", "nothing in it tells what to make")
            verdict = replace(verdict, rebuilt=nothing)
        return verdict

    def _foreign(self, found: ForeignPdf, why: str) -> Verdict:
        """Judge a file without a record by what its pages say."""
        said = codes_in([found.keywords]) or codes_in(found.lines)
        code = read_code(min(said)) if len(said) == 1 else None
        if code is None:
            return Verdict(
                "unknown",
                f"{why}, and its pages have no edition code. If it is a scan or a photo, type the "
                "code at the foot of the page instead.",
            )
        return self.unsealed(code, f"{why}: another program wrote or changed it")

    def unsealed(self, code: EditionCode, why: str, record: Provenance | None = None) -> Verdict:
        """Judge a file whose bytes cannot be believed: altered, or worse."""
        try:
            worth = self.known.worth(code, *_told_by(record))
        except NotJudgeableError:
            return Verdict("altered", f"{why}. {_DO_NOT}.", str(code))
        if worth.standing in ("unknown", "withdrawn"):
            return _verdict(worth, code)
        instead = "" if worth.current is None else f"; take a new copy of {worth.current}"
        return Verdict("altered", f"{why}{instead}. {_DO_NOT}.", str(code))

    def ours(self, job: Job) -> _Made | str:
        """Give an edition as this project makes it today, or why it cannot be made.

        What lies in `output/` is taken where it is as the last build left it, from the same.
        """
        if job.digest not in self._made:
            built = self._built(job) if self.believes_output else None
            self._made[job.digest] = built or self._printed(job)
        return self._made[job.digest]

    def _built(self, job: Job) -> _Made | None:
        manifest = self.known.manifest
        record = manifest.record(job.edition)
        if record is None or record.digest != job.digest:
            return None
        try:
            content = read_given(manifest.output / record.path)
        except NotReadableError:
            return None
        where = f"output/{record.path}"
        made = _Made(where, f"Take a new copy, {where}", content)
        return made if made.digest == record.sha256 else None

    def _printed(self, job: Job) -> _Made | str:
        try:
            content = print_alone(self.known.project.root, job)
        except ProblemsFoundError as error:
            return f"{error.problems[0].place}: {error.problems[0].message}"
        except OSError as error:
            return f"{error.strerror or error}"
        copy = f"Build, and take a new copy, output/{job.edition.path}"
        return _Made("the edition that this project makes", copy, content)

    def lines_of(self, content: bytes) -> list[str]:
        """Give the lines of a file of our own; none where it cannot be read."""
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._lines:
            try:
                self._lines[digest] = self.readers.read(content).lines
            except UnreadableError:
                self._lines[digest] = []
        return self._lines[digest]

    @cached_property
    def built_by_code(self) -> dict[str, EditionRecord]:
        """The editions in `output/` by their codes."""
        return {record.code: record for record in self.known.manifest.editions}

    def _since_signed(self, worth: Worth, code: EditionCode) -> tuple[Change, ...]:
        """Give what changed since the words of a code were signed."""
        old = self.known.signed_words(code)
        edition = self.known.edition_of(code)
        if old is None or edition is None or worth.current is None:
            return ()
        return (
            *_versions(code, worth.current),
            *_words(old, self.known.composition.words(*edition).text),
        )


def _signature_beside(path: Path) -> bytes | None:
    """Give the signature of a file, if there is one; one that cannot be read fits nothing."""
    beside = path.with_name(path.name + SIGNATURE)
    try:
        return read_given(beside, MOST_SIGNATURE_BYTES)
    except NotReadableError:
        return b"" if os.path.lexists(beside) else None


def _with_signature(verdict: Verdict, checked: Checked | None, digest: str) -> Verdict:
    """Give a verdict with what the signature says."""
    verdict = replace(verdict, sha256=digest)
    if checked is None:
        return verdict
    means, state = verdict.means, verdict.state
    if checked.outcome == "good":
        means += f" Signed by {checked.name} (key {checked.key})."
    elif checked.outcome == "stranger":
        means += f" Who signed it is nobody known here (key {checked.key}): that proves nothing."
    else:
        whose = f" of {checked.name}" if checked.name else ""
        said = f"the signature{whose} beside it does not fit: one of the two was changed"
        means = f"{said}. {_DO_NOT}."
        if state in ("withdrawn", "unknown"):
            means = f"{verdict.means} And {means}"
        else:
            state = "altered"
    proof = verdict.proof if state == "current" else ""
    return replace(
        verdict,
        state=state,
        means=means,
        proof=proof,
        signature=checked.outcome,
        signed_by=checked.name if checked.outcome == "good" else "",
    )


def _told_by(record: Provenance | None) -> tuple[str | None, MadeFor | None]:
    return (None, None) if record is None else (record.words, record.clinic)


def _verdict(worth: Worth, code: EditionCode) -> Verdict:
    if worth.standing != "current":
        return Verdict(worth.standing, f"{worth.why}.", str(code))
    if worth.approval is None or worth.approval.state == "release":
        means = "the newest words, and released: it may be given out."
        return Verdict("current", means, str(code))
    why = f" ({worth.approval.reasons[0].words})" if worth.approval.reasons else ""
    means = f"the newest words, but a draft: not for families{why}."
    return Verdict("current", means, str(code), draft=True)


def _says_released(worth: Worth, code: str) -> Verdict:
    """Judge a file that says it is a release, where its words are none today."""
    reasons = worth.approval.reasons if worth.approval else ()
    means = "it says that it is released, but"
    if {reason.hindrance for reason in reasons} <= {"unconfirmed", "expired", "unchecked"}:
        why = "; ".join(reason.words for reason in reasons)
        return Verdict("expired", f"{means} {why}. Do not give it out before.", code)
    return Verdict("unknown", f"{means} nobody signed these words here. {_DO_NOT}.", code)


@dataclass
class _Case:
    """One file with a record that can be read."""

    verifier: Verifier
    record: Provenance
    content: bytes
    digest: str
    is_signed: bool

    @cached_property
    def code(self) -> EditionCode:
        return self.record.edition_code

    @property
    def known(self) -> KnownCodes:
        return self.verifier.known

    @property
    def is_draft(self) -> bool:
        return self.record.state == "draft"

    def verdict(self) -> Verdict:
        """Give the gravest that can be said."""
        verdict = self._verdict()
        if self.verifier.rebuilder is None:
            return verdict
        rebuilt = self.verifier.rebuilder.rebuild(self.content, self.record)
        verdict = replace(verdict, rebuilt=rebuilt)
        if verdict.state in ("current", "not proven", "expired") and rebuilt.outcome == "other":
            means = f"made once more, it has other bytes. {_DO_NOT}."
            return replace(verdict, state="altered", means=means, proof="")
        if verdict.state == "current" and rebuilt.outcome == "none" and not self.is_signed:
            means = f"its words are the newest, but {rebuilt.means}. Take a new copy."
            return replace(verdict, state="not proven", means=means, proof="")
        if verdict.state in ("not proven", "altered", "current") and rebuilt.outcome == "same":
            return replace(self._sealed(proof="rebuilt"), rebuilt=rebuilt)
        return verdict

    def _verdict(self) -> Verdict:
        if not is_sealed(self.content, self.record.made_from):
            why = "it was changed after it was built: its seal does not hold"
            return self.verifier.unsealed(self.code, why, self.record)
        try:
            return self._sealed()
        except NotJudgeableError as error:
            return Verdict("not judged", f"{error}.", self.record.code)

    def _sealed(self, proof: Proof = "") -> Verdict:
        """Judge a file that is as somebody sealed it, which anybody can; or that is proved."""
        worth = self.known.worth(self.code, *_told_by(self.record))
        code = self.record.code
        if worth.standing == "unknown":
            means = "this project does not know this edition: perhaps it is an older draft"
            changes = self._changes(worth)
            return Verdict("unknown", f"{means}. {_DO_NOT}.", code, self.is_draft, changes=changes)
        if worth.standing == "superseded":
            verdict = _verdict(worth, self.code)
            return replace(verdict, draft=self.is_draft, changes=self._changes(worth))
        if worth.standing != "current":
            return replace(_verdict(worth, self.code), draft=self.is_draft)
        released = worth.approval is not None and worth.approval.state == "release"
        if not self.is_draft and not released:
            return _says_released(worth, code)
        draft_of_a_release = self.is_draft and released
        verdict = (
            self._proven(worth, proof)
            if proof
            else self._newest(worth, draft_of_a_release=draft_of_a_release)
        )
        if verdict.state in ("altered", "not proven") and self.is_signed:
            # Who publishes here answers for these bytes, wherever they were made.
            verdict = self._proven(worth, "signed")
        if verdict.state in ("current", "not proven") and draft_of_a_release:
            means = f"a draft of words that are released since: take the released copy. {_DO_NOT}."
            return replace(verdict, state="superseded", means=means, draft=True)
        return verdict

    def _newest(self, worth: Worth, *, draft_of_a_release: bool) -> Verdict:
        """Judge a file that says it has the newest words by what this project makes of them."""
        job = self.known.job(self.record, draft=draft_of_a_release)
        ours = "this project makes no such edition" if job is None else self.verifier.ours(job)
        if job is None or isinstance(ours, str):
            return self._not_proven(f"there is nothing to compare it with: {ours}", "")
        if self.record.made_from != job.digest:
            return self._of_another_make(job, ours)
        if self.digest != ours.digest:
            return self._altered(f"its bytes are not those of {ours.where}, made from the same")
        return self._proven(worth, "built here")

    def _of_another_make(self, job: Job, ours: _Made) -> Verdict:
        """Judge a file by what its pages say, which is all that can be compared."""
        try:
            own = self.verifier.readers.read(self.content).lines
        except UnreadableError as error:
            return self._altered(f"its pages cannot be read: {error}")
        theirs = self.verifier.lines_of(ours.content)
        later = self.known.later(job)
        if other := says_the_same(own, theirs, self.record.code, job.words.text, later):
            said = other[:_LONGEST_LINE]
            return self._altered(f"its pages do not say what {ours.where} says: {said!r}")
        why = "it is not byte for byte what this project makes today"
        return self._not_proven(why, ours.copy)

    def _proven(self, worth: Worth, proof: Proof) -> Verdict:
        return replace(_verdict(worth, self.code), proof=proof)

    def _altered(self, why: str) -> Verdict:
        return Verdict("altered", f"{why}. {_DO_NOT}.", self.record.code)

    def _not_proven(self, why: str, copy: str) -> Verdict:
        means = (
            f"it says that its words are the newest, but {why}: somebody may have changed what one "
            f"sees. {copy or 'Take a new copy'}; or `--rebuild` looks for it among older versions."
        )
        return Verdict("not proven", means, self.record.code, self.is_draft)

    def _changes(self, worth: Worth) -> tuple[Change, ...]:
        """Give what changed between the file and today's edition."""
        edition = self.known.edition_of(self.code)
        if edition is None or worth.current is None:
            return ()
        now = self.known.composition.words(*edition)
        changes = [*_versions(self.code, worth.current)]
        was, cited = (
            set(self.record.facts),
            set(self.known.project.cited_facts[edition[0]]),
        )
        changes += [Change("facts", fact, "") for fact in sorted(was - cited)]
        changes += [Change("facts", "", fact) for fact in sorted(cited - was)]
        if self.record.words == now.digest:
            return tuple(changes)
        old = self.known.signed_words(self.code, self.record.words)
        if old is not None:
            return (*changes, *_words(old, now.text))
        return (*changes, *self._words_from_pages(worth.current, now.text))

    def _words_from_pages(self, current: EditionCode, now: str) -> tuple[Change, ...]:
        """Tell what changed from the words on the pages, where nobody kept the old text."""
        try:
            own = self.verifier.readers.read(self.content).lines
        except UnreadableError:
            return ()
        found = said_differently(own, self._lines_of_twin(current) or lines_of_words(now), now)
        return (
            *(Change("words", line, "") for line in found.was),
            *(Change("words", "", line) for line in found.now),
        )

    def _lines_of_twin(self, current: EditionCode) -> list[str]:
        """Give the lines of the newest edition in `output/`; none where there is none."""
        twin = self.verifier.built_by_code.get(str(current))
        if twin is None or twin.state != self.record.state:
            return []
        try:
            content = read_given(self.known.manifest.output / twin.path)
        except NotReadableError:
            return []
        return self.verifier.lines_of(content)


def _versions(was: EditionCode, now: EditionCode) -> list[Change]:
    return [Change("version", was.version, now.version)] if was.version != now.version else []


def _words(was: str, now: str) -> list[Change]:
    return [Change("words", item.was, item.now) for item in differences(was, now)]
