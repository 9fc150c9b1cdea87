"""`output/verify/`: a page for every code that was ever printed, to put on any web host.

It answers in every language, without a script, whether the paper in somebody's hands is still
good. The folder itself is the memory: whoever has a page there keeps one, whatever becomes of the
leaflet, because paper does not vanish.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Literal

from leafletry.content.edition_code import EditionCode, read_code
from leafletry.content.numerals import format_day
from leafletry.content.project import SOURCE_LOCALE
from leafletry.content.signoffs import digest_of, read_signed_words
from leafletry.editions.approval import newest_signoffs, numbers_hold_until
from leafletry.editions.index_page import page_style
from leafletry.editions.line_breaks import JOINER
from leafletry.editions.localization import Localizer
from leafletry.editions.markup import template_environment
from leafletry.reading.languages import direction, language_tag, name_in
from leafletry.reading.plain_file import read_plain
from leafletry.reading.problems import ProblemsFoundError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.project import Project
    from leafletry.content.signoffs import PrintedWords
    from leafletry.content.withdrawals import Withdrawal
    from leafletry.editions.approval import Approval
    from leafletry.editions.edition import Edition
    from leafletry.editions.localization import LocalText

INDEX = "index.html"
UNKNOWN = "404.html"
"""What most web hosts show for an address at which there is nothing."""
STYLES = ("tokens.css", "verify.css")

State = Literal[
    "current",
    "draft",
    "superseded",
    "withdrawn",
    "unconfirmed",
    "expired",
    "unchecked",
    "unknown",
]
_ADVICE: dict[State, tuple[str, ...]] = {
    "current": ("reviewed_on", "verify_after", "verify_only_the_code"),
    "draft": ("verify_draft_advice",),
    "superseded": ("verify_superseded_advice",),
    "withdrawn": ("verify_withdrawn_advice",),
    "unconfirmed": ("verify_unconfirmed_advice",),
    "expired": ("verify_expired_advice",),
    "unchecked": ("verify_unchecked_advice",),
    "unknown": ("verify_unknown_advice",),
}
"""The labels below the first line, which is `verify_` and the state."""
LABELS = (
    *(f"verify_{state}" for state in _ADVICE),
    *chain.from_iterable(_ADVICE.values()),
    *(f"verify_state_{state}" for state in _ADVICE if state not in ("draft", "unknown")),
    *("index_language", "index_state_draft", "verify_title", "verify_code", "verify_newest"),
    *("verify_reason", "verify_worried", "verify_all", "verify_not_listed", "verify_intro"),
)
"""All shared phrases that the pages print."""
_ORDER: tuple[State, ...] = (
    "current",
    "draft",
    "unconfirmed",
    "expired",
    "unchecked",
    "withdrawn",
    "superseded",
)


@dataclass(frozen=True)
class Standing:
    """How an edition stands that can be made today; `until` is the last day on which it holds."""

    edition: Edition
    approval: Approval
    until: dt.date | None


@dataclass(frozen=True)
class Answer:
    """What is said of a code; `newest` is the code that took its place, if that may be used."""

    state: State
    standing: Standing | None = None
    withdrawal: Withdrawal | None = None
    newest: EditionCode | None = None


@dataclass(frozen=True)
class Section:
    """An answer in one language."""

    lang: str
    direction: str
    language: str
    labels: Mapping[str, LocalText]
    title: LocalText | None
    headline: LocalText
    advice: list[LocalText]


@dataclass(frozen=True)
class Row:
    """A code in the list of all, with its state in a word or two where it can be told."""

    code: EditionCode
    state: State | None
    said: LocalText | None


@dataclass(frozen=True)
class Group:
    """All codes of a leaflet in a language; the title is today's."""

    leaflet: str
    title: LocalText | None
    rows: list[Row]


@dataclass(frozen=True)
class ListSection:
    """All codes in a language, with the words to look one up by."""

    lang: str
    direction: str
    language: str
    labels: Mapping[str, LocalText]
    intro: LocalText
    groups: list[Group]


def standing_of(
    project: Project,
    edition: Edition,
    words: PrintedWords,
    approval: Approval,
    clinic: ClinicProfile | None,
) -> Standing:
    """Give how an edition stands that says some words."""
    signed = newest_signoffs(project, edition.leaflet, edition.locale, words)
    days = [signoff.next_review for signoff in signed]
    if days and clinic is not None:
        days.append(numbers_hold_until(clinic))
    return Standing(edition, approval, min(days, default=None))


def remembered_codes(folder: Path) -> set[EditionCode]:
    """Give the codes that have a page already; a file of any other name is none of ours."""
    files = [path for path in folder.glob("*.html") if path.is_file() and not path.is_symlink()]
    codes = {path.name: read_code(path.stem) for path in files}
    return {code for name, code in codes.items() if code is not None and name == page_name(code)}


