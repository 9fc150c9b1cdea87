"""The structure a screen reader hears: built from the HTML elements, not from their fragments.

WeasyPrint tags every fragment of every line. Here each element becomes one structure element,
however many lines and pages it covers; languages, header scopes and list kinds are said; what
stands in the page's margins is an artifact.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pydyf
import weasyprint.pdf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from leafletry.pages.ligatures import RUNS_TO_THE_LEFT
from leafletry.pages.reading_order import words_last

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TYPES = {
    "h1": "H1",
    "h2": "H2",
    "h3": "H3",
    "p": "P",
    "ul": "L",
    "ol": "L",
    "dl": "L",
    "li": "LI",
    "table": "Table",
    "thead": "THead",
    "tbody": "TBody",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "section": "Sect",
    "img": "Figure",
    "a": "Link",
    "strong": "Strong",
    "dt": "Lbl",
    "dd": "LBody",
    "caption": "Caption",
}
_LIST_KINDS = {"ol": "Decimal", "ul": "Disc"}
_PX_TO_PT = 0.75


@dataclass
class Node:
    """A structure element: its type, the language it is in, and its kids in reading order.

    `words` is what it says where that is drawn in another order: words that run to the left.
    """

    type: str
    language: str
    element: Any = None
    kids: list[Node | tuple[int, int] | Any] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    alt: str | None = None
    words: str = ""
    foot: float = 0.0


class Tree:
    """Grows the structure of a document while its boxes are walked in order."""

    def __init__(self, language: str, spaces: Mapping[str, int]) -> None:
        """Start with the document element; `spaces` are the glyphs of spaces by font."""
        self.spaces = spaces
        self.root = Node("Document", language)
        self.nodes: dict[tuple[int, str], Node] = {}
        self.items: dict[int, Node] = {}

    def node_for(self, box: Any, parent: Node, height: float) -> Node:
        """Give the node a box's content belongs to; a box without meaning of its own adds none."""
        element = box.element
        if element is None or box.element_tag != element.tag:
            return self._pseudo(box, parent)
        key = (id(element), box.element_tag)
        if key not in self.nodes:
            self.nodes[key] = self._new(box, element, parent, height)
        return self.nodes[key]

    def _pseudo(self, box: Any, parent: Node) -> Node:
        # A bullet is a label, be it drawn as a marker or as text of a style sheet.
        if box.element_tag in ("li::marker", "li::before"):
            item = self.items[id(box.element)]
            key = (id(box.element), box.element_tag)
            if key not in self.nodes:
                self.nodes[key] = Node("Lbl", item.language)
                item.kids.insert(0, self.nodes[key])
            return self.nodes[key]
        return parent

    def _new(self, box: Any, element: Any, parent: Node, height: float) -> Node:
        kind = _TYPES.get(element.tag)
        language = element.get("lang") or parent.language
        if element.tag in ("html", "body", "main"):
            return parent
        if kind is None and language == parent.language:
            return parent
        node = Node(kind or "Span", language, element)
        if kind == "LI":
            return self._item(node, parent)
        if kind == "Lbl":
            return self._described_term(node, parent)
        if kind == "LBody":
            self._last_item(parent).kids.append(node)
            return node
        parent.kids.append(node)
        _add_attributes(node, box, element, height)
        return node

    def _item(self, node: Node, parent: Node) -> Node:
        body = Node("LBody", node.language)
        node.kids.append(body)
        parent.kids.append(node)
        self.items[id(node.element)] = node
        return body

    def _described_term(self, node: Node, parent: Node) -> Node:
        parent.kids.append(Node("LI", parent.language, kids=[node]))
        return node

    def _last_item(self, parent: Node) -> Node:
        return next(
            kid for kid in reversed(parent.kids) if isinstance(kid, Node) and kid.type == "LI"
        )


def _add_attributes(node: Node, box: Any, element: Any, height: float) -> None:
    if node.type == "TH":
        scope = "/Row" if element.get("scope") == "row" else "/Column"
        node.attributes = {"O": "/Table", "Scope": scope}
    elif node.type == "L":
        kind = _LIST_KINDS.get(element.tag, "None") if element.get("class") != "ticks" else "None"
        node.attributes = {"O": "/List", "ListNumbering": f"/{kind}"}
    elif node.type == "Figure":
        x, y = box.content_box_x(), box.content_box_y()
        corners = (x, height - y - box.height, x + box.width, height - y)
        node.alt = element.get("alt")
        node.attributes = {
            "O": "/Layout",
            "Placement": "/Block",
            "BBox": pydyf.Array(round(value * _PX_TO_PT, 2) for value in corners),
        }
    for name in ("colspan", "rowspan"):
        if node.type in ("TH", "TD") and element.get(name):
            node.attributes |= {
                "O": "/Table",
                name.capitalize().replace("span", "Span"): int(element.get(name)),
            }


