"""The fonts of a language: found, cut to its script, laid into `styles/fonts/`, and named.

What our own fonts have needs no other, Greek, Cyrillic and Vietnamese among it. Latin letters
and figures are left to our own font, so that all languages look alike. Signs come along where they
are as wide as the letters, or turned round, as in Chinese and in Arabic. The same fonts give the
same bytes each time.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import jinja2
from babel import Locale

from leafletry.catalogs.installed_fonts import NOTO, Face, faces_in, font_folders, our_faces_for
from leafletry.catalogs.script_cut import characters_of, cut_to, cut_to_forms, is_wide
from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.added_fonts import (
    AddedFont,
    FontNames,
    OfferedFont,
    added_fonts,
    fonts_offered,
    names_of,
    wrong_with,
)
from leafletry.editions.composition import template_problem
from leafletry.editions.fonts import JAPANESE, LATIN, lacking_in_ours
from leafletry.editions.sandbox import Templates
from leafletry.reading.languages import (
    direction,
    language_tag,
    letters,
    name_in,
    script_name,
    script_of,
)
from leafletry.reading.output import folder_lock, write_together
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from leafletry.content.project import Project

REGULAR, BOLD = 400, 700
_ENOUGH = 0.9
"""Which share of the letters a font must have to be one for the language."""
_BEGIN = "/* From here on made by `catalogs fonts`: "
_END = "/* To here. */\n"
_COUNTRIES = {"Hans": "SC", "Hant": "TC", "Kore": "KR", "Jpan": "JP"}
"""How fonts are called that draw characters as one country writes them."""
_HONG_KONG = "HK"
_PACKAGES = {True: "fonts-noto-cjk", False: "fonts-noto-core"}
"""What holds Noto on Debian, by whether a script is wide."""


@dataclass(frozen=True)
class LanguageFonts:
    """What was made for a language.

    `family` is the font it has, nothing where ours do; `source` is the file it is from. `lacking`
    are letters no font has; `files` were written.
    """

    script: str
    family: str = ""
    source: str = ""
    files: list[str] = field(default_factory=list)
    lacking: str = ""
    has_bold: bool = True


class NoFontError(LookupError):
    """No font has the letters of a language: `lacking`; `package` is what has one, on Debian."""

    def __init__(self, script: str, lacking: str, package: str, folders: Iterable[Path]) -> None:
        """Keep what was looked for, and where."""
        super().__init__(script)
        self.script = script
        self.lacking = lacking
        self.package = package
        self.folders = list(folders)


def bring_fonts(project: Project, locale: str, folder: Path | None = None) -> LanguageFonts:
    """Give a language the fonts it lacks: from the folder, from us, or from what is installed.

    Raises NoFontError where there is none, and ProblemsFoundError where files are in the way.
    """
    script = script_name(locale)
    styles = project.root / "styles"
    named = _named(styles, f"locales/{locale}.css")
    has = frozenset().union(*(font.letters for font in named))
    lacking = _lacking(project, locale) - has
    if not lacking:
        family = names_of(named[0].font).family if named else ""
        return LanguageFonts(script, family)
    offered = offered_fonts(project, locale)
    if offered and _has_bold(offered):
        return _name_them(project, locale, offered, {})
    found = _best(locale, lacking, _sources(locale, folder))
    if found is None and offered:
        return _name_them(project, locale, offered, {})
    if found is None:
        folders = [folder] if folder else font_folders()
        package = _PACKAGES[is_wide(script_of(locale))]
        raise NoFontError(script, _shown(lacking), package, folders)
    files = dict(_cut(project, locale, found))
    fonts = [names_of(_as_offered(name, content)) for name, content in files.items()]
    files |= _notices(found, script, files)
    return _name_them(project, locale, fonts, files, found)


def offered_fonts(project: Project, locale: str) -> list[FontNames]:
    """Give the fonts in `styles/fonts/` with the letters that ours lack of a language."""
    lacking = lacking_letters(locale)
    offered = [font for font in fonts_offered(project.root / "styles") if wrong_with(font) is None]
    fitting = [font for font in offered if len(font.letters & lacking) >= _ENOUGH * len(lacking)]
    families: dict[str, list[FontNames]] = defaultdict(list)
    for font in map(names_of, fitting if lacking else ()):
        if not font.italic and _is_for(font.family, locale):
            families[font.family].append(font)
    # Of one family: two designs would mix within a word.
    largest = max(families.values(), key=len, default=[])
    return sorted(largest, key=lambda font: font.weights)


def _named(styles: Path, sheet: str) -> list[AddedFont]:
    """Give the fonts that a language's style sheet names; none where they are gone."""
    try:
        return [font for font in added_fonts(styles) if font.sheet == sheet]
    except ProblemsFoundError as error:
        if any(problem.place.file != f"styles/{sheet}" for problem in error.problems):
            raise
        return []


