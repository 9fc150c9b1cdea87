"""How a language is written: the rules of its `writing.yaml`, which translators set as data.

Nothing here is a pattern of a programming language: signs, words and numbers only, so that
whoever writes a language can write its rules, and no rule can hang the check.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from leafletry.content.leaflet import Audience
from leafletry.reading.sourcefile import Strict

Space = Literal["none", "space", "no-break", "narrow-no-break"]
SPACES: dict[Space, str] = {
    "none": "",
    "space": " ",
    "no-break": "\u00a0",
    "narrow-no-break": "\u202f",
}
"""What the names of spaces stand for."""

Sign = Annotated[str, Field(min_length=1, max_length=1)]
Pair = Annotated[str, Field(min_length=2, max_length=2)]
Signs = Annotated[str, Field(min_length=1, max_length=2000)]
Words = Annotated[str, Field(min_length=1, max_length=100)]
Ending = Annotated[str, Field(max_length=20)]
Weight = Annotated[int | float, Field(ge=0, le=1000)]
Count = Annotated[int, Field(ge=1, le=1000)]
Charset = Annotated[
    str, Field(pattern=r"^(cp[0-9]{3,4}|iso8859-[0-9]{1,2}|gbk|gb2312|big5|euc_kr|euc_jis_2004)$")
]


class SpaceRule(Strict):
    """Which spaces stand `before` (or `after`) each of some signs: one of `use`, no other."""

    before: Signs | None = None
    after: Signs | None = None
    use: list[Space] = Field(min_length=1, max_length=4)

    @model_validator(mode="after")
    def _has_one_side(self) -> SpaceRule:
        if (self.before is None) == (self.after is None):
            raise ValueError("give either before: or after:, and the signs it is about")
        return self


class Instead(Strict):
    """Something `wrong` that is written `right`; as a word, at its beginning, or anywhere."""

    wrong: Words
    right: Words
    where: Literal["anywhere", "word", "word-start"] = "anywhere"


class Refusal(Strict):
    """Characters that do not belong here, or not beside the language's own script, and a hint.

    Each of `characters` is a run of single ones, or a range such as `ｱ-ﾟ`.
    """

    characters: list[Signs] = Field(min_length=1, max_length=200)
    where: Literal["anywhere", "beside-script"] = "anywhere"
    hint: Annotated[str, Field(min_length=1, max_length=300)]


class Syllables(Strict):
    """How syllables are counted by eye: runs of `vowels` count one each.

    Each of `hiatus` is two vowels that are two syllables. An ending of `silent` counts none,
    unless the word ends in one of `spoken` as well.
    """

    vowels: Signs
    hiatus: list[Pair] = Field(default_factory=list, max_length=200)
    silent: list[Words] = Field(default_factory=list, max_length=50)
    spoken: list[Words] = Field(default_factory=list, max_length=200)


class Ease(Strict):
    """A published formula of reading ease: `base`, less what long sentences and words cost.

    The score is base - sentence x (words per sentence) - word x (syllables per word). `least` is
    what readers of each audience need.
    """

    base: Weight
    sentence: Weight
    word: Weight
    syllables: Syllables
    least: dict[Audience, Weight]


class Reading(Strict):
    """What easy reading means here: the longest sentence, and a score where there is a formula."""

    count: Literal["words", "characters"] = "words"
    longest: dict[Audience, Count] = Field(default_factory=dict)
    ease: Ease | None = None


class Rare(Strict):
    """Characters that belong though they are rare: those of a larger character set.

    What is `not_in` those of other languages, that is; the characters of `also` belong anyhow.
    """

    charset: Charset
    not_in: list[Charset] = Field(default_factory=list, max_length=10)
    also: Signs = " "

    @field_validator("charset", "not_in")
    @classmethod
    def _are_known(cls, names: str | list[str]) -> str | list[str]:
        return _known(names) if isinstance(names, str) else [_known(name) for name in names]


def _known(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError("is no character set; one is cp932") from None
    return name


class LikeLength(Strict):
    """How long a translation is, in percent of its source, where that has some length itself."""

    of_at_least: Count
    least: Count
    usual: Count
    most: Count


class Writing(Strict):
    """What a locale's `writing.yaml` sets; a language without one is held to nothing.

    `quotes` are pairs, the outer ones first. `openings` names for a sign that closes the one that
    opens. `script` are the characters the language is written with, single or as ranges;
    `charset` a character set that holds every usual one. `endings` tells for an ending of a word
    (or none) which ones can take its place in other forms of it. `reference_numbers` tells on which
    side of a full stop the numbers of sources stand.
    """

    quotes: list[Pair] = Field(default_factory=list, max_length=10)
    apostrophe: Sign | None = None
    spaces: list[SpaceRule] = Field(default_factory=list, max_length=50)
    openings: dict[Sign, Sign] = Field(default_factory=dict, max_length=10)
    instead: list[Instead] = Field(default_factory=list, max_length=500)
    refuse: list[Refusal] = Field(default_factory=list, max_length=50)
    script: list[Signs] = Field(default_factory=list, max_length=50)
    charset: Charset | None = None
    rare: Rare | None = None
    endings: dict[Ending, list[Ending]] = Field(default_factory=dict, max_length=100)
    reading: Reading | None = None
    lengths: LikeLength | None = None
    reference_numbers: Literal["before-stop", "after-stop"] = "after-stop"

    @field_validator("charset")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        return None if name is None else _known(name)

    @model_validator(mode="after")
    def _knows_what_is_usual(self) -> Writing:
        if self.rare is not None and self.charset is None:
            raise ValueError("rare: needs charset: with the usual characters")
        return self

    @model_validator(mode="after")
    def _knows_its_script(self) -> Writing:
        if not self.script and any(rule.where == "beside-script" for rule in self.refuse):
            raise ValueError("beside-script needs script: with the language's own characters")
        return self
