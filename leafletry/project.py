"""Read the whole project, from folders to checked values; every problem of it at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from babel import Locale, UnknownLocaleError

from leafletry.catalogs.catalog import Catalog, Glossary, catalog_name, read_catalog
from leafletry.catalogs.lengths import Lengths, read_lengths
from leafletry.facts import FactBook, SourceList
from leafletry.leaflet import Leaflet, Phrases
from leafletry.problems import Place, ProblemList, ProblemsFoundError
from leafletry.signing.signoffs import SignOffFile
from leafletry.sourcefile import SourceFile, Strict, parse, read_yaml
from leafletry.withdrawals import WithdrawalList
from leafletry.writing import Writing

if TYPE_CHECKING:
    from pathlib import Path

    from leafletry.facts import Fact, Source
    from leafletry.signing.signoffs import SignOff
    from leafletry.withdrawals import Withdrawal

SOURCE_LOCALE = "en"
SHARED_FILES = ("facts", "sources", "phrases", "withdrawn")
Agreed = TypeVar("Agreed", bound=Strict)


@dataclass
class Project:
    """Everything people wrote, read and well-formed; what could not be read is in `problems`."""

    root: Path
    leaflets: dict[str, Leaflet] = field(default_factory=dict)
    phrases: Phrases = field(default_factory=lambda: Phrases(placeholders={}, labels={}))
    facts: dict[str, Fact] = field(default_factory=dict)
    populations: dict[str, str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    catalogs: dict[str, Catalog] = field(default_factory=dict)
    glossaries: dict[str, Glossary] = field(default_factory=dict)
    writings: dict[str, Writing] = field(default_factory=dict)
    signoffs: dict[str, list[SignOff]] = field(default_factory=dict)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    lengths: Lengths = field(default_factory=Lengths)
    files: dict[str, SourceFile] = field(default_factory=dict)
    problems: ProblemList = field(default_factory=ProblemList)

    @property
    def locales(self) -> list[str]:
        """The languages leaflets are made in, the source language first."""
        return list(self.catalogs)

    def place(self, file_id: str, path: tuple[str | int, ...] = ()) -> Place:
        """Give where a value of a content file stands."""
        source = self.files.get(file_id)
        return source.place(path) if source else Place(f"leaflets/{file_id}.yaml")


def leaflet_names(root: Path) -> list[str]:
    """Give the leaflets people can name, by their files, whether or not they can be read."""
    names = {path.stem for path in (root / "leaflets").glob("*.yaml")}
    return sorted(names.difference(SHARED_FILES))


def read_project(root: Path) -> Project:
    """Read leaflets, facts, phrases, catalogs, glossaries and ways of writing below `root`."""
    project = Project(root)
    _read_shared(project)
    for name in leaflet_names(root):
        _read_leaflet(project, root / "leaflets" / f"{name}.yaml")
    if not project.leaflets and not project.problems.errors:
        project.problems.add(Place("leaflets"), "there is no leaflet here")
    _read_locales(project)
    return project


def _read_shared(project: Project) -> None:
    folder = project.root / "leaflets"
    for name in SHARED_FILES:
        label = f"leaflets/{name}.yaml"
        if name == "withdrawn" and not (folder / "withdrawn.yaml").exists():
            continue
        try:
            source = project.files[name] = read_yaml(folder / f"{name}.yaml", label)
            if name == "facts":
                book = parse(FactBook, source)
                project.facts, project.populations = book.facts, book.populations
            elif name == "sources":
                project.sources = parse(SourceList, source).sources
            elif name == "withdrawn":
                project.withdrawn = parse(WithdrawalList, source).withdrawn
            else:
                project.phrases = parse(Phrases, source)
        except ProblemsFoundError as error:
            project.problems.take(error)
    try:
        project.lengths = read_lengths(project.root, project.phrases)
    except ProblemsFoundError as error:
        project.problems.take(error)


def _read_leaflet(project: Project, path: Path) -> None:
    try:
        source = project.files[path.stem] = read_yaml(path, f"leaflets/{path.name}")
        project.leaflets[path.stem] = parse(Leaflet, source)
    except ProblemsFoundError as error:
        project.problems.take(error)


def _read_locales(project: Project) -> None:
    folder = project.root / "locales"
    names = (
        sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    )
    for name in [SOURCE_LOCALE, *(name for name in names if name != SOURCE_LOCALE)]:
        try:
            Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            project.problems.add(
                Place(f"locales/{name}"),
                "the folder's name is no language",
                "use a code such as de or pt_BR",
            )
            continue
        _read_locale(project, folder / name, name)


def _read_locale(project: Project, folder: Path, name: str) -> None:
    project.glossaries[name] = _read_agreed(project, folder, "glossary", Glossary)
    project.writings[name] = _read_agreed(project, folder, "writing", Writing)
    project.signoffs[name] = _read_agreed(project, folder, "signoff", SignOffFile).signoffs
    if name == SOURCE_LOCALE:
        project.catalogs[name] = Catalog(name)
        return
    try:
        path = folder / "LC_MESSAGES" / "messages.po"
        label = catalog_name(name)
        catalog = project.catalogs[name] = read_catalog(path, label, name)
        project.problems.problems += catalog.problems
    except ProblemsFoundError as error:
        project.problems.take(error)


def _read_agreed(project: Project, folder: Path, what: str, model: type[Agreed]) -> Agreed:
    """Give what a language agreed on in a file of its folder; nothing, where there is none."""
    path = folder / f"{what}.yaml"
    if path.exists():
        try:
            source = read_yaml(path, f"locales/{folder.name}/{path.name}")
            project.files[f"{what}:{folder.name}"] = source
            return parse(model, source)
        except ProblemsFoundError as error:
            project.problems.take(error)
    return model()