def pages_as_they_lie(folder: Path) -> dict[str, bytes]:
    """Give the pages of the folder as an earlier build left them, by their names."""
    names = [*map(page_name, remembered_codes(folder)), INDEX, UNKNOWN]
    pages = {}
    for name in names:
        with contextlib.suppress(OSError):  # It is not there, or cannot be a page.
            pages[name] = read_plain(folder / name)
    return pages


def page_name(code: EditionCode) -> str:
    """Give the name of a code's page, at which its link ends."""
    return f"{code.as_name}.html"


def verify_pages(
    project: Project,
    standings: Mapping[EditionCode, Standing],
    printed: Collection[EditionCode],
    failed: Collection[Edition],
    folder: Path,
    unsound: Collection[str] = (),
) -> dict[str, bytes]:
    """Give every page of the folder by its name.

    There is one for each code that is `printed`, that was ever signed or withdrawn, or that has a
    page already. Where an edition `failed`, nobody can say what took the place of its older codes:
    their pages are given as they lie. In `unsound` languages the pages' own phrases are broken:
    there they speak the source language.
    Raises ProblemsFoundError where one of the pages' own phrases has a placeholder without a value.
    """
    remembered = remembered_codes(folder)
    withdrawn = {code for item in project.withdrawn if (code := read_code(item.code))}
    known = {*printed, *remembered, *withdrawn, *_signed_codes(project)}
    untold = {
        code
        for code in known - standings.keys()
        if _withdrawal(project, code) is None and _may_be_of(project, code, failed)
    }
    answers = {
        code: _answer(project, standings, printed, code) for code in sorted(known - untold, key=str)
    }
    writer = _PageWriter(project, unsound)
    lying = pages_as_they_lie(folder)
    return {
        **{name: lying[name] for name in map(page_name, untold & remembered) if name in lying},
        **{page_name(code): writer.page(answer, code) for code, answer in answers.items()},
        INDEX: writer.index({**answers, **dict.fromkeys(sorted(untold & remembered, key=str))}),
        UNKNOWN: writer.page(Answer("unknown")),
    }


def _signed_codes(project: Project) -> Iterator[EditionCode]:
    """Yield the codes of all texts that were ever signed."""
    for locale, signoffs in project.signoffs.items():
        for signoff in signoffs:
            try:
                words = read_signed_words(project.root, locale, signoff)
            except ProblemsFoundError:
                continue  # `check` says so.
            if digest_of(words) == signoff.words:
                head, _, _ = words.partition(",")
                code = read_code(f"{head} · {signoff.words[:6]}")
                if code is not None:
                    yield code


def _withdrawal(project: Project, code: EditionCode) -> Withdrawal | None:
    return next((item for item in project.withdrawn if item.covers(code)), None)


def _may_be_of(project: Project, code: EditionCode, failed: Iterable[Edition]) -> bool:
    """Tell whether a code may be that of an edition which could not be made."""
    for edition in failed:
        leaflet = project.leaflets.get(edition.leaflet)
        if (
            (leaflet is None or leaflet.code == code.leaflet)
            and language_tag(edition.locale) == code.lang
            and (edition.clinic is None) == (code.clinic is None)
        ):
            return True
    return False


def _answer(
    project: Project,
    standings: Mapping[EditionCode, Standing],
    printed: Collection[EditionCode],
    code: EditionCode,
) -> Answer:
    standing = standings.get(code)
    withdrawal = _withdrawal(project, code)
    if withdrawal is not None:
        return Answer("withdrawn", standing, withdrawal)
    if standing is not None:
        return Answer(_state(standing.approval), standing)
    newest = [
        other
        for other, now in standings.items()
        if (other.leaflet, other.lang, other.clinic) == (code.leaflet, code.lang, None)
        and now.approval.state == "release"
        and other in printed
    ]
    return Answer("superseded", newest=newest[0] if newest else None)


def _state(approval: Approval) -> State:
    if approval.state == "release":
        return "current"
    states: dict[str | None, State] = {
        "unconfirmed": "unconfirmed",
        "expired": "expired",
        "unchecked": "unchecked",
    }
    return states.get(approval.notice, "draft")