def add_tags(pdf: Any, document: Any, _version: object, page_streams: Sequence[Any]) -> None:
    """Write the structure tree of a document into its PDF (called by WeasyPrint)."""
    tree = Tree(document.metadata.lang, _space_glyphs(document))
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        box = page._page_box  # noqa: SLF001 - tags need the boxes
        marks = stream._tags  # noqa: SLF001
        order: list[int] = []
        _walk(tree, box, tree.root, number, marks, stream, page.height, order)
        stream.stream = words_last(stream.stream, order)
        _shorten(stream)
    _write(pdf, tree.root, len(document.pages))


def _walk(
    tree: Tree,
    box: Any,
    parent: Node,
    page: int,
    marks: dict[Any, Any],
    stream: Any,
    height: float,
    order: list[int],
) -> None:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001
    if isinstance(box, boxes.MarginBox):
        _make_artifacts(box, marks, stream)
        return
    if isinstance(box, boxes.TextBox):
        if box in marks:
            order.append(marks[box]["mcid"])
            if STACKED.search(box.text):
                _say_words(box, marks[box]["mcid"], stream)
            _add_text(parent, box, (page, marks[box]["mcid"]))
            if box.text.isspace():
                _draw_space(box, marks[box]["mcid"], stream, tree.spaces)
        return
    node = tree.node_for(box, parent, height)
    if box.link_annotation is not None:
        box.link_annotation["Contents"] = pydyf.String(
            box.element.get("title") or box.element.get("href")
        )
        box.link_annotation["Rect"] = pydyf.Array(
            round(value, 1) for value in box.link_annotation["Rect"]
        )
        node.kids.append((page, box.link_annotation))
    if isinstance(box, boxes.ReplacedBox):
        node.kids.append((page, marks[box]["mcid"]))
        return
    for child in getattr(box, "children", ()):
        _walk(tree, child, node, page, marks, stream, height, order)


def _add_text(parent: Node, box: Any, content: tuple[int, int]) -> None:
    """Add a piece of text; one that runs to the left says its words, lines of it together."""
    to_the_left = box.style["direction"] == "rtl" or RUNS_TO_THE_LEFT.search(box.text)
    if box.text.isspace() or not to_the_left:
        parent.kids.append(content)
        return
    last = parent.kids[-1] if parent.kids else None
    if isinstance(last, Node) and last.words and last.foot < box.position_y:
        last.words += f" {box.text}"
    else:
        last = Node("Span", parent.language, words=box.text)
        parent.kids.append(last)
    last.kids.append(content)
    last.foot = box.position_y


def _space_glyphs(document: Any) -> dict[str, int]:
    """Give the glyph of the space in each font that has one in this document."""
    return {
        font.hash: glyph
        for font in document.fonts.values()
        for glyph, text in font.to_unicode.items()
        if text == " "
    }


def _draw_space(box: Any, mcid: int, stream: Any, spaces: Mapping[str, int]) -> None:
    """Draw the space between two elements; WeasyPrint leaves it out, and words run together."""
    mark = _mark(stream, mcid)
    if mark is None:
        return
    fonts = (
        operator
        for operator in reversed(stream.stream[:mark])
        if isinstance(operator, bytes) and operator.endswith(b" Tf")
    )
    font = next(fonts, b"/ 0 Tf")
    glyph = spaces.get(font[1:].split()[0].decode())
    if glyph is not None:
        end = stream.stream.index(b"ET", mark)
        x, y = box.position_x, box.position_y + box.baseline
        place = f"1 0 0 -1 {x:.3f} {y:.3f} Tm".encode()
        stream.stream[end:end] = [place, font, f"[<{glyph:04x}>] TJ".encode()]


STACKED = re.compile(r"[\u0900-\u109f\u1780-\u17ff\u1980-\u1aaf\u1b00-\u1c4f\ua8e0-\ua8ff]")
"""A letter of a script in which glyphs stand for several letters, or for parts of one."""


def _say_words(box: Any, mcid: int, stream: Any) -> None:
    """Tell the words of a piece whose glyphs cannot tell them."""
    mark = _mark(stream, mcid)
    if mark is not None:
        stream.stream[mark]["ActualText"] = pydyf.String(box.text)


def _mark(stream: Any, mcid: int) -> int | None:
    """Give where in a page's drawing a piece of marked content says its number.

    None where it is drawn in a group of its own, as what is faded.
    """
    said = pydyf.Dictionary({"MCID": mcid})
    return stream.stream.index(said) if said in stream.stream else None


def _make_artifacts(margin_box: Any, marks: dict[Any, Any], stream: Any) -> None:
    """Turn the marked text of a margin box into an artifact: page furniture nobody reads aloud."""
    for box in margin_box.descendants():
        mark = marks.get(box)
        if mark is None:
            continue
        i = _mark(stream, mark["mcid"])
        if i is None:
            continue
        pagination = pydyf.Dictionary({"Type": "/Pagination"})
        stream.stream[i - 1 : i + 2] = ["/Artifact", pagination, b"BDC"]