def _has_bold(fonts: Iterable[FontNames]) -> bool:
    return any(weight >= BOLD for font in fonts for weight in font.weights)


def lacking_letters(locale: str) -> frozenset[int]:
    """Give the letters of a language's alphabet that our own fonts lack."""
    return _lacking_in_ours(locale, letters(locale))


def _lacking_in_ours(locale: str, words: str) -> frozenset[int]:
    # Han characters of another language are drawn otherwise than in Japanese.
    ours = (LATIN, JAPANESE) if script_of(locale) == "Jpan" else (LATIN,)
    return lacking_in_ours(frozenset(map(ord, words)), ours)


def _lacking(project: Project, locale: str) -> frozenset[int]:
    """Give what our fonts lack of a language's letters, and of what its texts use."""
    return _lacking_in_ours(locale, letters(locale) + _used(project, locale))


def _used(project: Project, locale: str) -> str:
    """Give what is written in the catalogs of a script: languages of one script share a font."""
    script = script_of(locale)
    catalogs = [c for name, c in project.catalogs.items() if script_of(name) == script]
    texts = (message.msgstr for catalog in catalogs for message in catalog.messages.values())
    return "".join(sorted(set().union(*texts)))


# ── Finding ────────────────────────────────────────────────────────────────────────────────────


def _sources(locale: str, folder: Path | None) -> Iterator[list[Face]]:
    """Yield the faces to choose among, the first that will do: of the folder, of us, installed."""
    if folder is not None:
        yield list(faces_in(folder))
        return
    if is_wide(script_of(locale)):
        yield our_faces_for(_forms(locale), f"Noto Sans CJK {_country(locale)}")
    yield [face for place in font_folders() for face in faces_in(place, NOTO)]


def _best(locale: str, lacking: frozenset[int], sources: Iterable[list[Face]]) -> list[Face] | None:
    """Give the faces of the family that suits a language best: regular, and bold if there is one.

    Without serifs if it can be; made for the script; of several, the plainest, as its name is the
    shortest.
    """
    for faces in sources:
        families: dict[str, list[Face]] = defaultdict(list)
        for face in faces:
            families[face.family].append(face)
        suiting = [
            chosen
            for family, several in families.items()
            if _is_for(family, locale) and (chosen := _regular_and_bold(several))
            if len(chosen[0].letters & lacking) >= _ENOUGH * len(lacking)
        ]
        if suiting:
            return min(suiting, key=lambda chosen: _rank(chosen[0], locale, lacking))
    return None


def _rank(face: Face, locale: str, lacking: frozenset[int]) -> tuple[bool, int, bool, int, str]:
    own = script_name(locale).split()[-1] in face.family
    return (
        "Sans" not in face.family,
        len(lacking - face.letters),
        not own,
        len(face.family),
        face.family,
    )


def _regular_and_bold(faces: Iterable[Face]) -> list[Face]:
    """Give the two weights that pages need, or one file with all, or the regular one alone."""
    by_weight = {face.weight: face for face in sorted(faces, key=lambda f: str(f.path))[::-1]}
    with_all = [face for face in by_weight.values() if face.has_weights]
    usable = {w: f for w, f in by_weight.items() if _may_be_cut(f) or not f.is_collection}
    if with_all:
        return with_all[:1]
    return [usable[weight] for weight in (REGULAR, BOLD) if weight in usable and REGULAR in usable]


def _country(locale: str) -> str:
    """Give how fonts for a language's country are called, where characters differ by it."""
    script, territory = script_of(locale), Locale.parse(locale).territory
    if script == "Hant" and (territory in ("HK", "MO") or locale.startswith("yue")):
        return _HONG_KONG
    return _COUNTRIES.get(script, "")


def _forms(locale: str) -> str:
    """Give the tag by which fonts know whose forms of characters are meant."""
    return {"HK": "zh-HK", "TC": "zh-Hant", "SC": "zh-Hans", "KR": "ko"}[_country(locale)]


def _is_for(family: str, locale: str) -> bool:
    """Tell whether a family is not one for the characters of another country."""
    named = set(family.split()) & {*_COUNTRIES.values(), _HONG_KONG}
    return not named or named == {_country(locale)}


# ── Cutting ────────────────────────────────────────────────────────────────────────────────────


