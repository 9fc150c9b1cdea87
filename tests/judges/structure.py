"""The structure tree of a PDF, read as a screen reader would, and written as a readable proof."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from .content import Chunk, ContentKey, ObjectNumber, PageText, join, read_page_text

# Elements whose text stands within a line; the text of all others stands by itself.
_INLINE = {
    *("Annot", "BibEntry", "Code", "Em", "Lbl", "Link", "NonStruct", "Quote", "Reference"),
    *("Ruby", "RB", "RP", "RT", "Span", "Strong", "Sub"),
}
# Numbers and generated names that tell a reader of the proof nothing.
_NOT_IN_PROOF = {"BBox", "Headers"}
_MAX_DEPTH = 200
_NOWHERE = Chunk("", page=0, baseline=0, left=0, right=0, size=0)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link or another thing to act on, at its place in the structure."""

    kind: str
    description: str | None
    target: str | None

    def __str__(self) -> str:
        """Say what it is, what it is called and where it leads."""
        described = "" if self.description is None else f" {_quote(self.description)}"
        return f"[{self.kind}{described}]" + ("" if self.target is None else f" -> {self.target}")


@dataclass(frozen=True, slots=True)
class Node:
    """One structure element."""

    kind: str
    """The type as it is written."""
    role: str
    """The standard type that the role map makes of it."""
    lang: str | None
    alt: str | None
    actual_text: str | None
    attributes: dict[str, str]
    content: "tuple[Content, ...]"
    """Elements, pieces of text and annotations in reading order."""

    @property
    def children(self) -> list["Node"]:
        """The elements that stand directly in this one."""
        return [item for item in self.content if isinstance(item, Node)]

    @property
    def text(self) -> str:
        """All text in this element: one line for each paragraph, cell and the like."""
        lines = (join(paragraph).strip() for paragraph in self._paragraphs())
        return "\n".join(filter(None, lines))

    def chunks(self) -> list[Chunk]:
        """Give all pieces of text in this element, in reading order."""
        return [chunk for paragraph in self._paragraphs() for chunk in paragraph]

    def _paragraphs(self) -> list[list[Chunk]]:
        """Give the pieces of text, those together that stand in one paragraph."""
        paragraphs: list[list[Chunk]] = [[]]
        for item in self.content:
            if isinstance(item, Chunk):
                paragraphs[-1].append(item)
            elif isinstance(item, Node):
                first, *more = item._paragraphs()
                if item.role in _INLINE:
                    paragraphs[-1] += first
                    paragraphs += more
                else:
                    paragraphs += [first, *more, []]
        if self.actual_text is None:
            return paragraphs
        replaced = [chunk for paragraph in paragraphs for chunk in paragraph]
        return [[replace(replaced[0] if replaced else _NOWHERE, text=self.actual_text)]]

    def walk(self) -> Iterator["Node"]:
        """Give this element and all elements in it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


Content: TypeAlias = Node | Chunk | Annotation


def read_structure(pdf: Path) -> list[Node]:
    """Read the structure tree of a PDF; an untagged one has none."""
    with pikepdf.open(pdf) as document:
        return _Tree(document).read()


def artifact_text(pdf: Path) -> list[str]:
    """Read, for each page, the text that a screen reader leaves out."""
    with pikepdf.open(pdf) as document:
        return [join(text.artifacts) for text in _read_texts(document)]


def lost_text(pdf: Path) -> list[str]:
    """Read, for each page, the text that is neither in the structure nor an artifact."""
    with pikepdf.open(pdf) as document:
        tree = _Tree(document)
        tree.read()
        return [tree.lost_text(page) for page in range(len(document.pages))]


def to_text(nodes: list[Node]) -> str:
    """Write a structure as lines: one for each element, indented by depth."""
    return "".join(f"{line}\n" for node in nodes for line in _lines(node, 0))


def _lines(node: Node, depth: int) -> Iterator[str]:
    """Write an element, with the text it begins with, and then what follows in it."""
    first, *rest = _grouped(node.content) or [""]
    if isinstance(first, Node):
        first, rest = "", [first, *rest]
    yield "  " * depth + " ".join(filter(None, [_head(node), first]))
    for item in rest:
        if isinstance(item, Node):
            yield from _lines(item, depth + 1)
        else:
            yield "  " * (depth + 1) + item


def _grouped(content: tuple[Content, ...]) -> list[Node | str]:
    """Turn all that is no element into text, one string for all that stands together."""
    groups: list[Node | list[Chunk | Annotation]] = []
    for item in content:
        if isinstance(item, Node):
            groups.append(item)
        elif groups and isinstance(groups[-1], list):
            groups[-1].append(item)
        else:
            groups.append([item])
    written = [group if isinstance(group, Node) else _leaf_text(group) for group in groups]
    return [group for group in written if group != ""]


def _leaf_text(items: list[Chunk | Annotation]) -> str:
    """Write the text and the annotations that stand together."""
    text = join(item for item in items if isinstance(item, Chunk))
    annotations = [str(item) for item in items if isinstance(item, Annotation)]
    return " ".join([*([_quote(text)] if text else []), *annotations])


def _head(node: Node) -> str:
    """Write all that an element says of itself."""
    parts = [node.kind if node.kind == node.role else f"{node.kind} ({node.role})"]
    if node.lang is not None:
        parts.append(f"lang={node.lang}")
    parts += [
        f"{key}={value}"
        for key, value in sorted(node.attributes.items())
        if key not in _NOT_IN_PROOF
    ]
    if node.alt is not None:
        parts.append(f"Alt={_quote(node.alt)}")
    if node.actual_text is not None:
        parts.append(f"ActualText={_quote(node.actual_text)}")
    return " ".join(parts)


def _quote(text: str) -> str:
    """Write text so that its spaces show and no line breaks."""
    return f'"{text}"'.replace("\n", "\\n")


def _read_texts(document: pikepdf.Pdf) -> list[PageText]:
    """Read the text of every page."""
    return [read_page_text(page, number) for number, page in enumerate(document.pages, 1)]


class _Tree:
    """Reads the structure tree, and notes which text it has read."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        """Read the pages that the tree points into."""
        self._document = document
        self._texts = _read_texts(document)
        self._pages = {page.obj.objgen: at for at, page in enumerate(document.pages)}
        root = document.Root.get(Name.StructTreeRoot, Dictionary())
        self._root = root
        self._roles = root.get(Name.RoleMap, Dictionary())
        self._classes = root.get(Name.ClassMap, Dictionary())
        self._read: set[tuple[int, ContentKey]] = set()

    def read(self) -> list[Node]:
        """Read all elements."""
        content = [item for kid in _kids(self._root) for item in self._content(kid, None, 0)]
        return [item for item in content if isinstance(item, Node)]

    def lost_text(self, page: int) -> str:
        """Give the text of a page that no element holds and that is no artifact."""
        text = self._texts[page]
        orphans = [chunks for key, chunks in text.tagged.items() if (page, key) not in self._read]
        return "\n".join(filter(None, map(join, [text.unmarked, *orphans])))

    def _content(self, kid: object, page: Object | None, depth: int) -> Iterator[Content]:
        """Read one entry of K, which stands in an element of this page."""
        if not isinstance(kid, Dictionary):
            yield from self._marked(page, None, int(cast("int", kid)))
            return
        kind = kid.get(Name.Type)
        page = kid.get(Name.Pg, page)
        if kind == Name.MCR:
            stream = kid.get(Name.Stm)
            form = None if stream is None else stream.objgen
            yield from self._marked(page, form, int(kid[Name.MCID]))
        elif kind == Name.OBJR:
            yield _annotation(kid[Name.Obj])
        else:
            yield self._node(kid, page, depth)

    def _marked(self, page: Object | None, form: ObjectNumber | None, mcid: int) -> list[Chunk]:
        """Find the text of a piece of marked content."""
        if page is None or page.objgen not in self._pages:
            raise ValueError(f"content {mcid} is on no page")
        at = self._pages[page.objgen]
        self._read.add((at, (form, mcid)))
        return self._texts[at].tagged.get((form, mcid), [])

    def _node(self, element: Object, page: Object | None, depth: int) -> Node:
        """Read one element with all that is in it."""
        if depth > _MAX_DEPTH:
            raise ValueError("structure elements hold one another without end")
        content = [item for kid in _kids(element) for item in self._content(kid, page, depth + 1)]
        kind = _plain(element[Name.S])
        return Node(
            kind=kind,
            role=self._role(kind),
            lang=_optional_text(element, Name.Lang),
            alt=_optional_text(element, Name.Alt),
            actual_text=_optional_text(element, Name.ActualText),
            attributes=self._attributes(element),
            content=tuple(content),
        )

    def _role(self, kind: str) -> str:
        """Follow the role map to the standard type."""
        seen = set()
        while f"/{kind}" in self._roles and kind not in seen:
            seen.add(kind)
            kind = _plain(self._roles[f"/{kind}"])
        return kind

    def _attributes(self, element: Object) -> dict[str, str]:
        """Read the attributes of an element's classes and then its own, which win."""
        classes = [self._classes.get(str(name)) for name in _listed(element.get(Name.C))]
        owners = [owner for found in classes for owner in _listed(found)]
        owners += _listed(element.get(Name.A))
        return {
            key.removeprefix("/"): _plain(value)
            for owner in owners
            # Revision numbers may stand between the dictionaries.
            if isinstance(owner, Dictionary)
            for key, value in owner.items()
            if key != "/O"
        }


def _annotation(thing: Object) -> Annotation:
    """Read what an annotation says of itself."""
    action = thing.get(Name.A, Dictionary())
    target = action.get(Name.URI, action.get(Name.D, thing.get(Name.Dest)))
    return Annotation(
        kind=_plain(thing.get(Name.Subtype, Name.Object)),
        description=_optional_text(thing, Name.Contents),
        target=None if target is None else _plain(target),
    )


def _kids(element: Object) -> list[object]:
    """List what an element holds, be it one thing or many."""
    return _listed(element.get(Name.K))


def _listed(value: object) -> list[object]:
    """List what PDF writes as nothing, as one thing or as an array."""
    if value is None:
        return []
    return list(value.as_list()) if isinstance(value, Array) else [value]


def _optional_text(element: Object, key: Name) -> str | None:
    """Read a text that may be missing."""
    value = element.get(key)
    return None if value is None else str(value)


def _plain(value: object) -> str:
    """Write a value of PDF as a reader would: names without their slash."""
    if isinstance(value, Array):
        return f"[{' '.join(map(_plain, value.as_list()))}]"
    return str(value).removeprefix("/") if isinstance(value, Name) else str(value)
