"""One edition put together: what is printed, what it wears, and a digest of all that goes into it.

The build, the proof and the desk all make their pages from what this gives; none has another way.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import jinja2

from leafletry.content.catalog import catalog_name
from leafletry.content.edition_code import EditionCode
from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.added_fonts import added_fonts, fonts_digest, worn_fonts
from leafletry.editions.approval import judge, numbers_hold_until, was_signed
from leafletry.editions.copy import copy_of
from leafletry.editions.edition import Planned, called
from leafletry.editions.figures import figures_of
from leafletry.editions.furniture import furniture_of
from leafletry.editions.job import Job
from leafletry.editions.localization import complete_locales, localize_leaflet
from leafletry.editions.markup import css_string, leaflet_html, template_environment
from leafletry.editions.printed_words import printed_words
from leafletry.editions.record import MadeFor, Provenance, half, made_with
from leafletry.editions.styles import style_digest, style_names
from leafletry.reading.languages import ancestors, language_tag
from leafletry.reading.plain_file import read_plain
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.project import Project
    from leafletry.content.signoffs import PrintedWords
    from leafletry.editions.added_fonts import AddedFont
    from leafletry.editions.approval import Approval
    from leafletry.editions.edition import Edition
    from leafletry.editions.figures import Figures
    from leafletry.editions.localization import LocalizedLeaflet

_ENGINE = (".py", ".conf")
"""What the files of the engine end in; among them are the digests of our fonts."""
_ANY = "0" * 64
"""Stands for a digest while it is not known."""


MOST_HTML = 200_000
"""How many characters the page of an edition may have, ten times those of the longest today.