def _cut(project: Project, locale: str, faces: list[Face]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the font files of a language."""
    script = script_of(locale)
    used = frozenset(map(ord, _used(project, locale) + letters(locale)))
    for face in faces:
        kept = characters_of(script, face.letters, used)
        if not _may_be_cut(face):
            content = face.path.read_bytes()
        elif face.forms:
            content = cut_to_forms(face.open(), kept, face.forms, face.family)
        else:
            content = cut_to(face.open(), kept)
        ending = "otf" if content[:4] == b"OTTO" else "ttf"
        weight = "" if face.has_weights else "-Bold" if face.weight == BOLD else "-Regular"
        yield f"{_file_name(face.family)}{weight}.{ending}", content


def _file_name(family: str) -> str:
    return "".join(character for character in family if character.isalnum())


def _as_offered(name: str, content: bytes) -> OfferedFont:
    """Give a font as one of `styles/fonts/`; raise ProblemsFoundError where it cannot be one."""
    font = OfferedFont(name, hashlib.sha256(content).hexdigest(), content)
    if (wrong := wrong_with(font)) is not None:
        raise ProblemsFoundError([Problem(Place(name), wrong, "use the font of another maker")])
    return font


def _may_be_cut(face: Face) -> bool:
    """Tell whether a font may be changed and keep its name; makers of others reserve theirs."""
    return face.family.startswith(NOTO)


def _notices(faces: list[Face], script: str, files: Collection[str]) -> dict[str, bytes]:
    """Give the file that says where the fonts of a family come from, and by which licence."""
    first = faces[0]
    copyright_, licence, address, version = first.notices
    how = f"cut to {script} script" if _may_be_cut(first) else "taken as it is"
    taken = {face.path.name: hashlib.sha256(face.path.read_bytes()).hexdigest() for face in faces}
    lines = [
        f"{', '.join(files)}: {first.family}, {how} by `catalogs fonts`. {version}",
        *(f"Taken from {name}, SHA-256 {digest}" for name, digest in taken.items()),
        "",
        copyright_ or "It does not say whose it is: ask its maker before you give it on.",
        licence or "It does not say by which licence: ask its maker before you give it on.",
        address,
    ]
    return {f"{_file_name(first.family)}.txt": ("\n".join(lines).rstrip() + "\n").encode()}


# ── Naming ─────────────────────────────────────────────────────────────────────────────────────


def _name_them(
    project: Project,
    locale: str,
    fonts: list[FontNames],
    files: dict[str, bytes],
    faces: list[Face] | None = None,
) -> LanguageFonts:
    """Write the files, and have the language's style sheet name the fonts."""
    styles = project.root / "styles"
    sheet = styles / "locales" / f"{locale}.css"
    with folder_lock(project.root / ".cache"):
        old = sheet.read_text("utf-8") if sheet.exists() else ""
        made = {styles / "fonts" / name: content for name, content in files.items()}
        _refuse_others(made, files)
        made[sheet] = _with_rules(old, font_rules(project, locale, fonts)).encode()
        write_together({p: c for p, c in made.items() if not p.exists() or p.read_bytes() != c})
    has = frozenset().union(*(font.font.letters for font in fonts))
    return LanguageFonts(
        script_name(locale),
        fonts[0].family,
        faces[0].path.name if faces else "",
        [path.relative_to(project.root).as_posix() for path in made],
        _shown(_lacking(project, locale) - has),
        has_bold=_has_bold(fonts),
    )


def _refuse_others(made: Iterable[Path], files: Iterable[str]) -> None:
    """Raise where a file of that name is not one that this made: then no notice lies beside it."""
    notice = next((name for name in files if name.endswith(".txt")), "")
    problems = [
        Problem(Place(f"styles/fonts/{path.name}"), "this file is in the way", "move it away")
        for path in made
        if path.exists() and not path.with_name(notice).exists()
    ]
    if problems:
        raise ProblemsFoundError(problems)


def _with_rules(sheet: str, rules: str) -> str:
    """Give a style sheet with these rules first, in place of those that stood there before."""
    before, begin, rest = sheet.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if begin and end:
        return f"{before}{rules}{after}"
    return rules + sheet


def font_rules(project: Project, locale: str, fonts: list[FontNames]) -> str:
    """Give the rules by which a language's style sheet names its fonts, and nothing without any."""
    if not fonts:
        return ""
    # No HTML: data of ours in CSS.
    environment = Templates(
        loader=jinja2.FileSystemLoader(project.root / "templates"),
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    values = {
        "fonts": fonts,
        "theirs_first": is_wide(script_of(locale)) or direction(locale) == "rtl",
        "source_language": language_tag(SOURCE_LOCALE),
        "language": name_in(locale, SOURCE_LOCALE),
    }
    try:
        return environment.get_template("language/fonts.css").render(values)
    except jinja2.TemplateError as error:
        raise template_problem(error) from None


def _shown(lacking: Iterable[int]) -> str:
    return "".join(map(chr, sorted(lacking)))
