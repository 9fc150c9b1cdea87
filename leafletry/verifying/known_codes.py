"""Which edition codes this project knows, and what each is worth today."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from leafletry.building.verify_pages import remembered_codes
from leafletry.checking import check_project
from leafletry.content.clinic import read_clinic
from leafletry.content.edition_code import read_code
from leafletry.content.numerals import format_day
from leafletry.content.project import SOURCE_LOCALE, read_project
from leafletry.content.publishers import read_publishers
from leafletry.content.signoffs import MOST_WORDS_BYTES
from leafletry.editions.approval import UNSIGNED, judge, releases_ever
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition, of_words
from leafletry.editions.localization import listed, names_of_locales
from leafletry.editions.stopped import Stopped, broken_editions
from leafletry.printing.manifest import Manifest
from leafletry.reading.languages import language_tag
from leafletry.reading.problems import ProblemsFoundError
from leafletry.reading.sourcefile import read_any_text
from leafletry.verifying.page_words import Later

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.edition_code import EditionCode
    from leafletry.content.project import Project
    from leafletry.content.publishers import Publisher
    from leafletry.content.withdrawals import Withdrawal
    from leafletry.editions.approval import Approval
    from leafletry.editions.job import Job
    from leafletry.editions.record import MadeFor, Provenance
    from leafletry.reading.problems import Problem

PAGES = "output/verify"
"""Where a page lies for each code that was ever printed, named after the code."""

_OR_ANOTHER = ", or it is a clinic not known here (then name its profile with --clinic FILE)"


class NotJudgeableError(Exception):
    """The project itself is broken, or lacks what a judgement rests on; says what."""


Standing = Literal["unknown", "withdrawn", "superseded", "expired", "current"]


@dataclass(frozen=True)
class Worth:
    """What a code is worth: its standing, why, and the code that is current in its place."""

    standing: Standing
    why: str
    current: EditionCode | None = None
    approval: Approval | None = None


@dataclass
class KnownCodes:
    """The project as far as codes are concerned; everything is worked out once, when needed."""

    project: Project
    composition: Composition
    today: dt.date
    clinics: dict[str, ClinicProfile] = field(default_factory=dict)
    broken_clinics: dict[str, Problem] = field(default_factory=dict)
    _jobs: dict[tuple[Edition, str, bool], Job] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path, today: dt.date, clinic: Path | None = None) -> KnownCodes:
        """Read a project, the clinics of its last build, and one that is named.

        Raises ProblemsFoundError where the clinic that is named is broken.
        """
        project = read_project(root)
        known = cls(project, Composition.of(project, today), today)
        for id_, path in known.manifest.clinics.items():
            is_another = clinic is None or (root / path).resolve() != clinic.resolve()
            if is_another and (root / path).exists():
                known._add_clinic(id_, root / path)
        if clinic is not None:
            profile = read_clinic(clinic, today)
            known.clinics[profile.id] = profile
        return known

    def _add_clinic(self, id_: str, path: Path) -> None:
        try:
            profile = read_clinic(path, self.today)
            self.clinics[profile.id] = profile
        except ProblemsFoundError as error:
            self.broken_clinics[id_] = error.problems[0]

    @cached_property
    def publishers(self) -> list[Publisher]:
        """Whose signatures count. Raises ProblemsFoundError where the file is broken."""
        return read_publishers(self.project.root)

    @cached_property
    def manifest(self) -> Manifest:
        """What lies in `output/`, as the last build told it."""
        return Manifest.read(self.project.root / "output")

    @cached_property
    def errors(self) -> list[Problem]:
        """Everything that is wrong in the project, and keeps it from being built."""
        found = {*self.project.problems.errors, *check_project(self.project, self.today)}
        return sorted(problem for problem in found if not problem.warning)

    @cached_property
    def _broken(self) -> set[tuple[str, str]]:
        return broken_editions(self.project, self.errors)

    @cached_property
    def _printed(self) -> set[EditionCode]:
        """The codes that have a page for whoever scans them, as they were printed once."""
        return remembered_codes(self.project.root / PAGES)

    @cached_property
    def _signed(self) -> dict[str, list[Path]]:
        """The files of all words that were ever signed, by the start of their digest."""
        files: dict[str, list[Path]] = {}
        for path in sorted(self.project.root.glob("locales/*/signed/*.txt")):
            files.setdefault(path.stem.rpartition("-")[2][:6], []).append(path)
        return files

    def signed_words(self, code: EditionCode, digest: str | None = None) -> str | None:
        """Give the words of a code, if they were ever signed; with a digest, exactly those."""
        for path in self._signed.get(code.words, []):
            try:
                words = read_any_text(path, path.name, MOST_WORDS_BYTES)
            except ProblemsFoundError:
                continue
            found = hashlib.sha256(words.encode()).hexdigest()
            named = read_code(f"{words.partition(',')[0]} · {code.words}")
            if named == code.for_all and found.startswith(digest or code.words):
                return words
        return None

    def edition_of(self, code: EditionCode) -> tuple[str, str] | None:
        """Give leaflet and locale of a code as the project has them now, if it has them.

        Raises NotJudgeableError where the project is too broken to tell.
        """
        leaflets = {leaflet.code: name for name, leaflet in self.project.leaflets.items()}
        locales = {language_tag(locale): locale for locale in self.project.locales}
        pair = leaflets.get(code.leaflet), locales.get(code.lang)
        if pair[0] is not None and pair[1] is not None:
            if pair in self._broken:
                raise self._not_judgeable(*pair)
            return pair[0], pair[1]
        if self.project.problems.errors:
            raise self._not_judgeable("", "")
        return None

    def _not_judgeable(self, leaflet: str, locale: str) -> NotJudgeableError:
        own = Stopped.by(self.errors, self.project).reasons(of_words(leaflet, locale))
        error = [*own, *self.errors][0]
        return NotJudgeableError(f"{error.place}: {error.message}")

    def current(self, leaflet: str, locale: str, clinic: ClinicProfile | None) -> EditionCode:
        """Give the code of an edition today. Raises NotJudgeableError."""
        try:
            return self.composition.code(leaflet, locale, clinic)
        except ProblemsFoundError as error:
            problem = error.problems[0]
            raise NotJudgeableError(f"{problem.place}: {problem.message}") from None

    def withdrawal(self, code: EditionCode) -> Withdrawal | None:
        """Give why a code was withdrawn, if it was."""
        return next((item for item in self.project.withdrawn if item.covers(code)), None)

    def _was_ever(self, code: EditionCode, digest: str | None) -> bool:
        printed = not self._printed.isdisjoint((code, code.for_all))
        return printed or self.signed_words(code, digest) is not None

    def worth(
        self, code: EditionCode, digest: str | None = None, made_for: MadeFor | None = None
    ) -> Worth:
        """Give what a code is worth; a file also tells the whole digests of words and clinic.

        Raises NotJudgeableError.
        """
        if withdrawal := self.withdrawal(code):
            reason = withdrawal.reason.rstrip(".")
            why = f"withdrawn on {withdrawal.withdrawn_on}: {reason}. Do not use it"
            return Worth("withdrawn", why)
        edition = self.edition_of(code)
        if edition is None:
            if self._was_ever(code, digest):
                return Worth("superseded", "this leaflet is no longer made. Do not use it")
            return Worth("unknown", "no edition of this project has this code")
        current = self.current(*edition, None)
        whole = self.composition.words(*edition).digest
        if code.for_all == current and (digest is None or digest == whole):
            return self._worth_of_current_words(code, edition, made_for)
        if self._was_ever(code, digest):
            why = f"the newest edition is {current}. Do not use this one any more"
            return Worth("superseded", why, current)
        return Worth("unknown", "this project does not know this edition", current)

    def _worth_of_current_words(
        self, code: EditionCode, edition: tuple[str, str], made_for: MadeFor | None
    ) -> Worth:
        profile = None
        if code.clinic is not None:
            profile = self._clinic_of(code, made_for)
            newest = self.current(*edition, profile) if profile else None
            digest = profile.digest if profile else None
            if newest != code or (made_for is not None and made_for.digest != digest):
                why = "the clinic's name or numbers changed"
                why += f"; the newest edition is {newest}" if newest else _OR_ANOTHER
                return Worth("superseded", f"{why}. Do not use this one any more", newest)
        words = self.composition.words(*edition)
        approval = judge(self.project, *edition, words, code, profile, self.today)
        hindrances = {reason.hindrance for reason in approval.reasons}
        if hindrances and hindrances <= {"expired", "unchecked"}:
            why = "; ".join(reason.words for reason in approval.reasons)
            return Worth("expired", f"{why}. Do not give it out before", code, approval)
        return Worth("current", "", code, approval)

    def _clinic_of(self, code: EditionCode, made_for: MadeFor | None) -> ClinicProfile | None:
        """Give the clinic that a code is of: by its whole digest, its id, or the digits of a code.

        None where nothing but digits is told, and no clinic has these any more.
        """
        clinic_id = made_for.id if made_for else None
        for profile in self.clinics.values():
            if made_for is not None and profile.digest == made_for.digest:
                return profile
        for id_, profile in self.clinics.items():
            if id_ == clinic_id or (clinic_id is None and profile.digest[:4] == code.clinic):
                return profile
        for id_, problem in self.broken_clinics.items():
            if clinic_id in (id_, None):
                raise NotJudgeableError(f"{problem.place}: {problem.message}")
        if self.clinics and clinic_id is None:
            return None
        whose = f'the clinic "{clinic_id}"' if clinic_id else "its clinic"
        raise NotJudgeableError(
            f"its words are the newest, but {whose} is not known here, so its numbers cannot be "
            "checked; name the clinic's profile with --clinic FILE"
        )

    def job(self, record: Provenance, *, draft: bool) -> Job | None:
        """Give the edition that a file says it is, as this project makes it today.

        With `draft`, as the draft that it was before somebody signed. None where there is no such
        edition, or no such format. Raises NotJudgeableError.
        """
        pair = self.edition_of(record.edition_code)
        if pair is None or record.page_format not in self.project.leaflets[pair[0]].formats:
            return None
        if record.page_format not in self.project.formats:
            raise self._not_judgeable(*pair)
        profile = None
        if record.clinic is not None:
            profile = self._clinic_of(record.edition_code, record.clinic)
            if profile is None:
                return None
            profile = replace(profile, id=record.clinic.id)
        edition = Edition(*pair, record.page_format, record.clinic.id if record.clinic else None)
        # Many files may say that they are the same edition.
        key = (edition, profile.digest if profile else "", draft)
        try:
            if key not in self._jobs:
                approval = UNSIGNED if draft else None
                self._jobs[key] = self.composition.job(edition, profile, approval)
            return self._jobs[key]
        except ProblemsFoundError as error:
            problem = error.problems[0]
            raise NotJudgeableError(f"{problem.place}: {problem.message}") from None

    def later(self, job: Job) -> Later:
        """Give what other copies of the same words may say besides them."""
        project, edition = self.project, job.edition
        locale = edition.locale
        ever = releases_ever(project, edition.leaflet, locale, job.words)
        catalog = project.catalogs[locale]
        reader = catalog.formats or locale
        languages = [name for _, name in names_of_locales(project, project.catalogs, reader)]
        filled = [_filled_in(approval, job.languages, reader) for approval in (job.approval, *ever)]
        marked = (listed(["\0"] * count, by) for count in (2, 3) for by in (reader, SOURCE_LOCALE))
        between = {gap for text in marked for gap in text.split("\0")}
        return Later(filled[0], filled[1:], languages, sorted(between))

    def near(self, code: EditionCode) -> list[str]:
        """Give known codes that may be meant by one that is not known."""
        known = {str(current) for current in self._all_current()}
        known |= {withdrawal.code for withdrawal in self.project.withdrawn}
        known |= {str(printed) for printed in self._printed}
        edition = self.edition_of(code)
        newest = [str(self.current(*edition, None))] if edition else []
        close = difflib.get_close_matches(str(code), sorted(known), 2, 0.8)
        return list(dict.fromkeys([*newest, *close]))

    def _all_current(self) -> Iterator[EditionCode]:
        for leaflet in self.project.leaflets:
            for locale in self.project.locales:
                for clinic in (None, *self.clinics.values()):
                    if (leaflet, locale) not in self._broken:
                        yield self.current(leaflet, locale, clinic)


def _filled_in(approval: Approval, languages: Sequence[str], locale: str) -> dict[str, str]:
    """Give what a release prints in the places that are no words of its leaflet."""
    days = {"reviewed_on": approval.reviewed_on, "next_review": approval.next_review}
    return {
        "languages": listed(languages, locale),
        "reviewers": listed(approval.reviewers, locale),
        "translators": listed(approval.translators, locale),
    } | {
        name: day if isinstance(day, str) else format_day(day, locale) for name, day in days.items()
    }
