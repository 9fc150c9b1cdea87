"""Whether a file, or the code at the foot of a page, is still good; and if not, why.

Whatever is wrong, the gravest is said: unknown, withdrawn, altered, superseded, expired. What
cannot be judged, because the project itself is broken, is never called good.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from leafletry.edition_code import EditionCode, read_code
from leafletry.localization import cited_facts
from leafletry.provenance.foreign_pdf import UnreadableError, read_foreign
from leafletry.provenance.given_files import NotReadableError, read_given
from leafletry.provenance.known_codes import NotJudgeableError, Worth
from leafletry.provenance.packet import NoRecordError, read_record
from leafletry.provenance.page_words import codes_in, lines_of_words, said_differently
from leafletry.provenance.sealing import is_sealed
from leafletry.signing.differences import differences

if TYPE_CHECKING:
    from pathlib import Path

    from leafletry.edition import EditionRecord
    from leafletry.provenance.known_codes import KnownCodes
    from leafletry.provenance.record import Provenance

State = Literal["current", "superseded", "withdrawn", "altered", "unknown", "expired", "not judged"]
STATES: tuple[State, ...] = (
    "current",
    "expired",
    "superseded",
    "altered",
    "withdrawn",
    "unknown",
    "not judged",
)
_DO_NOT = "Do not use it"


@dataclass(frozen=True)
class Change:
    """What was, and what is now; empty where there was nothing, or is nothing any more."""

    what: Literal["version", "facts", "words"]
    was: str
    now: str


@dataclass(frozen=True)
class Verdict:
    """The judgement of one file or code; `means` says in words what to do."""

    state: State
    means: str
    code: str = ""
    draft: bool = False
    on_record: bool = False
    changes: tuple[Change, ...] = ()
    near: tuple[str, ...] = ()


@dataclass
class Verifier:
    """Judges files and codes by what a project knows; equal files are judged once."""

    known: KnownCodes
    _judged: dict[str, Verdict] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)

    def code(self, code: EditionCode) -> Verdict:
        """Judge a code that somebody typed."""
        try:
            worth = self.known.worth(code)
            changes = self._since_signed(worth, code) if worth.standing == "superseded" else ()
            near = tuple(self.known.near(code)) if worth.standing == "unknown" else ()
        except NotJudgeableError as error:
            return Verdict("not judged", str(error), str(code))
        draft = worth.approval is not None and worth.approval.state == "draft"
        return replace(_verdict(worth, code, draft=draft), changes=changes, near=near)

    def file(self, path: Path) -> Verdict:
        """Judge a file."""
        try:
            content = read_given(path)
        except NotReadableError as error:
            return Verdict("unknown", f"{error}.")
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._judged:
            self._judged[digest] = self._content(content, digest)
        return self._judged[digest]

    def _content(self, content: bytes, digest: str) -> Verdict:
        if b"%PDF-" not in content[:1024]:
            return Verdict("unknown", "it is no PDF.")
        try:
            record = read_record(content)
        except NoRecordError as error:
            return self._foreign(content, str(error))
        return _Case(self, record, content, digest).verdict()

    def _foreign(self, content: bytes, why: str) -> Verdict:
        """Judge a file without a record: by what its pages say, if they can be read at all."""
        try:
            found = read_foreign(content)
        except UnreadableError as error:
            return Verdict("unknown", f"{why}, and {error}. {_DO_NOT}.")
        said = codes_in([found.keywords]) or codes_in(found.lines)
        code = read_code(min(said)) if len(said) == 1 else None
        if code is None:
            return Verdict(
                "unknown",
                f"{why}, and its pages have no edition code. If it is a scan or a photo, type the "
                "code at the foot of the page instead.",
            )
        return self._unsealed(code, f"{why}: another program wrote or changed it")

    def _unsealed(self, code: EditionCode, why: str, record: Provenance | None = None) -> Verdict:
        """Judge a file whose bytes cannot be believed: altered, or worse."""
        try:
            worth = self.known.worth(code, *_told_by(record))
        except NotJudgeableError:
            return Verdict("altered", f"{why}. {_DO_NOT}.", str(code))
        if worth.standing in ("unknown", "withdrawn"):
            return _verdict(worth, code, draft=False)
        instead = "" if worth.current is None else f"; take a new copy of {worth.current}"
        return Verdict("altered", f"{why}{instead}. {_DO_NOT}.", str(code))

    def lines_of(self, record: EditionRecord) -> list[str]:
        """Give the lines of an edition in `output/`; none where it cannot be read."""
        if record.path not in self._lines:
            try:
                content = read_given(self.known.manifest.output / record.path)
                self._lines[record.path] = read_foreign(content).lines
            except (NotReadableError, UnreadableError):
                self._lines[record.path] = []
        return self._lines[record.path]

    @cached_property
    def built(self) -> dict[str, EditionRecord]:
        """The editions in `output/` by what they were made from."""
        return {record.digest: record for record in self.known.manifest.editions}

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


def _told_by(record: Provenance | None) -> tuple[str | None, str | None]:
    if record is None:
        return None, None
    return record.words, record.clinic.id if record.clinic else None


def _verdict(worth: Worth, code: EditionCode, *, draft: bool) -> Verdict:
    if worth.standing != "current":
        return Verdict(worth.standing, f"{worth.why}.", str(code))
    means = "the newest words, and released: it may be given out."
    if draft:
        reasons = worth.approval.reasons if worth.approval else ()
        why = f" ({reasons[0].words})" if reasons else ""
        means = f"the newest words, but a draft: not for families{why}."
    return Verdict("current", means, str(code), draft)


@dataclass
class _Case:
    """One file with a record that can be read."""

    verifier: Verifier
    record: Provenance
    content: bytes
    digest: str

    @cached_property
    def code(self) -> EditionCode:
        return self.record.edition_code

    @property
    def known(self) -> KnownCodes:
        return self.verifier.known

    def verdict(self) -> Verdict:
        """Give the gravest that can be said."""
        if not is_sealed(self.content, self.record.made_from):
            why = "it was changed after it was built: its seal does not hold"
            return self.verifier._unsealed(self.code, why, self.record)  # noqa: SLF001 - its own case
        if why := self._bytes_differ():
            return self.verifier._unsealed(self.code, why, self.record)  # noqa: SLF001
        try:
            return self._whole()
        except NotJudgeableError as error:
            return Verdict("not judged", f"{error}.", self.record.code)

    def _whole(self) -> Verdict:
        """Judge a file that is as it was sealed."""
        worth = self.known.worth(self.code, *_told_by(self.record))
        code = self.record.code
        if worth.standing == "unknown":
            means = "this project does not know this edition: perhaps it is an older draft"
            changes = self._changes(worth)
            return Verdict("unknown", f"{means}. {_DO_NOT}.", code, self._draft, changes=changes)
        if worth.standing == "superseded":
            return replace(
                _verdict(worth, self.code, draft=self._draft), changes=self._changes(worth)
            )
        if worth.standing == "current" and not self._draft and self._nobody_signed(worth):
            means = "it says that it is released, but nobody signed these words here"
            return Verdict("unknown", f"{means}. {_DO_NOT}.", code)
        if worth.standing == "current" and (why := self._words_differ()):
            return Verdict("altered", f"{why}. {_DO_NOT}.", code)
        verdict = _verdict(worth, self.code, draft=self._draft)
        on_record = self._built is not None and self._built.sha256 == self.digest
        if verdict.state != "current" or on_record:
            return replace(verdict, on_record=on_record)
        means = f"{verdict.means} Not compared byte by byte: `--rebuild` does it."
        return replace(verdict, means=means)

    @property
    def _draft(self) -> bool:
        return self.record.state == "draft"

    @property
    def _built(self) -> EditionRecord | None:
        return self.verifier.built.get(self.record.made_from)

    def _nobody_signed(self, worth: Worth) -> bool:
        reasons = worth.approval.reasons if worth.approval else ()
        return any(reason.hindrance == "unsigned" for reason in reasons)

    def _bytes_differ(self) -> str:
        """Say so if the same edition was built here with other bytes."""
        if self._built is None or self._built.sha256 == self.digest:
            return ""
        return f"its bytes are not those of output/{self._built.path}, made from the same"

    def _words_differ(self) -> str:
        """Say so if the pages do not say what those of the same edition in `output/` say."""
        twin = self.verifier.built_by_code.get(self.record.code)
        if self._built is not None or twin is None or twin.state != self.record.state:
            return ""
        theirs = self.verifier.lines_of(twin)
        if not theirs:
            return ""
        try:
            own = read_foreign(self.content).lines
        except UnreadableError as error:
            return f"its pages cannot be read: {error}"
        found = said_differently(own, theirs, self._words_now)
        if not found:
            return ""
        told = (*found.was, *(f"(missing) {line}" for line in found.now))[0]
        return f"its pages do not say what output/{twin.path} says: {told[:90]!r}"

    @property
    def _words_now(self) -> str:
        edition = self.known.edition_of(self.code)
        return self.known.composition.words(*edition).text if edition else ""

    def _changes(self, worth: Worth) -> tuple[Change, ...]:
        """Give what changed between the file and today's edition."""
        edition = self.known.edition_of(self.code)
        if edition is None or worth.current is None:
            return ()
        now = self.known.composition.words(*edition)
        changes = [*_versions(self.code, worth.current)]
        was, cited = (
            set(self.record.facts),
            set(cited_facts(self.known.project.leaflets[edition[0]])),
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
            own = read_foreign(self.content).lines
        except UnreadableError:
            return ()
        twin = self.verifier.built_by_code.get(str(current))
        theirs = self.verifier.lines_of(twin) if twin and twin.state == self.record.state else []
        found = said_differently(own, theirs or lines_of_words(now), now)
        return (
            *(Change("words", line, "") for line in found.was),
            *(Change("words", "", line) for line in found.now),
        )


def _versions(was: EditionCode, now: EditionCode) -> list[Change]:
    return [Change("version", was.version, now.version)] if was.version != now.version else []


def _words(was: str, now: str) -> list[Change]:
    return [Change("words", item.was, item.now) for item in differences(was, now)]