_LONG_NUMBER = re.compile(rb"(?<=\.\d{3})\d+")
_LONG_NUMBER_IN_PATH = re.compile(rb"(?<=\.\d\d)\d(?=[ \d.-]* (?:m|l|c|re|Tm)\n)")
_PARTED_GLYPHS = re.compile(rb">(?:-?0(?:\.0)?)?<(?=[0-9a-f])")


def _shorten(stream: Any) -> None:
    """Leave as many digits as a page's drawing needs: a quarter of its size is decimals.

    Lines, areas and the places of words get two (3 micrometers), colours get three. Glyphs that
    nothing moves apart are one string.
    """
    drawing = b"\n".join(pydyf._to_bytes(operator) for operator in stream.stream)  # noqa: SLF001
    drawing = _LONG_NUMBER_IN_PATH.sub(b"", _LONG_NUMBER.sub(b"", drawing))
    stream.stream = [_PARTED_GLYPHS.sub(b"", drawing)]


def _prune(node: Node) -> Node | None:
    """Leave out elements in which nothing is printed (but table cells, which keep their column)."""
    kept: list[Node | tuple[int, int] | Any] = []
    for kid in node.kids:
        pruned = _prune(kid) if isinstance(kid, Node) else kid
        if pruned is not None:
            kept.append(pruned)
    node.kids = kept
    types = [kid.type if isinstance(kid, Node) else None for kid in kept]
    if node.type == "P" and types == ["Figure"]:
        # No paragraph, but where HTML lets a drawing stand.
        return cast("Node", kept[0])
    if node.type == "LI" and types == ["Lbl"]:
        # A term with a line to write on: the term is all there is to hear.
        cast("Node", kept[0]).type = "LBody"
    return node if kept or node.type in ("TD", "TH", "Document") else None


def _write(pdf: Any, root: Node, pages: int) -> None:
    parent_tree: dict[int, dict[int, str] | str] = {page: {} for page in range(pages)}
    _prune(root)
    structure = pydyf.Dictionary(
        {"Type": "/StructTreeRoot", "RoleMap": pydyf.Dictionary({"Strong": "/Span"})}
    )
    pdf.add_object(structure)
    document = _write_node(pdf, root, "", structure.reference, parent_tree)
    structure["K"] = pydyf.Array([document.reference])
    numbers = pydyf.Array()
    for key, value in sorted(parent_tree.items()):
        if isinstance(value, dict):
            array = pydyf.Array(value.get(i, "null") for i in range(max(value, default=-1) + 1))
            pdf.add_object(array)
            numbers.extend([key, array.reference])
        else:
            numbers.extend([key, value])
    structure["ParentTree"] = pydyf.Dictionary({"Nums": numbers})
    structure["ParentTreeNextKey"] = len(parent_tree)
    pdf.catalog["StructTreeRoot"] = structure.reference
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


def _own_page(node: Node) -> int | None:
    """Give the page of an element's own content; one that only holds others needs none."""
    return next((kid[0] for kid in node.kids if not isinstance(kid, Node)), None)


def _write_node(
    pdf: Any, node: Node, language: str, parent: str, parent_tree: dict[int, Any]
) -> Any:
    item = pydyf.Dictionary({"S": f"/{node.type}", "P": parent})
    pdf.add_object(item)
    page = _own_page(node)
    if page is not None:
        item["Pg"] = pdf.page_references[page]
    if node.language != language:
        item["Lang"] = pydyf.String(node.language)
    if node.alt:
        item["Alt"] = pydyf.String(node.alt)
    if node.words:
        item["ActualText"] = pydyf.String(node.words)
    if node.attributes:
        item["A"] = pydyf.Dictionary(node.attributes)
    item["K"] = pydyf.Array(_write_kids(pdf, node, item.reference, page, parent_tree))
    return item


def _write_kids(
    pdf: Any, node: Node, own: str, page: int | None, parent_tree: dict[int, Any]
) -> Iterator[Any]:
    for kid in node.kids:
        if isinstance(kid, Node):
            yield _write_node(pdf, kid, node.language, own, parent_tree).reference
            continue
        kid_page, content = kid
        if isinstance(content, int):
            parent_tree[kid_page][content] = own
            if kid_page == page:
                yield content
            else:
                yield pydyf.Dictionary(
                    {"Type": "/MCR", "Pg": pdf.page_references[kid_page], "MCID": content}
                )
        else:
            key = len(parent_tree)
            parent_tree[key] = own
            content["StructParent"] = key
            yield pydyf.Dictionary(
                {"Type": "/OBJR", "Obj": content.reference, "Pg": pdf.page_references[kid_page]}
            )


@contextlib.contextmanager
def from_elements() -> Iterator[None]:
    """Make WeasyPrint build its tags here, as long as the context lasts."""
    fragments = weasyprint.pdf.add_tags
    weasyprint.pdf.add_tags = add_tags
    try:
        yield
    finally:
        weasyprint.pdf.add_tags = fragments
