"""What a build is to make, and what becomes of everything else that lies there."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from leafletry.building.last_good import LastGood, kept_from_before
from leafletry.building.outcome import Outcome
from leafletry.building.verify_pages import standing_of
from leafletry.editions.edition import Edition
from leafletry.editions.stopped import Stopped, only
from leafletry.printing import uptodate
from leafletry.reading.problems import ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leafletry.building.beside import Beside
    from leafletry.building.clinic_files import ClinicFiles
    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.edition_code import EditionCode
    from leafletry.content.signoffs import PrintedWords
    from leafletry.editions.approval import Approval
    from leafletry.editions.composition import Composition
    from leafletry.editions.job import Job
    from leafletry.editions.scope import Scope
    from leafletry.printing.manifest import Manifest
    from leafletry.reading.problems import Problem


class Plan:
    """What is to be made, and what becomes of everything else."""

    def __init__(
        self,
        composition: Composition,
        checks: Beside[list[Problem]],
        clinics: ClinicFiles,
        manifest: Manifest,
        scope: Scope,
    ) -> None:
        """Sort what is wrong by what it concerns; while that is looked for, put pages together."""
        project = composition.project
        self.composition, self.clinics, self.manifest = composition, clinics, manifest
        self.scope, self.outcome = scope, Outcome(scope=scope)
        asked = [edition for edition in self._editions() if edition in scope]
        self.ahead = self._put_together(asked, checks)
        found = [*project.problems, *checks.made()]
        faults = [*found, *clinics.problems, *clinics.elsewhere]
        self.stopped = Stopped.by(faults, project)
        self.last_good = LastGood(composition, self.stopped)
        own = [r for r in manifest.editions if r.path == str(r.edition.path)]
        self.records = {record.edition: record for record in own}
        self.failures = {failure.edition: failure for failure in manifest.failed}
        self.same_libraries = uptodate.libraries_unchanged(manifest.libraries)
        self.limited = len(asked) < len(self._editions())
        self._share_out(found, asked)

    def _put_together(
        self, editions: Iterable[Edition], checks: Beside[list[Problem]]
    ) -> dict[Edition, Job]:
        """Put editions together until it is known which of them must not be made."""
        ahead: dict[Edition, Job] = {}
        for edition in editions:
            if not checks.is_waited_for():
                break
            if edition.clinic and self._profile(edition) is None:
                continue
            # Where that cannot be, it is tried again, and told, unless the checks found out why.
            with contextlib.suppress(Exception):
                ahead[edition] = self.composition.job(edition, self._profile(edition))
        return ahead

    def _share_out(self, found: Sequence[Problem], asked: Sequence[Edition]) -> None:
        """Tell what is wrong with what was asked for from what is wrong elsewhere."""
        here, elsewhere = self.outcome.problems.problems, self.outcome.elsewhere.problems
        concerns = self.stopped.concerning(asked) if self.limited else set(found)
        for problem in found:
            (here if problem.warning or problem in concerns else elsewhere).append(problem)
        here += self.clinics.problems
        elsewhere += self.clinics.elsewhere

    def _editions(self) -> list[Edition]:
        project = self.composition.project
        return [
            Edition(leaflet, locale, page_format, clinic)
            for clinic in (None, *self.clinics.clinics)
            for leaflet in project.every_leaflet
            for locale in project.every_locale
            for page_format in self._formats(leaflet, clinic)
        ]

    def _formats(self, leaflet: str, clinic: str | None) -> list[str]:
        """Give what a leaflet is to be printed in; while nobody can tell, what it was before."""
        project = self.composition.project
        profile = self.clinics.clinics[clinic].profile if clinic else None
        country = profile.clinic.country if profile else None
        known = leaflet in project.leaflets and (clinic is None or profile is not None)
        # Where a format cannot be read, nobody can tell for which clinics it is.
        unread = any(name.startswith("format:") for name in project.unread)
        if known and not (unread and clinic):
            return project.formats_of(leaflet, country)
        before = [r for r in self.manifest.editions if r.leaflet == leaflet]
        own = [r.page_format for r in before if r.clinic == clinic]
        others = project.formats_of(leaflet, country) if leaflet in project.leaflets else ()
        return list(
            dict.fromkeys(own or others or [r.page_format for r in before] or project.formats)
        )

    def _profile(self, edition: Edition) -> ClinicProfile | None:
        return self.clinics.clinics[edition.clinic].profile if edition.clinic else None

    def _cannot_be_read(self, edition: Edition) -> bool:
        unread = edition.clinic is not None and self._profile(edition) is None
        return unread or self.stopped.stops(edition)

    def jobs(self) -> Iterator[Job]:
        """Yield what is to be made: whatever changed in words, styles, fonts or engine."""
        for edition in self._editions():
            if edition not in self.scope:
                self._leave(edition)
            elif self._cannot_be_read(edition):
                self.outcome.fail(edition)
            else:
                yield from self._job(edition)

    def _job(self, edition: Edition) -> Iterator[Job]:
        """Yield the job of an edition, unless it is there already or is known to fail."""
        outcome, profile = self.outcome, self._profile(edition)
        try:
            job = self.ahead.pop(edition, None) or self.composition.job(edition, profile)
        except ProblemsFoundError as error:
            outcome.problems.take(error, only(edition))
            outcome.fail(edition)
            return
        failure = self.failures.get(edition)
        if self.same_libraries and failure is not None and failure.digest == job.digest:
            outcome.problems.problems += failure.problems
            outcome.fail(edition, job.digest, failure.problems)
            return
        self._stand(edition, job.code, job.words, job.approval)
        known = self.records.get(edition) if self.same_libraries else None
        if known is not None and known.digest == job.digest and self.manifest.holds(known):
            outcome.kept.append(replace(known, kept_from="", **vars(job.record)))
        else:
            yield job

    def _stand(
        self, edition: Edition, code: EditionCode, words: PrintedWords, approval: Approval
    ) -> None:
        project, profile = self.composition.project, self._profile(edition)
        standing = standing_of(project, edition, words, approval, profile)
        self.outcome.standings[code] = standing
        if approval.state == "draft":
            self.outcome.held_back[edition] = approval

    def _leave(self, edition: Edition) -> None:
        """Leave an edition as it is that was not asked for."""
        outcome, record = self.outcome, self.records.get(edition)
        now = None
        failure = self.failures.get(edition)
        if self._cannot_be_read(edition):
            outcome.fail(edition)
        elif failure is not None:
            outcome.failed.append(edition)
            outcome.failures.append(failure)
        else:
            try:
                code, words, approval = self.composition.standing(edition, self._profile(edition))
            except ProblemsFoundError:
                outcome.fail(edition)
            else:
                now = code, approval
                self._stand(edition, code, words, approval)
                outcome.held_back.pop(edition, None)
        if record is None or not self.manifest.holds(record) or self.last_good.withdrawn(record):
            return
        as_now = now is not None and (str(now[0]), now[1].state) == (record.code, record.state)
        if as_now:
            outcome.left.append(record)
        else:
            outcome.stale.append(kept_from_before(self.manifest.output, record))
        if self.last_good.is_release(record, now):
            outcome.released.append(record)

    def leave_the_rest(self) -> None:
        """Keep the last good edition of each that could not be made, as long as it is one."""
        outcome = self.outcome
        outcome.released += [r for r in (*outcome.made, *outcome.kept) if r.state == "release"]
        for edition in outcome.failed:
            record = self.records.get(edition)
            if edition not in self.scope or record is None or not self.manifest.holds(record):
                continue
            if self.last_good.stays(record):
                outcome.stale.append(kept_from_before(self.manifest.output, record))
                if record.state == "release":
                    outcome.released.append(record)