class _PageWriter:
    """Writes the pages of a project, and keeps what they have in common."""

    def __init__(self, project: Project, unsound: Collection[str]) -> None:
        self.project = project
        environment = template_environment(project.root / "templates")
        environment.globals["page_name"] = page_name
        self.templates = {
            name: environment.get_template(name) for name in ("verify.html", "verify_index.html")
        }
        self.localizers = {
            locale: Localizer(project, SOURCE_LOCALE if locale in unsound else locale, None)
            for locale in project.locales
        }
        self.locales = {language_tag(locale): locale for locale in project.locales}
        self.style = page_style(project.root / "styles", STYLES)
        self.said: dict[tuple[object, ...], Section] = {}

    @cached_property
    def style_digest(self) -> str:
        """What a browser compares with the digest of the style before it applies it."""
        return base64.b64encode(hashlib.sha256(self.style.encode()).digest()).decode()

    def page(self, answer: Answer, code: EditionCode | None = None) -> bytes:
        first = self.locales.get(code.lang if code else "", SOURCE_LOCALE)
        own = self.project.language_of(first)
        others = (locale for locale in self.project.languages if locale != own)
        return self._render(
            "verify.html",
            answer=answer,
            code=code,
            sections=[self._section(locale, answer) for locale in (first, *others)],
        )

    def index(self, answers: Mapping[EditionCode, Answer | None]) -> bytes:
        tags = dict.fromkeys([*self.locales, *(code.lang for code in answers)])
        sections = [self._list_section(tag, answers) for tag in tags]
        return self._render("verify_index.html", sections=sections)

    def _render(self, name: str, **values: object) -> bytes:
        page = self.templates[name].render(
            style=self.style, style_digest=self.style_digest, index=INDEX, **values
        )
        # Lines of a screen end where they will, and words are found by searching.
        return page.replace(JOINER, "").encode()

    def _section(self, locale: str, answer: Answer) -> Section:
        standing, withdrawal = answer.standing, answer.withdrawal
        until = standing.until if standing else None
        edition = standing.edition.leaflet if standing else None
        approval = standing.approval if standing else None
        # Thousands of codes have the same said of them.
        key = (
            *(locale, answer.state, edition, until),
            *((approval.reviewed_on, approval.next_review) if approval else ()),
            withdrawal.withdrawn_on if withdrawal else None,
        )
        if key not in self.said:
            self.said[key] = self._say(locale, answer)
        return self.said[key]

    def _say(self, locale: str, answer: Answer) -> Section:
        localizer = self.localizers[locale]
        days = self._days(answer)
        return Section(
            lang=language_tag(locale),
            direction=direction(locale),
            language=_own_name(locale),
            labels={
                name: localizer.label(name)
                for name in (
                    "index_language",
                    "verify_title",
                    "verify_code",
                    "verify_newest",
                    "verify_reason",
                    "verify_worried",
                    "verify_all",
                )
            },
            title=self._title(localizer, answer.standing.edition.leaflet)
            if answer.standing
            else None,
            headline=localizer.label(f"verify_{answer.state}", **days),
            advice=[localizer.label(name, **days) for name in _ADVICE[answer.state]],
        )

    def _days(self, answer: Answer) -> dict[str, partial[str]]:
        """Give the days that an answer names, as each language writes them."""
        days: dict[str, dt.date | str | None] = {}
        if answer.withdrawal is not None:
            days["withdrawn_on"] = answer.withdrawal.withdrawn_on
        if answer.standing is not None:
            approval = answer.standing.approval
            days["valid_until"] = answer.standing.until
            days["reviewed_on"] = approval.reviewed_on
            days["next_review"] = approval.next_review
        return {
            name: partial(format_day, day)
            for name, day in days.items()
            if day is not None and not isinstance(day, str)
        }

    def _list_section(self, tag: str, answers: Mapping[EditionCode, Answer | None]) -> ListSection:
        locale = self.locales.get(tag)
        localizer = self.localizers[locale or SOURCE_LOCALE]
        own = {code: answer for code, answer in answers.items() if code.lang == tag}
        names = ("index_language", "verify_title", "verify_not_listed")
        return ListSection(
            lang=tag,
            direction=direction(localizer.locale),
            language=_own_name(locale) if locale else tag,
            labels={name: localizer.label(name) for name in names},
            intro=localizer.label("verify_intro", edition_code=self._example(tag)),
            groups=[
                self._group(localizer, leaflet, own)
                for leaflet in sorted({code.leaflet for code in own})
            ],
        )

    def _example(self, tag: str) -> str:
        """Give what a code looks like, as one that no words ever had."""
        model = next(iter(self.project.leaflets.values()), None)
        first = model.code if model else "AB-C1"
        return str(EditionCode(first, tag, model.version if model else "0.1", "123abc"))

    def _group(
        self, localizer: Localizer, leaflet: str, answers: Mapping[EditionCode, Answer | None]
    ) -> Group:
        rows = [
            self._row(localizer, code, answer)
            for code, answer in answers.items()
            if code.leaflet == leaflet
        ]
        rows.sort(key=lambda row: (_ORDER.index(row.state) if row.state else 0, str(row.code)))
        ids = [name for name, model in self.project.leaflets.items() if model.code == leaflet]
        return Group(leaflet, self._title(localizer, ids[0]) if ids else None, rows)

    def _row(self, localizer: Localizer, code: EditionCode, answer: Answer | None) -> Row:
        if answer is None:
            return Row(code, None, None)
        name = f"verify_state_{answer.state}" if answer.state != "draft" else "index_state_draft"
        return Row(code, answer.state, localizer.label(name, **self._days(answer)))

    def _title(self, localizer: Localizer, leaflet: str) -> LocalText | None:
        try:
            return localizer.localize(self.project.leaflets[leaflet].title, leaflet, ("title",))
        except ProblemsFoundError:
            return None  # The leaflet itself is refused for it.


def _own_name(locale: str) -> str:
    return name_in(locale, locale)
