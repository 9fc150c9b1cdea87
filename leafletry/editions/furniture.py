"""What a leaflet says besides its content: notice, colophon, the foot of its pages.

It is decided here and not in a template, which could leave it out: what prints is read back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leafletry.editions.localization import LocalizedLeaflet, LocalText

Texts = tuple["LocalText", ...]


@dataclass(frozen=True)
class Furniture:
    """The shared phrases of an edition, each where templates put it, in the order of the page.

    `notice` says why a draft is one, `pointer` where the urgent box is that is not on page 1;
    `scan` and `scan_picture` stand where a clinic has pages about codes; `made`, `languages` and
    `consensus` are sentences of the colophon.
    """

    notice: Texts
    pointer: Texts
    about: LocalText
    scan: Texts
    scan_picture: Texts
    disclaimer: LocalText
    made: Texts
    languages: Texts
    sources: LocalText
    consensus: Texts

    def texts(self) -> Iterator[LocalText]:
        """Yield all of it that is printed as words."""
        yield from (*self.notice, *self.pointer, self.about, *self.scan, self.disclaimer)
        yield from (*self.made, *self.languages, self.sources, *self.consensus)


def furniture_of(leaflet: LocalizedLeaflet, *, checkable: bool, urgent_page: int = 1) -> Furniture:
    """Give what an edition has to say besides its content.

    `checkable` where codes have pages; `urgent_page` is where the urgent box stands.
    """
    labels, approval = leaflet.labels, leaflet.approval
    clinicians = leaflet.audience == "clinicians"

    def for_reader(name: str) -> LocalText:
        return labels[f"{name}_clinicians" if clinicians else name]

    notice: Texts = ()
    if leaflet.draft and approval.notice == "unsigned":
        notice = (for_reader("draft"),)
    elif leaflet.draft:
        not_for = labels["not_for_care" if clinicians else "not_for_families"]
        notice = (labels[f"draft_{approval.notice}"], not_for)
    reviewed = ["reviewed_by", "reviewed_on"] if approval.reviewers else ["not_reviewed"]
    made = ["made_by", *_making(leaflet), *reviewed, "version"]
    languages = [labels["other_languages"], for_reader("feedback")]
    marked = "consensus_marked" if leaflet.draft else "consensus_signed"
    return Furniture(
        notice=notice,
        pointer=(labels["urgent_on_page"],) if urgent_page > 1 else (),
        about=labels["about_this_leaflet"],
        scan=(labels["scan_to_check"],) if checkable else (),
        scan_picture=(labels["scan_picture"],) if checkable else (),
        disclaimer=for_reader("disclaimer"),
        made=tuple(labels[name] for name in made),
        languages=tuple(languages),
        sources=labels["sources"],
        consensus=(labels[marked],) if leaflet.consensus else (),
    )


def _making(leaflet: LocalizedLeaflet) -> Iterator[str]:
    """Yield the names of the phrases that say how a leaflet in its language came about."""
    making, approval = leaflet.making, leaflet.approval
    if leaflet.is_translation:
        yield "machine_translated" if making.machine else "translated"
        if making.translated_by:
            yield "translated_by"
        yield "translation_checked" if approval.translators else "translation_unchecked"
    yield "tried_with_readers" if making.tried_with_readers else "not_tried_with_readers"


def contact_names(block: Mapping[str, Any], contacts: Mapping[str, str]) -> list[str]:
    """Give the numbers that a block asks for, and those its reader may need to use them."""
    names = list(block.get("contacts") or ())
    if block["block"] == "urgent" and "interpreter_line" in contacts:
        names.append("interpreter_line")
    return names


PHRASES = (
    "about_this_leaflet",
    "sources",
    "made_by",
    "version",
    "reviewed_by",
    "reviewed_on",
    "not_reviewed",
    "other_languages",
    "translated",
    "machine_translated",
    "translated_by",
    "translation_checked",
    "translation_unchecked",
    "tried_with_readers",
    "not_tried_with_readers",
    "draft",
    "draft_clinicians",
    "draft_short",
    "draft_expired",
    "draft_withdrawn",
    "draft_unchecked",
    "draft_unconfirmed",
    "not_for_care",
    "not_for_families",
    "disclaimer",
    "disclaimer_clinicians",
    "feedback",
    "feedback_clinicians",
    "consensus_marked",
    "consensus_signed",
    "scan_to_check",
    "scan_picture",
    "scan_link",
    "page_of",
)
"""The shared phrases that it may need, by their names in `leaflets/phrases.yaml`."""
