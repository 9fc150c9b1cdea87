"""The copy of an edition, as a typesetter would say: what its pages have to say, and nothing else.

It is taken from the content and the shared phrases, not from the page, so that a template that
forgets a text, or says one of its own, is noticed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, chain, groupby, pairwise, zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from leafletry.editions.figures import phones_of
from leafletry.editions.furniture import contact_names
from leafletry.editions.localization import LocalText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leafletry.content.formats import Format
    from leafletry.editions.figures import Figures, Phone
    from leafletry.editions.furniture import Furniture
    from leafletry.editions.localization import LocalizedLeaflet, Reference

Owner = int | str
"""Whose words something is: a message by its number, a clinic's field, `source.1`, `cited`, `code`.

It is empty for what joins the words of others, such as a comma.
"""
CODE = "code"
CITED = "cited"
"""Whose words the numbers of sources are that stand behind a text."""
_UNSEEN = re.compile(
    r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+|\*\*(?=\S)|(?<=\S)\*\*"
)
_JOINS = re.compile(r"[\s,.;:、。・\u060c\u061b]*")
"""What a template may put between the words of others."""


def letters(words: str) -> str:
    """Give what is printed of words: no blanks, marks of markup, or hints where words may part."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", words))


@dataclass(frozen=True)
class Passage:
    """Words of one owner that stand together, without blanks, in their place on the page.

    `gaps` are where blanks part its words: after so many letters. What `goes_on` is the full stop
    of a message, behind the numbers of its sources.
    """

    owner: Owner
    letters: str
    gaps: frozenset[int] = frozenset()
    goes_on: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture of a page: what it is fetched as, and the message that says what it shows."""

    source: str
    alt: int


@dataclass(frozen=True)
class Copy:
    """All that an edition has to say.

    `words` are those of each message, `content` the messages in the order of the leaflet, with the
    masthead's apart and in it the label that names the `reader`; `furniture` are the others, as
    often as they are printed; `given` is what a clinic gave, by the name of its field, and
    `contacts` the fields that blocks ask for; `cited` has the messages that numbers of sources
    stand behind, in the order of the leaflet, with these numbers; `feet` has, for each number of
    pages there may be, what stands below each of them; `format` is what it is printed in, with how
    small the text may be (`least`), in points.
    """

    words: Mapping[int, tuple[str, ...]]
    masthead: tuple[int, ...]
    reader: int
    content: tuple[int, ...]
    furniture: tuple[int, ...]
    pictures: tuple[Picture, ...]
    given: Mapping[str, str]
    contacts: tuple[str, ...]
    sources: tuple[str, ...]
    cited: tuple[tuple[int, tuple[int, ...]], ...]
    code: str
    feet: Mapping[int, tuple[tuple[str, ...], ...]]
    format: Format
    least: float
    right_to_left: bool
    figures: tuple[Figures, ...]
    phones: tuple[Phone, ...]
    contact_labels: Mapping[str, int]

    def least_size(self, owner: Owner) -> float:
        """Give how small the words of an owner may be, in points."""
        if owner == self.reader and owner not in self.content:
            return self.format.smallest_type.label
        is_text = isinstance(owner, int) and (owner in self.content or owner in self.masthead)
        furniture = self.format.smallest_type.furniture
        return self.least if is_text or owner in self.contacts else furniture

    def foot(self, page: int, pages: int) -> tuple[str, ...]:
        """Give what stands below a page of so many; nothing where there may not be so many."""
        feet = self.feet.get(pages) or self.feet[max(self.feet)]
        return feet[page - 1] if page <= len(feet) else ()

    def said(self, owner: Owner) -> str:
        """Give the words of an owner, to be told to people."""
        if isinstance(owner, int):
            return next(iter(self.words.get(owner, ("",))))
        return self.given.get(owner, owner)


def copy_of(
    leaflet: LocalizedLeaflet,
    furniture: Furniture,
    code: str,
    verify_link: str,
    counts: Iterable[int],
    page_format: Format,
    figures: Iterable[Figures],
) -> Copy:
    """Give the copy of an edition; `verify_link` is the page about its code, if it has one.

    `counts` are the numbers of pages that it may have.
    """
    blocks = [found for block in leaflet.content["blocks"] for found in _below(block)]
    masthead = [leaflet.content[name] for name in ("title", "subtitle", "reader")]
    clinic = leaflet.clinic
    pictures = [_picture(leaflet.content["picture"])]
    if clinic is not None and clinic.logo is not None:
        pictures.append(Picture(f"logo:{clinic.logo.name}", 0))
    pictures += [_picture(found) for found in blocks if isinstance(found, dict)]
    if verify_link:
        pictures.append(Picture(f"qr:{verify_link}", furniture.scan_picture[0].number))
    asked = list(
        chain.from_iterable(_contacts(block, clinic) for block in leaflet.content["blocks"])
    )
    extensions = clinic.extensions if clinic else {}
    given = {text.name: text.text for text in clinic.texts_in(leaflet.locale)} if clinic else {}
    further = [name for name in given if name.startswith("extra_lines.")]
    contact_labels = [leaflet.labels[name] for name in asked]
    contact_labels += [
        leaflet.labels[f"extension_{name}"] for name in (*asked, *further) if name in extensions
    ]
    own_words = [(reference.described, reference.updated) for reference in leaflet.references]
    printed = [*furniture.texts(), *contact_labels, *filter(None, chain.from_iterable(own_words))]
    foot = [
        f"{code} {leaflet.in_english}",
        *([leaflet.labels["draft_short"].text] if leaflet.draft else []),
    ]
    return Copy(
        words={message.number: (message.text, *message.also) for message in leaflet.messages},
        masthead=tuple(text.number for text in masthead if text),
        reader=leaflet.content["reader"].number if leaflet.content["reader"] else 0,
        content=tuple(found.number for found in blocks if isinstance(found, LocalText)),
        furniture=tuple(text.number for text in printed),
        pictures=tuple(pictures),
        given=given,
        contacts=tuple(asked),
        sources=tuple(_source(reference) for reference in leaflet.references),
        cited=tuple(
            (found.number, tuple(reference.number for reference in found.references))
            for found in blocks
            if isinstance(found, LocalText) and found.references
        ),
        code=code,
        feet={
            count: tuple(
                tuple(letters(words) for words in (*foot, label.text))
                for label in leaflet.page_labels[count]
            )
            for count in counts
        },
        format=page_format,
        least=page_format.smallest_type.of_text(leaflet.audience, leaflet.locale),
        right_to_left=leaflet.direction == "rtl",
        figures=tuple(figures),
        phones=tuple(phones_of(clinic)),
        contact_labels={name: leaflet.labels[name].number for name in asked},
    )


def _below(part: Any) -> Iterator[LocalText | dict[str, Any]]:
    """Yield each text and each picture below a part of the content, in the order of the page."""
    if isinstance(part, LocalText) or (isinstance(part, dict) and set(part) == {"file", "alt"}):
        yield part
    elif isinstance(part, (dict, list)):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _below(inner)


def _picture(part: dict[str, Any]) -> Picture:
    return Picture(f"figure:{part['file']}.svg", part["alt"].number)


def _contacts(block: Mapping[str, Any], clinic: Any) -> Iterator[str]:
    yield from contact_names(block, clinic.contacts if clinic else {})
    for inner in block.get("blocks") or ():
        yield from _contacts(inner, clinic)


def _source(reference: Reference) -> str:
    """Give the words of a reference that are the same in every language."""
    source = reference.source
    parts = (source.authors, source.title, source.in_, source.year, source.link_text)
    return _bare("".join(str(part) for part in parts if part is not None))


def _bare(words: str) -> str:
    return re.sub(r"[.,;:]", "", letters(words))


# ── The page that a template made ──────────────────────────────────────────────────────────────


def passages_of(html: str, copy: Copy) -> tuple[list[Passage], list[str]]:
    """Give what a page is about to print, in the order it is read, and what is wrong with it."""
    body = ET.fromstring(html).find("body")  # noqa: S314 - written by our own templates
    pieces = [] if body is None else list(_pieces(body, _NOBODY))
    wholes: dict[tuple[Owner, int], str] = {}
    passages: list[Passage] = []
    faults = []
    for holder, run in groupby(pieces, key=itemgetter(0)):
        words = "".join(piece for _, piece in run)
        goes_on = isinstance(holder[0], int) and holder in wholes
        if goes_on and letters(words) not in _AFTER_NUMBERS:
            said = copy.said(holder[0])
            faults.append(f'the templates print numbers of sources in the midst of "{said}"')
        # A source may have no words but what is said of it; its number stands here even so.
        begins = isinstance(holder[0], str) and holder not in wholes
        if holder is not _NOBODY:
            wholes[holder] = wholes.get(holder, "") + letters(words)
        elif not _JOINS.fullmatch(words):
            said = " ".join(words.split())
            faults.append(f'the templates print "{said}", which is no text of this leaflet')
        if (printed := letters(words)) or (begins and holder is not _NOBODY):
            passages.append(Passage(holder[0], printed, _gaps(words), goes_on))
    whole = [Passage(owner, words) for (owner, _), words in wholes.items()]
    pictures = [] if body is None else [_picture_of(image) for image in body.iter("img")]
    return passages, [
        *faults,
        *_other_words(whole, copy),
        *_lost_messages(whole, copy),
        *_lost_words_of_clinic(whole, copy),
        *_other_labels(whole, copy),
        *_lost_sources(whole, copy),
        *_other_numbers(whole, copy),
        *([] if body is None else _misleading_numbers(body)),
        *_other_pictures(pictures, copy),
    ]


def _gaps(words: str) -> frozenset[int]:
    """Give after how many letters the words are parted by a blank that is not thin."""
    ends = list(accumulate(len(letters(word)) for word in _BLANKS.split(words)))
    return frozenset(ends[:-1]) - {0}


_BLANKS = re.compile(r"[ \t\r\n\u00a0\u3000]+")
_NOBODY: tuple[Owner, int] = ("", 0)
_AFTER_NUMBERS = ("", ".", "。")


def _pieces(
    element: ET.Element, holder: tuple[Owner, int]
) -> Iterator[tuple[tuple[Owner, int], str]]:
    """Yield the words below an element in their order, each with its owner and where it is one."""
    own = _owner_of(element)
    # What fills in a message is a part of it.
    if own is not None and (own == CITED or not isinstance(holder[0], int)):
        holder = (own, id(element))
    if element.text:
        yield holder, element.text
    for child in element:
        yield from _pieces(child, holder)
        if child.tail:
            yield holder, child.tail


def _owner_of(element: ET.Element) -> Owner | None:
    if element.tag == "img":
        return None
    if number := element.get("data-message"):
        return int(number)
    if field := element.get("data-clinic"):
        return field
    if source := element.get("data-source"):
        return f"source.{source}"
    if "data-cited" in element.attrib:
        return CITED
    return CODE if "data-code" in element.attrib else None


def _picture_of(image: ET.Element) -> Picture:
    return Picture(image.get("src") or "", int(image.get("data-message") or 0))


def _other_words(passages: Iterable[Passage], copy: Copy) -> Iterator[str]:
    """Say where a passage has not the words of its owner."""
    for passage in passages:
        if isinstance(passage.owner, int):
            right = passage.letters in map(letters, copy.words.get(passage.owner, ()))
        elif passage.owner == CODE:
            right = passage.letters == letters(copy.code)
        elif passage.owner == CITED or passage.owner.startswith("source."):
            continue  # They are looked at together with what is around, or inside of them.
        else:
            right = passage.letters == letters(copy.given.get(passage.owner, ""))
        if not right:
            yield f'the templates change "{copy.said(passage.owner)}"'


def _lost_messages(passages: Iterable[Passage], copy: Copy) -> Iterator[str]:
    """Say which message a template left out, moved, or prints though it does not belong here."""
    found = [passage.owner for passage in passages if isinstance(passage.owner, int)]
    masthead, furniture = Counter(copy.masthead), Counter(copy.furniture)
    wanted = list(copy.content)
    for number in found:
        if masthead[number]:
            masthead[number] -= 1
        elif wanted and wanted[0] == number:
            wanted.pop(0)
        elif furniture[number]:
            furniture[number] -= 1
        elif number in wanted:
            while wanted[0] != number:
                yield _misplaced(wanted.pop(0), found, copy)
            wanted.pop(0)
        elif number in copy.content:
            yield f'the templates print "{copy.said(number)}" in another place than its own'
        else:
            yield f'the templates print "{copy.said(number)}", which does not belong here'
    for number in (*masthead.elements(), *wanted, *furniture.elements()):
        yield _misplaced(number, found, copy)


def _misplaced(number: int, found: list[int], copy: Copy) -> str:
    if number in found:
        return f'the templates print "{copy.said(number)}" in another place than its own'
    return f'the templates do not print "{copy.said(number)}"'


def _lost_words_of_clinic(passages: Iterable[Passage], copy: Copy) -> Iterator[str]:
    found = {passage.owner for passage in passages if isinstance(passage.owner, str)}
    always = {name for name in copy.given if name.partition(".")[0] in _ALWAYS}
    for name in sorted((always | set(copy.contacts) & set(copy.given)) - found):
        yield f'the templates do not print the clinic\'s {name}, "{copy.given[name]}"'


_ALWAYS = ("name", "address", "extra_lines")


def _other_labels(passages: list[Passage], copy: Copy) -> Iterator[str]:
    """Say which number of a clinic does not stand beside its own label."""
    for before, passage in pairwise(passages):
        field = str(passage.owner)
        label: Owner | None = copy.contact_labels.get(field)
        if field.endswith(".number"):
            label = f"{field.removesuffix('number')}label"
        if label is not None and before.owner != label:
            yield (
                f'the templates print "{copy.said(passage.owner)}" beside'
                f' "{copy.said(before.owner)}", and it is "{copy.said(label)}"'
            )


def _lost_sources(passages: Iterable[Passage], copy: Copy) -> Iterator[str]:
    found = [
        (passage.owner, _bare(passage.letters))
        for passage in passages
        if isinstance(passage.owner, str) and passage.owner.startswith("source.")
    ]
    wanted = [(f"source.{number}", words) for number, words in enumerate(copy.sources, 1)]
    if found != wanted:
        yield "the templates do not print the sources as they are"


def _other_numbers(passages: list[Passage], copy: Copy) -> Iterator[str]:
    """Say where other numbers of sources stand than those a text rests on, or none."""
    wanted = [(number, f"[{','.join(map(str, numbers))}]") for number, numbers in copy.cited]
    found = [
        (before.owner, passage.letters)
        for before, passage in pairwise(passages)
        if passage.owner == CITED
    ]
    for right, printed in zip_longest(wanted, found):
        if right != printed:
            owner, numbers = printed or right
            said = "" if printed else "do not "
            yield f'the templates {said}print {numbers} behind "{copy.said(owner)}"' + (
                f", and it rests on {right[1]}" if right and printed and right[0] == owner else ""
            )
            return


def _misleading_numbers(body: ET.Element) -> Iterator[str]:
    """Say which number of a source leads to another entry of the list, or to none."""
    for link in body.iterfind(".//*[@data-cited]/a"):
        number = re.sub(r"[^0-9]", "", link.text or "")
        if link.get("href") != f"#source-{number}":
            yield f"the templates let the number {number} lead to {link.get('href')}"


def _other_pictures(found: list[Picture], copy: Copy) -> Iterator[str]:
    """Say which picture is missing, has other words, or is none of this leaflet."""
    missing, more = Counter(copy.pictures), Counter(found)
    for picture in (missing - more).elements():
        yield f"the templates do not print the picture {picture.source}{_showing(picture, copy)}"
    for picture in (more - missing).elements():
        yield f"the templates print the picture {picture.source} where it does not belong"
    if not (missing - more or more - missing) and _order(found) != _order(copy.pictures):
        yield "the templates print pictures in one another's place"


def _order(pictures: Iterable[Picture]) -> list[Picture]:
    return [picture for picture in pictures if picture.source.startswith("figure:")]


def _showing(picture: Picture, copy: Copy) -> str:
    return f', "{copy.said(picture.alt)}"' if picture.alt else ""
