"""A new language: its catalog, glossary, way of writing and style sheet; all of them, or nothing.

What a translator, and a designer, are to fill in is said in each file.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import jinja2

from leafletry.catalogs.extraction import collect_messages
from leafletry.catalogs.language_fonts import font_rules, lacking_letters, offered_fonts
from leafletry.catalogs.updating import template_header, updated_catalog
from leafletry.content.catalog import Glossary
from leafletry.content.catalog_files import CatalogFile, catalog_bytes
from leafletry.content.project import SOURCE_LOCALE
from leafletry.content.variants import parent_of
from leafletry.editions.composition import template_problem
from leafletry.editions.sandbox import Templates
from leafletry.reading.languages import name_in, plural_forms, script_name
from leafletry.reading.output import folder_lock, write_whole
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from leafletry.content.project import Project
    from leafletry.editions.added_fonts import FontNames

STUBS = ("glossary.yaml", "writing.yaml", "style.css")
"""What `templates/language/` has for a new language, and `templates/variant/` for a variant."""


@dataclass(frozen=True)
class NewLanguage:
    """What was made for a language.

    `lacking` are letters that no font has, ours or one in `styles/fonts/`; `named` are files there
    that the style sheet names. `parent` is the language that a variant inherits from, if it is one.
    """

    locale: str
    files: list[str]
    script: str
    lacking: str
    named: list[str]
    parent: str | None


def add_language(project: Project, locale: str, now: dt.datetime) -> NewLanguage:
    """Make everything a new language begins with; its leaflets print in English, marked.

    A variant's print what the language says that it is one of. A style sheet that is there already
    is kept as it is. Raises ProblemsFoundError where the language is there already; then, and where
    anything else fails, nothing is changed.
    """
    root, parent = project.root, parent_of(locale, project.catalogs)
    if parent is not None:  # Its notes tell the words that it inherits.
        words = {**project.glossaries, locale: project.glossaries[parent]}
        project = replace(project, glossaries=words)
    folder, style = root / "locales" / locale, root / "styles" / "locales" / f"{locale}.css"
    with folder_lock(root / ".cache"):
        _refuse_known(folder)
        fonts = offered_fonts(project, locale)
        lacking = lacking_letters(locale).difference(*(font.font.letters for font in fonts))
        stubs = _stubs(project, locale, parent, fonts)
        growing = root / ".cache" / "new-language"
        shutil.rmtree(growing, ignore_errors=True)
        write_whole(growing / "LC_MESSAGES" / "messages.po", _catalog(project, locale, parent, now))
        for name in ("glossary.yaml", "writing.yaml"):
            write_whole(growing / name, stubs[name])
        has_style = style.exists()
        if not has_style:
            write_whole(style, stubs["style.css"])
        try:
            # The folder makes it a language, with all that is in it, in one step.
            growing.rename(folder)
        except BaseException:
            if not has_style:
                style.unlink(missing_ok=True)
            raise
    made = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return NewLanguage(
        locale,
        [path.relative_to(root).as_posix() for path in (*made, *([] if has_style else [style]))],
        script_name(locale),
        "".join(map(chr, sorted(lacking))),
        [] if has_style else [font.font.name for font in fonts],
        parent,
    )


def _refuse_known(folder: Path) -> None:
    """Raise where a folder of this name is there, however its letters are written."""
    names = [path.name for path in folder.parent.iterdir()] if folder.parent.is_dir() else []
    known = next((name for name in names if name.lower() == folder.name.lower()), None)
    if known is not None or folder.name == SOURCE_LOCALE:
        place = Place(f"locales/{known or folder.name}")
        hint = "nothing was changed; `catalogs update` brings it up to the texts"
        raise ProblemsFoundError([Problem(place, "this language is there already", hint)])


# ── The files ──────────────────────────────────────────────────────────────────────────────────


def _catalog(project: Project, locale: str, parent: str | None, now: dt.datetime) -> bytes:
    """Give a catalog with every message and no translation."""
    language = name_in(locale, SOURCE_LOCALE)
    new = CatalogFile()
    what = f"{language} translation of the leaflets"
    if parent:
        differs = f"where it differs from {name_in(parent, SOURCE_LOCALE)}"
        what = f"{language}, {differs}; what is empty is as there"
    new.header = (
        f"{what}. A draft: no clinician who speaks\n"
        f"{language} has reviewed it. Nothing in it is signed off."
    )
    new.metadata = template_header(project) | {
        "PO-Revision-Date": f"{now.astimezone(dt.UTC):%Y-%m-%d %H:%M}+0000",
        "Language": locale,
        "Plural-Forms": plural_forms(locale),
        "X-Leafletry-Review": "draft; no clinician who speaks this language has reviewed it",
    }
    return catalog_bytes(updated_catalog(project, collect_messages(project), locale, new))


def _stubs(
    project: Project, locale: str, parent: str | None, fonts: list[FontNames]
) -> dict[str, bytes]:
    """Give the files that translators and designers fill in, with what goes where said in each."""
    english = project.glossaries.get(SOURCE_LOCALE, Glossary())
    # No HTML: data of ours in YAML and CSS.
    environment = Templates(
        loader=jinja2.FileSystemLoader(project.root / "templates"),
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    values = {
        "language": name_in(locale, SOURCE_LOCALE),
        "parent": name_in(parent, SOURCE_LOCALE) if parent else "",
        "parent_locale": parent or "",
        "limits": english.qualifiers,
        "fractions": english.fractions,
        "populations": english.populations,
        "never_said": english.never_said,
        "meanings": english.meanings,
        "font_rules": font_rules(project, locale, fonts),
    }
    folder = "variant" if parent else "language"
    try:
        return {
            name: environment.get_template(f"{folder}/{name}").render(values).encode()
            for name in STUBS
        }
    except jinja2.TemplateError as error:
        raise template_problem(error) from None
