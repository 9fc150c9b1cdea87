"""What CLDR knows of a language: its tag and name, which way it runs, its letters and plurals.

A locale is named as folders and gettext name it (`pt_BR`); pages name it by its tag (`pt-BR`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.localedata import locale_identifiers
from babel.messages.plurals import PLURALS
from babel.plural import PluralRule, to_gettext

from leafletry.reading.problems import shortened
from leafletry.reading.sourcefile import did_you_mean

Direction = Literal["ltr", "rtl"]

_TAG = re.compile(
    r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE | re.ASCII
)
_LONGEST_TAG = 20


class UnknownLanguageError(ValueError):
    """A tag that names no language we can print; carries a hint for people."""

    def __init__(self, message: str, hint: str) -> None:
        """Keep what is wrong with the tag, and what to write instead."""
        super().__init__(message)
        self.hint = hint


def locale_of(tag: str) -> str:
    """Give the locale a BCP 47 tag names, as its folder is called: `pt-br` gives `pt_BR`.

    Raises UnknownLanguageError where it is no tag, or one that CLDR does not know.
    """
    found = _TAG.fullmatch(tag) if len(tag) < _LONGEST_TAG else None
    if found is None:
        message = f'"{shortened(tag)}" is no language tag'
        hint = "a tag is a language, where needed its script and country: de, pt-BR, zh-Hant"
        raise UnknownLanguageError(message, hint)
    language, script, country = found[1].lower(), found[2], found[3]
    parts = [
        language,
        *([script.title()] if script else []),
        *([country.upper()] if country else []),
    ]
    if newer := get_global("language_aliases").get(language):
        rest = "-".join([newer.replace("_", "-"), *parts[1:]])
        raise UnknownLanguageError(
            f'"{language}" is not how CLDR calls this language', f"use {rest}"
        )
    name = "_".join(parts)
    if not _is_known(name):
        message = f'"{language_tag(name)}" is no language that CLDR has data for'
        raise UnknownLanguageError(message, _known_instead(language))
    return name


def _known_instead(language: str) -> str:
    """Give a hint: what CLDR knows of a language, or which language may be meant."""
    names = [name for name in locale_identifiers() if re.fullmatch(r"[a-z]+(_[A-Z]\w+)?", name)]
    if _is_known(language):
        others = sorted(name for name in names if name.startswith(f"{language}_"))
        return f"it has: {', '.join(map(language_tag, [language, *others[:12]]))}"
    return did_you_mean(language, names) or "codes of languages stand in the IANA subtag registry"


def _is_known(name: str) -> bool:
    """Tell whether CLDR has data for exactly this language, in this script and country."""
    language, *rest = name.split("_")
    script = next((part for part in rest if len(part) == 4), None)  # noqa: PLR2004 - as `Hant`
    country = next((part for part in rest if len(part) < 4), None)  # noqa: PLR2004 - as `BR`, `419`
    try:
        locale = Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    # Babel reads over what it has no data for; then the page would speak of another language.
    same = locale.language == language and (country is None or locale.territory == country)
    return same and script in (None, script_of(str(locale)))


def ancestors(locale: str) -> list[str]:
    """Give what a locale is a variant of, the nearest first: for `es_MX`, `es_419` and `es`.

    CLDR decides; what is another language to it, or is written in another script, is none.
    """
    parents, found, name = get_global("parent_exceptions"), [], locale
    while name := parents.get(name) or name.rpartition("_")[0]:
        if name.partition("_")[0] != locale.partition("_")[0] or script_of(name) != script_of(
            locale
        ):
            break
        found.append(name)
    return found


def language_tag(locale: str) -> str:
    """Give the BCP 47 tag of a locale, as pages and PDFs want it: `pt-BR`."""
    return locale.replace("_", "-")


@cache
def direction(language: str) -> Direction:
    """Tell which way a language is written, by its locale or its tag; left to right if unknown."""
    name = language.replace("-", "_")
    for known in (name, name.partition("_")[0]):
        try:
            return "rtl" if Locale.parse(known).text_direction == "rtl" else "ltr"
        except (UnknownLocaleError, ValueError):
            continue
    return "ltr"


def direction_of(words: str) -> Direction:
    """Tell which way some words run by their first letter, as phone numbers and names do."""
    strong = (unicodedata.bidirectional(character) for character in words)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


def name_in(locale: str, reader: str) -> str:
    """Give a language's name as readers of some language say it: `French`, `British English`."""
    known = Locale.parse(reader).languages.get(locale)
    return known or Locale.parse(locale).get_display_name(reader) or language_tag(locale)


def script_of(locale: str) -> str:
    """Give the code of the script a language is written in: `Arab`, `Latn`."""
    parsed = Locale.parse(locale)
    if parsed.script:
        return str(parsed.script)
    likely = get_global("likely_subtags")
    known = likely.get(f"{parsed.language}_{parsed.territory}") or likely.get(parsed.language, "")
    return next((part for part in known.split("_") if len(part) == 4), "Latn")  # noqa: PLR2004


def script_name(locale: str) -> str:
    """Give the name of a language's script in English: `Arabic`."""
    code = script_of(locale)
    name = str(Locale("en").scripts.get(code, code))
    return f"{name} Han" if code in ("Hans", "Hant") else name


def letters(locale: str) -> str:
    """Give letters a language is written with, most of its alphabet, sorted.

    Babel has no list of them. The names CLDR has of months, days, countries and languages use
    nearly all letters of an alphabet, and hundreds of the signs of Chinese. What stands in one
    of very many names is a letter of some other language.
    """
    parsed = Locale.parse(locale)
    names = [name_in(locale, locale)]
    for calendar in (parsed.months, parsed.days):
        names += [str(name) for name in calendar["format"]["wide"].values()]
    for group in (parsed.territories, parsed.languages):
        names += [str(name) for name in group.values()]
    times = Counter(letter for name in names for letter in set(name) if _is_letter(letter))
    least = 2 if len(names) > _MANY_NAMES else 1
    return "".join(sorted(letter for letter, count in times.items() if count >= least))


_MANY_NAMES = 200


def _is_letter(character: str) -> bool:
    # Without Lm: its signs stand for sounds of other languages, as in the names of peoples.
    return unicodedata.category(character) in ("Lu", "Ll", "Lo", "Mn", "Mc")


def plural_forms(locale: str) -> str:
    """Give the header line Plural-Forms: as gettext has it, else as CLDR counts whole numbers."""
    for name in (locale, Locale.parse(locale).language):
        if name in PLURALS:
            number, expression = PLURALS[name]
            return f"nplurals={number}; plural={expression};"
    rule = Locale.parse(locale).plural_form
    reached = {rule(n) for n in (*range(1000), 10**6)}
    rules = {tag: _of_whole_numbers(text) for tag, text in rule.rules.items() if tag in reached}
    if reached == {"other"}:
        return "nplurals=1; plural=0;"
    if "other" not in reached:
        rules.popitem()  # The last form is for all that is in no other.
    return to_gettext(PluralRule(rules))


def _of_whole_numbers(rule: str) -> str:
    """Leave out of a CLDR rule what it says of decimals: they are none, or no number is meant."""
    clauses = []
    for clause in rule.split(" or "):
        conditions = clause.split(" and ")
        if all(part[0] in "ni" or PluralRule({"one": part})(0) == "one" for part in conditions):
            clauses.append(" and ".join(f"n{part[1:]}" for part in conditions if part[0] in "ni"))
    return " or ".join(clauses)