To lay out a book, only to say by how much it is too long, would keep people waiting for hours.
"""


@dataclass(frozen=True)
class _Said:
    """What all formats of a leaflet say in a language, for a clinic."""

    leaflet: LocalizedLeaflet
    link: str
    figures: tuple[Figures, ...]
    pages: dict[tuple[object, ...], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Composition:
    """What all editions of a project have in common: templates, and a digest of the engine."""

    project: Project
    environment: jinja2.Environment
    base: str
    today: dt.date
    _words: dict[tuple[str, str], PrintedWords] = field(default_factory=dict, init=False)
    _latest: dict[tuple[object, ...], _Said] = field(default_factory=dict, init=False)

    @classmethod
    def of(cls, project: Project, today: dt.date | None = None) -> Composition:
        """Get ready to put editions of a project together, as they may be given out on a day."""
        environment = template_environment(project.root / "templates")
        return cls(project, environment, engine_digest(project.root), today or dt.date.today())  # noqa: DTZ011 - the clinic's own day

    @cached_property
    def added_fonts(self) -> list[AddedFont]:
        """The fonts that languages brought along."""
        return added_fonts(self.project.root / "styles")

    def words(self, leaflet: str, locale: str) -> PrintedWords:
        """Give what a leaflet says in a language once it is released; refusals are those of `job`.

        It is worked out once for all clinics.
        """
        key = (leaflet, locale)
        if key not in self._words:
            try:
                self._words[key] = printed_words(self.project, self.environment, leaflet, locale)
            except jinja2.TemplateError as error:
                raise template_problem(error) from None
        return self._words[key]

    def code(self, leaflet: str, locale: str, clinic: ClinicProfile | None) -> EditionCode:
        """Give the code of an edition as it is now; refusals are those of `job`."""
        model = self.project.leaflets[leaflet]
        return EditionCode(
            model.code,
            language_tag(locale),
            model.version,
            self.words(leaflet, locale).digest[:6],
            clinic.digest[:4] if clinic else None,
        )

    def standing(
        self, edition: Edition, clinic: ClinicProfile | None
    ) -> tuple[EditionCode, PrintedWords, Approval]:
        """Give code and words of an edition, and whether it may be given out.

        Refusals are those of `job`.
        """
        name, locale = edition.leaflet, edition.locale
        words, code = self.words(name, locale), self.code(name, locale, clinic)
        return code, words, judge(self.project, name, locale, words, code, clinic, self.today)

    def offered(self, leaflet: str, approval: Approval) -> list[str]:
        """Give the languages an edition names: those it is complete in; a release, signed once.

        A release does not change with another language's sign-off once there is one: whoever has
        it would be told of a change in words that are not its own.
        """
        return [
            locale
            for locale in complete_locales(self.project, leaflet)
            if approval.state == "draft" or was_signed(self.project, leaflet, locale)
        ]

    def _said(
        self,
        name: str,
        locale: str,
        clinic: ClinicProfile | None,
        approval: Approval,
        code: EditionCode,
    ) -> _Said:
        """Give what all formats of a leaflet say; the latest is kept, for the next format."""
        key = (name, locale, clinic and (clinic.id, clinic.digest), approval, code)
        if key not in self._latest:
            offered = self.offered(name, approval)
            leaflet = localize_leaflet(self.project, name, locale, clinic, approval, offered)
            formats = self.project.catalogs[locale].formats or locale
            figures = figures_of(leaflet.messages, self.project.facts, formats, SOURCE_LOCALE)
            link = clinic.page_about(code) if clinic else ""
            self._latest.clear()
            self._latest[key] = _Said(leaflet, link, tuple(figures))
        return self._latest[key]

    def job(
        self, edition: Edition, clinic: ClinicProfile | None, approval: Approval | None = None
    ) -> Job:
        """Give one edition, ready to be typeset; as it is approved today, or as it is said.

        Raises ProblemsFoundError where a placeholder has no value, a template is broken, or a
        style sheet names a font that is not there.
        """
        root = self.project.root
        name, locale = edition.leaflet, edition.locale
        code, words, judged = self.standing(edition, clinic)
        approval = approval or judged
        said = self._said(name, locale, clinic, approval, code)
        leaflet = said.leaflet
        page_format = self.project.formats[edition.page_format]
        pages = self.project.leaflets[name].formats[edition.page_format]
        counts = page_format.counts(pages)
        try:
            urgent = page_format.urgent_page
            key = (pages, urgent, page_format.foot)
            if key not in said.pages:
                said.pages[key] = leaflet_html(
                    self.environment, leaflet, str(code), said.link, page_format, pages
                )
            html = said.pages[key]
            furniture = furniture_of(leaflet, checkable=bool(said.link), urgent_page=urgent)
            copy = copy_of(
                leaflet, furniture, str(code), said.link, counts, page_format, said.figures
            )
        except jinja2.TemplateError as error:
            raise template_problem(error) from None
        if len(html) > MOST_HTML:
            told = (
                f"{called(self.project, edition)}: its texts would fill a book, not {pages} pages"
            )
            hint = "a page holds some two thousand letters"
            raise ProblemsFoundError([Problem(place_to_mend(edition), told, hint)])
        languages = [*reversed(ancestors(locale)), locale]
        sheets = tuple(
            style_names(root / "styles", leaflet.audience, languages, edition.page_format)
        )
        fonts = worn_fonts(self.added_fonts, sheets, frozenset(map(ord, html)))
        logo = clinic.logo if clinic else None
        messages = tuple(leaflet.messages)
        parts = [
            self.base,
            html,
            style_digest(root / "styles", sheets),
            fonts_digest(fonts),
            _figures_digest(root, html),
            str(pages),
            page_format.model_dump_json(),
            hashlib.sha256(logo.content).hexdigest() if logo else "",
            repr(messages),
        ]
        provenance = Provenance(
            code=str(code),
            leaflet=name,
            locale=locale,
            version=code.version,
            page_format=edition.page_format,
            state=approval.state,
            words=words.digest,
            source_words=half(self.words(name, SOURCE_LOCALE).digest),
            facts=self.project.cited_facts[name],
            clinic=MadeFor(id=clinic.id, digest=clinic.digest) if clinic else None,
            made_from=_ANY,
            engine=half(self.base),
            made_with=made_with(),
        )
        made_from = hashlib.sha256("\0".join([*parts, provenance.as_text()]).encode()).hexdigest()
        return Job(
            edition=edition,
            called=called(self.project, edition),
            html=html,
            sheets=sheets,
            pages=pages,
            page_labels={
                count: tuple(css_string(label.text) for label in leaflet.page_labels[count])
                for count in counts
            },
            place=place_to_mend(edition),
            logo=logo,
            messages=messages,
            given=clinic.texts_in(locale) if clinic else (),
            copy=copy,
            code=code,
            words=words,
            approval=approval,
            provenance=provenance.model_copy(update={"made_from": made_from}),
            languages=tuple(name for _, name in leaflet.languages),
            record=Planned(
                leaflet=edition.leaflet,
                locale=edition.locale,
                page_format=edition.page_format,
                clinic=edition.clinic,
                audience=leaflet.audience,
                title=leaflet.content["title"].text,
                code=str(code),
                version=code.version,
                words=words.digest,
                state=approval.state,
                until=holds_until(approval, clinic),
                source_words=provenance.source_words,
            ),
        )


def holds_until(approval: Approval, clinic: ClinicProfile | None) -> str:
    """Give the last day (2026-01-31) on which a release holds; nothing of a draft."""
    days = [approval.until] if approval.until else []
    if days and clinic is not None:
        days.append(numbers_hold_until(clinic))
    return min(days).isoformat() if days else ""


def place_to_mend(edition: Edition) -> Place:
    """Give the file in which people can make an edition shorter."""
    if edition.locale == SOURCE_LOCALE:
        return Place(f"leaflets/{edition.leaflet}.yaml")
    return Place(catalog_name(edition.locale))


def template_problem(error: jinja2.TemplateError) -> ProblemsFoundError:
    """Say where a template is broken, as far as Jinja2 knows."""
    name, line = getattr(error, "name", None), getattr(error, "lineno", 0)
    place = Place(f"templates/{name}", line) if name else Place("templates")
    return ProblemsFoundError([Problem(place, f"the template is broken: {error.message}")])


def engine_digest(root: Path) -> str:
    """Give one digest of what every edition rests on: engine, locked versions, our fonts."""
    engine = root / "leafletry"
    files = [path for end in _ENGINE for path in engine.rglob(f"*{end}")]
    contents = {path.relative_to(engine).as_posix(): path.read_bytes() for path in files}
    return digest_of_engine(read_plain(root / "requirements.lock"), contents)


def digest_of_engine(lock: bytes, files: Mapping[str, bytes]) -> str:
    """Give that digest from contents, wherever they lie; files by their names in the engine."""
    digest = hashlib.sha256(lock)
    for name, content in sorted(files.items()):
        # The desk shows editions; none is made of it.
        if name.endswith(_ENGINE) and PurePosixPath(name).parts[0] != "desk":
            digest.update(b"\0" + name.encode() + b"\0" + content)
    return digest.hexdigest()


def _figures_digest(root: Path, html: str) -> str:
    digest = hashlib.sha256()
    for path in sorted((root / "templates" / "figures").glob("*.svg")):
        if f"figure:{path.name}" in html:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
