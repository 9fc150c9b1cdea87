"""Read the whole project, from folders to checked values; every problem of it at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from leafletry.content.catalog import (
    Catalog,
    Glossary,
    SourceCatalog,
    catalog_name,
    read_catalog,
)
from leafletry.content.citations import cited_facts
from leafletry.content.confirmations import ConfirmationFile
from leafletry.content.facts import FactBook, SourceList
from leafletry.content.formats import Formats, read_formats
from leafletry.content.leaflet import Leaflet, Phrases, banked_texts
from leafletry.content.lengths import Lengths, read_lengths
from leafletry.content.making import MakingFile
from leafletry.content.signoffs import SignOffFile
from leafletry.content.variants import inherited_glossary, inherited_writing, parent_of, variants_of
from leafletry.content.withdrawals import WithdrawalList
from leafletry.content.writing import Writing
from leafletry.reading.languages import UnknownLanguageError, ancestors, locale_of
from leafletry.reading.problems import (
    EVERYTHING,
    NOTHING,
    Affects,
    Place,
    Problem,
    ProblemList,
    ProblemsFoundError,
    shortened,
)
from leafletry.reading.sourcefile import (
    MOST_BYTES,
    MOST_PROBLEMS,
    NAMES_OF_DEVICES,
    SourceFile,
    Strict,
    parse,
    read_yaml,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leafletry.content.confirmations import Confirmation
    from leafletry.content.facts import Fact, Source
    from leafletry.content.signoffs import SignOff
    from leafletry.content.withdrawals import Withdrawal

SOURCE_LOCALE = "en"
DESIGN_FOLDERS = ("styles", "templates")
MOST_FILES = 5_000
"""How many files and folders a folder that people work in may hold."""
WITHDRAWN = "withdrawn"
CONFIRMED = "confirmed"
_TEXT_OF_BANK = 3
"""How long the path of a text in the bank of warnings is: urgent, its kind, its name."""
SHARED_FILES = ("facts", "sources", "phrases", WITHDRAWN)
Agreed = TypeVar("Agreed", bound=Strict)


@dataclass
class Project:
    """Everything people wrote, read and well-formed; what could not be read is in `problems`.

    `unread` are the ids of files that could not be read, as `place` takes them: "facts", the id of
    a leaflet, "glossary:nl", "catalog:nl", "format:a4", or "folder:leaflets" where some could not
    even be named. What a variant of a language does not say of itself it has from its parent;
    `own_glossaries` are what stands in each one's own file.
    """

    root: Path
    leaflets: dict[str, Leaflet] = field(default_factory=dict)
    phrases: Phrases = field(default_factory=lambda: Phrases(placeholders={}, labels={}))
    facts: dict[str, Fact] = field(default_factory=dict)
    populations: dict[str, str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    catalogs: dict[str, Catalog] = field(default_factory=dict)
    glossaries: dict[str, Glossary] = field(default_factory=dict)
    own_glossaries: dict[str, Glossary] = field(default_factory=dict)
    writings: dict[str, Writing] = field(default_factory=dict)
    makings: dict[str, MakingFile] = field(default_factory=dict)
    signoffs: dict[str, list[SignOff]] = field(default_factory=dict)
    confirmed: list[Confirmation] = field(default_factory=list)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    lengths: Lengths = field(default_factory=Lengths)
    formats: Formats = field(default_factory=Formats)
    files: dict[str, SourceFile] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problems: ProblemList = field(default_factory=ProblemList)

    @property
    def locales(self) -> list[str]:
        """The languages leaflets are made in, the source language first."""
        return list(self.catalogs)

    @property
    def whole(self) -> bool:
        """Tell whether all leaflets, and what they share, could be read."""
        return all(":" in name and name != "folder:leaflets" for name in self.unread)

    @cached_property
    def cited_facts(self) -> dict[str, tuple[str, ...]]:
        """The ids of all facts that each leaflet rests on, in the order of the page."""
        return {name: tuple(cited_facts(leaflet)) for name, leaflet in self.leaflets.items()}

    @property
    def every_leaflet(self) -> list[str]:
        """The leaflets people mean to have, also those that cannot be read."""
        unread = {name for name in self.unread if name not in SHARED_FILES and ":" not in name}
        return sorted(unread.union(self.leaflets))

    def formats_of(self, leaflet_id: str, country: str | None = None) -> list[str]:
        """Give what a leaflet is printed in; for a clinic in some country, what is used there.

        All formats, where the leaflet cannot be read.
        """
        if leaflet_id not in self.leaflets:
            return list(self.formats)
        own = self.leaflets[leaflet_id].formats
        return list(own) if country is None else self.formats.used_in(country, own)

    @property
    def every_locale(self) -> list[str]:
        """The languages people mean to have, also those whose catalog cannot be read."""
        catalogs = (name.partition(":") for name in self.unread)
        return sorted({*self.catalogs, *(name for kind, _, name in catalogs if kind == "catalog")})

    @property
    def languages(self) -> list[str]:
        """The languages that pages name, each once: nobody asks for a variant by its own name."""
        # What takes its figures from another language is none that anybody reads.
        known = self.catalogs.items()
        return [code for code, one in known if one.parent is None and not one.formats]

    def language_of(self, locale: str) -> str:
        """Give the language of a locale: of a variant, what it is one of."""
        catalog = self.catalogs[locale]
        while catalog.parent is not None:
            catalog = catalog.parent
        return catalog.locale

    def place(self, file_id: str, path: tuple[str | int, ...] = ()) -> Place:
        """Give where a value of a content file stands."""
        source = self.files.get(file_id)
        return source.place(path) if source else Place(f"leaflets/{file_id}.yaml")


def leaflet_names(root: Path) -> list[str]:
    """Give the leaflets people can name, by their files, whether or not they can be read."""
    names = {path.stem for path in (root / "leaflets").glob("*.yaml")}
    return sorted(names.difference(SHARED_FILES))


def read_project(root: Path) -> Project:
    """Read leaflets, facts, phrases, catalogs, glossaries and ways of writing below `root`.

    Raises ProblemsFoundError where style sheets and templates are something else than files.
    """
    refuse_strange_design(root)
    project = Project(root)
    _read_shared(project)
    bank = _places_in_bank(project)
    for path in _named_well(project, sorted((root / "leaflets").glob("*.yaml"))):
        if path.stem not in SHARED_FILES:
            _read_leaflet(project, path, bank)
    if not project.leaflets and not project.problems.errors:
        project.problems.add(Place("leaflets"), "there is no leaflet here")
    _read_locales(project)
    project.formats = read_formats(root, project.problems, project.files, project.unread)
    return project


def refuse_strange_design(root: Path) -> None:
    """Raise where `styles/` or `templates/` hold links, pipes, devices, or far too much.

    Many programs read these folders, and some would wait for the end of such a file for ever.
    """
    problems = []
    for folder in DESIGN_FOLDERS:
        for number, path in enumerate((root / folder).rglob("*")):
            name = shortened(path.relative_to(root).as_posix(), 120)
            plain = not path.is_symlink() and (path.is_file() or path.is_dir())
            large = plain and path.stat().st_size > MOST_BYTES and path.parent.name != "fonts"
            if not plain:
                hint = "put the file itself there"
                problems.append(Problem(Place(name), "is a link, or no file at all", hint))
            elif large:
                problems.append(Problem(Place(name), f"is larger than {MOST_BYTES:,} bytes"))
            if number == MOST_FILES:
                problems.append(Problem(Place(folder), f"there are more than {MOST_FILES:,} files"))
                break
    if problems:
        raise ProblemsFoundError(problems[:MOST_PROBLEMS])


_NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")


def _named_well(project: Project, paths: list[Path]) -> Iterator[Path]:
    """Yield the leaflets' files with a name that can be an address and a file of any system."""
    # A name with a dot in front is no leaflet but what a program hides beside it.
    shown = [path for path in paths if not path.name.startswith(".")]
    if len(shown) > MOST_FILES:
        project.unread.add("folder:leaflets")
        project.problems.add(Place("leaflets"), f"there are more than {MOST_FILES:,} files")
    for path in shown[:MOST_FILES]:
        if _NAME.fullmatch(path.stem) and path.stem not in NAMES_OF_DEVICES:
            yield path
        else:
            project.unread.add("folder:leaflets")
            project.problems.add(
                Place("leaflets"),
                f'"{shortened(path.name)}" is no name for a leaflet',
                "use the letters a to z, digits and hyphens, such as when-to-call.yaml",
                affects=NOTHING,
            )


