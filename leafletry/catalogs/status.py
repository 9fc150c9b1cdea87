"""How far every language is: what is translated, what fits its pages, what somebody signed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.approval import UNSIGNED, WARNING_DAYS
from leafletry.editions.edition import editions_of
from leafletry.editions.printed_messages import messages_of, own_messages
from leafletry.printing.fit import Fit, measure_jobs
from leafletry.printing.manifest import Manifest
from leafletry.printing.uptodate import libraries_unchanged
from leafletry.reading.languages import name_in
from leafletry.reading.problems import ProblemsFoundError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from leafletry.content.catalog import Catalog
    from leafletry.content.leaflet import Leaflet, Phrases, Text
    from leafletry.content.project import Project
    from leafletry.editions.approval import Approval
    from leafletry.editions.composition import Composition
    from leafletry.editions.edition import Edition
    from leafletry.editions.job import Job
    from leafletry.printing.printing import Reporter

Key = tuple[str | None, str]
Fits = Literal["yes", "tight", "over", "no"]


@dataclass(frozen=True)
class Counts:
    """How many messages are in which state; what is fuzzy is not translated."""

    translated: int
    fuzzy: int
    missing: int


@dataclass(frozen=True)
class EditionStatus:
    """The state of one leaflet in one language.

    `counts` and `unreviewed` (translated, but covered by no sign-off) are None in the source
    language. `over` is in mm; `fits` is `no` where something else keeps it from being printed. Of
    several formats, it is what holds of the worst, which is `worst`.
    `signed` says by whom and until when, and is empty where nobody has; `pdf` is its path if it is
    built.
    """

    leaflet: str
    title: str
    counts: Counts | None
    unreviewed: int | None
    fits: Fits
    over: int
    worst: str
    signed: str
    pdf: str

    @property
    def fits_in_words(self) -> str:
        """Say how it fits."""
        said = f"over by {self.over} mm" if self.fits == "over" else self.fits
        return f"{said} ({self.worst})" if self.worst else said


@dataclass(frozen=True)
class LanguageStatus:
    """The state of one language: its leaflets, and all messages of its catalog together."""

    locale: str
    name: str
    counts: Counts | None
    editions: list[EditionStatus]


def language_statuses(composition: Composition, reporter: Reporter) -> list[LanguageStatus]:
    """Give the state of every language; what no build has made of today's words is typeset."""
    project = composition.project
    manifest = Manifest.read(project.root / "output")
    jobs = {job.edition: job for job in _jobs(composition)}
    fits = _known_fits(manifest, jobs.values())
    unknown = [job for edition, job in jobs.items() if edition not in fits]
    fits |= measure_jobs(composition, unknown, reporter)
    today = composition.today
    return [
        _language_status(project, manifest, locale, jobs, fits, today) for locale in project.locales
    ]


def _jobs(composition: Composition) -> Iterator[Job]:
    """Yield every edition for no clinic that can be put together."""
    for locale in composition.project.locales:
        for leaflet in composition.project.leaflets:
            try:
                for edition in editions_of(composition.project, leaflet, locale):
                    yield composition.job(edition, None)
            except ProblemsFoundError:
                continue  # `check` tells why; here it is one that does not fit.


def _known_fits(manifest: Manifest, jobs: Iterable[Job]) -> dict[Edition, Fit]:
    """Give how editions fit that the last build made from the same words, styles and fonts."""
    if not libraries_unchanged(manifest.libraries):
        return {}
    built = ((job, manifest.record(job.edition)) for job in jobs)
    return {
        job.edition: Fit(left=record.left)
        for job, record in built
        if record is not None and record.digest == job.digest
    }


def _language_status(
    project: Project,
    manifest: Manifest,
    locale: str,
    jobs: dict[Edition, Job],
    fits: dict[Edition, Fit],
    today: dt.date,
) -> LanguageStatus:
    editions = []
    for leaflet in project.leaflets:
        in_formats = list(editions_of(project, leaflet, locale))
        edition, job = in_formats[0], jobs.get(in_formats[0])
        known = {edition: fits.get(edition, Fit(laid_out=False)) for edition in in_formats}
        record = manifest.record(edition)
        pdf = record.path if record else ""
        editions.append(_edition_status(project, edition, job, known, pdf, today))
    everything: list[Leaflet | Phrases] = [*project.leaflets.values(), project.phrases]
    return LanguageStatus(
        locale,
        name_in(locale, SOURCE_LOCALE),
        _counts(project.catalogs[locale], messages_of(everything).values()),
        editions,
    )


def _edition_status(
    project: Project,
    edition: Edition,
    job: Job | None,
    fits: Mapping[Edition, Fit],
    pdf: str,
    today: dt.date,
) -> EditionStatus:
    """Give the state of a leaflet; `fits` are its formats, `edition` is in the most usual one."""
    leaflet = project.leaflets[edition.leaflet]
    worst = max(fits, key=lambda other: (_BAD.index(_fits(fits[other])), fits[other].over))
    texts = own_messages(project, edition.leaflet, job)
    counts = _counts(project.catalogs[edition.locale], texts.values())
    approval = job.approval if job else UNSIGNED
    unsigned = counts.translated if counts and approval.state == "draft" else 0
    return EditionStatus(
        leaflet=edition.leaflet,
        title=leaflet.title.text,
        counts=counts,
        unreviewed=None if counts is None else unsigned,
        fits=_fits(fits[worst]),
        over=round(fits[worst].over),
        worst=worst.page_format if len(fits) > 1 and _fits(fits[worst]) != "yes" else "",
        signed=_signed(approval, today),
        pdf=pdf,
    )


_BAD: tuple[Fits, ...] = ("yes", "tight", "over", "no")
"""How editions fit, the worst last."""


def _fits(fit: Fit) -> Fits:
    if fit.over:
        return "over"
    if fit.problems or not fit.laid_out:
        return "no"
    return "tight" if fit.tight else "yes"


def _counts(catalog: Catalog, texts: Iterable[Text]) -> Counts | None:
    """Count the states of some messages; the source language has none."""
    if catalog.locale == SOURCE_LOCALE:
        return None
    states = Counter(catalog.state(text) for text in texts)
    return Counts(states["translated"], states["fuzzy"], states["missing"])


def _signed(approval: Approval, today: dt.date) -> str:
    """Say who signed, when, and until when that holds; nothing where these words are unsigned."""
    if approval.notice == "expired":
        return "run out"
    if approval.state == "draft":
        return ""
    names = ", ".join(dict.fromkeys([*approval.reviewers, *approval.translators]))
    days = (approval.until - today).days if approval.until else 0
    soon = f" (in {days} days)" if days <= WARNING_DAYS else ""
    return f"{names}, {approval.reviewed_on}; review by {approval.until}{soon}"