def _read_shared(project: Project) -> None:
    folder = project.root / "leaflets"
    for name in SHARED_FILES:
        label = f"leaflets/{name}.yaml"
        if name == WITHDRAWN and not (folder / f"{name}.yaml").exists():
            continue
        try:
            source = project.files[name] = read_yaml(folder / f"{name}.yaml", label)
            if name == "facts":
                book = parse(FactBook, source)
                project.facts, project.populations = book.facts, book.populations
            elif name == "sources":
                project.sources = parse(SourceList, source).sources
            elif name == WITHDRAWN:
                project.withdrawn = parse(WithdrawalList, source).withdrawn
            else:
                project.phrases = parse(Phrases, source)
        except ProblemsFoundError as error:
            project.unread.add(name)
            project.problems.take(error)
    try:
        project.lengths = read_lengths(project.root, project.phrases)
    except ProblemsFoundError as error:
        project.problems.take(error, NOTHING)  # They are only warned by.


_Paths = dict[tuple[str | int, ...], list[tuple[tuple[str | int, ...], Place]]]


def _places_in_bank(project: Project) -> _Paths:
    """Give where the texts of the bank stand, and all below each, by the path of the text."""
    found: _Paths = {}
    for path, place in (
        project.files["phrases"].places.items() if "phrases" in project.files else ()
    ):
        if path[:1] == ("urgent",):
            found.setdefault(path[:_TEXT_OF_BANK], []).append((path[_TEXT_OF_BANK:], place))
    return found


def _read_leaflet(project: Project, path: Path, places: _Paths) -> None:
    try:
        source = project.files[path.stem] = read_yaml(path, f"leaflets/{path.name}")
        bank = None if "phrases" in project.unread else project.phrases.urgent
        leaflet = project.leaflets[path.stem] = parse(Leaflet, source, bank)
        for where, kind in banked_texts(leaflet) if bank else ():
            # A text that a leaflet only names, and all below it, stands in another file.
            for below, place in places.get(("urgent", kind, _value_at(source, where)), ()):
                source.places[*where, *below] = place
    except ProblemsFoundError as error:
        project.unread.add(path.stem)
        project.problems.take(error, Affects.only(leaflets=[path.stem]))


def _value_at(source: SourceFile, path: tuple[str | int, ...]) -> Any:
    value = source.value
    for key in path:
        value = value[key]
    return value


def _read_locales(project: Project) -> None:
    folder = project.root / "locales"
    names = (
        sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    )
    if len(names) > MOST_FILES:
        project.problems.add(Place("locales"), f"there are more than {MOST_FILES:,} folders")
        names = []
    locales = [SOURCE_LOCALE, *filter(_is_locale, names)]
    for name in dict.fromkeys([SOURCE_LOCALE, *names]):
        if name not in locales:
            project.problems.add(
                Place(f"locales/{shortened(name)}"),
                "the folder's name is no language",
                "use a code such as de or pt_BR",
                affects=NOTHING,
            )
            continue
        _read_locale(project, folder / name, [name, *variants_of(name, locales)])
    for name in sorted(project.glossaries, key=lambda name: len(ancestors(name))):
        if parent := parent_of(name, locales):
            _inherit(project, name, parent)


def _is_locale(name: str) -> bool:
    """Tell whether a folder is called as the locale of a language is: pt_BR, and not PT-br."""
    try:
        return locale_of(name) == name
    except UnknownLanguageError:
        return False


def _read_locale(project: Project, folder: Path, family: list[str]) -> None:
    """Read what a language says of itself; `family` are it and the variants that inherit it."""
    name = folder.name
    glossary = _read_agreed(project, folder, "glossary", Glossary, family)
    project.glossaries[name] = project.own_glossaries[name] = glossary
    project.writings[name] = _read_agreed(project, folder, "writing", Writing, family)
    project.makings[name] = _read_agreed(project, folder, "making", MakingFile, family)
    project.signoffs[name] = _read_agreed(project, folder, "signoff", SignOffFile, [name]).signoffs
    if name == SOURCE_LOCALE:
        found = _read_agreed(project, folder, CONFIRMED, ConfirmationFile, [name])
        project.confirmed = found.confirmed
        project.catalogs[name] = SourceCatalog(name)
        return
    try:
        path = folder / "LC_MESSAGES" / "messages.po"
        label = catalog_name(name)
        catalog = project.catalogs[name] = read_catalog(path, label, name)
        project.problems.problems += catalog.problems
    except ProblemsFoundError as error:
        project.unread.add(f"catalog:{name}")
        project.problems.take(error, Affects.only(locales=family))


def _inherit(project: Project, name: str, parent: str) -> None:
    """Give a variant what it does not say of itself; its parent has what it inherits already.

    Without its parent it is not read: it would print as untranslated what is not.
    """
    project.glossaries[name] = inherited_glossary(
        project.glossaries[name], project.glossaries[parent]
    )
    project.writings[name] = inherited_writing(project.writings[name], project.writings[parent])
    if f"making:{name}" not in project.files:
        project.makings[name] = project.makings[parent]
    if parent not in project.catalogs:
        project.catalogs.pop(name, None)
        project.unread.add(f"catalog:{name}")
    elif name in project.catalogs:
        own = project.catalogs[name]
        own.parent = project.catalogs[parent]
        project.problems.problems += _inherited_problems(own)


def _inherited_problems(catalog: Catalog) -> Iterator[Problem]:
    """Yield what is wrong with messages of a catalog's parents that have no words in it."""
    above = catalog.parent
    while above is not None:
        for problem in above.problems:
            lacking = {
                key
                for key in problem.affects.messages or ()
                if key not in catalog.messages or not catalog.messages[key].msgstr
            }
            if lacking:
                affects = Affects.only(locales=[catalog.locale], messages=lacking)
                yield replace(problem, affects=affects)
        above = above.parent


def _read_agreed(
    project: Project, folder: Path, what: str, model: type[Agreed], family: list[str]
) -> Agreed:
    """Give what a language agreed on in a file of its folder; nothing, where there is none."""
    path = folder / f"{what}.yaml"
    if path.exists() or path.is_symlink():
        try:
            source = read_yaml(path, f"locales/{folder.name}/{path.name}")
            project.files[f"{what}:{folder.name}"] = source
            return parse(model, source)
        except ProblemsFoundError as error:
            project.unread.add(f"{what}:{folder.name}")
            own = Affects.only(locales=family)
            whole = folder.name == SOURCE_LOCALE and what != "signoff"
            project.problems.take(error, EVERYTHING if whole else own)
    return model()


def own_words(locale: str) -> Affects:
    """Give what the words affect that a language agreed on; all take those of the source."""
    return EVERYTHING if locale == SOURCE_LOCALE else Affects.only(locales=[locale])
