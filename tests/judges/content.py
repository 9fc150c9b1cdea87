"""The text that a page's content stream shows, sorted by the marks around it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import hypot
from typing import TypeAlias, cast

import pikepdf
from pikepdf import Array, Matrix, Name, Object

from .cmaps import read_to_unicode

ObjectNumber: TypeAlias = tuple[int, int]
ContentKey: TypeAlias = tuple[ObjectNumber | None, int]
"""A form XObject (None: the page itself) and the MCID of a piece of marked content in it."""

_ARTIFACT = "artifact"
_IDENTITIES = {Name("/Identity-H"), Name("/Identity-V")}
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_MAX_FORM_DEPTH = 16
# WeasyPrint ends a line with this one where it broke a word; a typed hyphen is U+002D.
_AUTOMATIC_HYPHEN = "\N{HYPHEN}"
# Further than a raised footnote number from its word, nearer than any next line.
_LINE_STEP = 0.6
# Wider than kerning, narrower than a space.
_GAP = 0.15


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text that stands on one line."""

    text: str
    page: int
    baseline: float
    left: float
    right: float
    size: float

    def is_on_line_of(self, other: "Chunk") -> bool:
        """Say whether two pieces stand on one line, be it raised or lowered."""
        step = abs(self.baseline - other.baseline)
        return self.page == other.page and step < _LINE_STEP * max(self.size, other.size)

    def is_apart_from(self, other: "Chunk") -> bool:
        """Say whether there is a gap between this piece and the one before it."""
        return abs(self.left - other.right) > _GAP * max(self.size, other.size)


@dataclass(slots=True)
class PageText:
    """All text of one page, in the order in which it is drawn."""

    tagged: dict[ContentKey, list[Chunk]] = field(default_factory=dict)
    artifacts: list[Chunk] = field(default_factory=list)
    unmarked: list[Chunk] = field(default_factory=list)


def read_page_text(page: pikepdf.Page, number: int) -> PageText:
    """Read the text of a page, which has this number, by running its content stream."""
    reader = _Reader(number)
    reader.run(page.obj, page.obj.get(Name.Resources, pikepdf.Dictionary()), None)
    return reader.found


def join(chunks: Iterable[Chunk]) -> str:
    """Put pieces together, with the space that a line break took away."""
    text, last = "", None
    for chunk in chunks:
        if last is None or chunk.is_on_line_of(last):
            text += chunk.text
        else:
            text = _join_lines(text, chunk.text)
        last = chunk
    return text


def _join_lines(before: str, after: str) -> str:
    """Undo a line break."""
    if before.endswith(_AUTOMATIC_HYPHEN):
        return before[:-1] + after
    if before.endswith("-") and before[-2:-1].isalnum():
        return before + after
    if _is_east_asian(before[-1:]) or _is_east_asian(after[:1]):
        return before + after
    return before + _spaced(before, after)


def _spaced(before: str, after: str) -> str:
    """Begin a text with a space unless there is one already."""
    has_space = before[-1:].isspace() or after[:1].isspace()
    return after if has_space or not before or not after else f" {after}"


def _is_east_asian(character: str) -> bool:
    """Say whether a character is of a script that sets no spaces between words."""
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"


class _Font:
    """What a font's codes mean, and how wide they are."""

    def __init__(self, font: Object) -> None:
        """Read a font dictionary."""
        self._is_composite = font.get(Name.Subtype) == Name.Type0
        if self._is_composite and font.get(Name.Encoding) not in _IDENTITIES:
            raise ValueError(f"cannot read the encoding {font.get(Name.Encoding)!r}")
        cmap = font.get(Name.ToUnicode)
        self._texts = {} if cmap is None else read_to_unicode(cmap.read_bytes())
        self._widths = _composite_widths(font) if self._is_composite else _simple_widths(font)

    def read(self, shown: bytes) -> tuple[str, float]:
        """Read the text and the width (for 1 pt type) of a string that the font shows."""
        step = 2 if self._is_composite else 1
        codes = [int.from_bytes(shown[at : at + step], "big") for at in range(0, len(shown), step)]
        text = "".join(self._texts.get(code, _UNREADABLE) for code in codes)
        return text, sum(self._widths.get(code, 0.0) for code in codes) / 1000


def _simple_widths(font: Object) -> dict[int, float]:
    """Read the widths of a font whose codes are bytes."""
    widths = font.get(Name.Widths, Array()).as_list()
    return dict(enumerate(map(float, widths), int(font.get(Name.FirstChar, 0))))


def _composite_widths(font: Object) -> dict[int, float]:
    """Read the widths of a font whose codes are CIDs, which come in two kinds of groups."""
    widths: dict[int, float] = {}
    entries = iter(font[Name.DescendantFonts][0].get(Name.W, Array()).as_list())
    for first in entries:
        group = next(entries)
        if isinstance(group, Array):
            widths |= enumerate(map(float, group.as_list()), int(first))
        else:
            widths |= dict.fromkeys(range(int(first), int(group) + 1), float(next(entries)))
    return widths


@dataclass(frozen=True, slots=True)
class _State:
    """The part of the graphics state that says where text stands and what it means."""

    matrix: Matrix
    font: _Font | None = None
    size: float = 0.0
    leading: float = 0.0


@dataclass(slots=True)
class _Replacement:
    """An ActualText that stands for all that is shown inside its mark."""

    text: str
    is_placed: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """What the innermost marks mean for the text inside."""

    target: ContentKey | str | None = None
    replacement: _Replacement | None = None


class _Reader:
    """Runs content streams and keeps the text that they show."""

    def __init__(self, page: int) -> None:
        """Start on an empty page that has this number."""
        self.found = PageText()
        self._page = page
        self._state = _State(Matrix())
        self._saved: list[_State] = []
        self._marks = [_Mark()]
        self._line = Matrix()
        self._pen = 0.0
        self._resources: Object = pikepdf.Dictionary()
        self._form: ObjectNumber | None = None
        self._depth = 0
        self._fonts: dict[ObjectNumber, _Font] = {}
        self._actions: dict[str, Callable[[Sequence[Object]], None]] = {
            "q": lambda _: self._saved.append(self._state),
            "Q": self._restore,
            "cm": self._concatenate,
            "Do": self._draw,
            "BMC": self._begin_mark,
            "BDC": self._begin_mark,
            "EMC": self._end_mark,
            "BT": self._begin_text,
            "Tf": self._set_font,
            "TL": lambda operands: self._set_leading(float(operands[0])),
            "Tm": self._set_line,
            "Td": self._move,
            "TD": self._move_and_lead,
            "T*": self._next_line,
            "Tj": lambda operands: self._show([operands[0]]),
            "TJ": lambda operands: self._show(list(operands[0].as_list())),
            "'": self._show_on_next_line,
            '"': self._show_on_next_line,
        }

    def run(self, stream: Object, resources: Object, form: ObjectNumber | None) -> None:
        """Run the content stream of a page, or of a form XObject."""
        outer = self._resources, self._form, self._depth
        self._resources, self._form, self._depth = resources, form, self._depth + 1
        if self._depth > _MAX_FORM_DEPTH:
            raise ValueError("form XObjects draw one another without end")
        for instruction in pikepdf.parse_content_stream(stream):
            action = self._actions.get(str(instruction.operator))
            if action is not None:
                action(cast("Sequence[Object]", instruction.operands))
        self._resources, self._form, self._depth = outer

    def _restore(self, _: Sequence[Object]) -> None:
        self._state = self._saved.pop()

    def _concatenate(self, operands: Sequence[Object]) -> None:
        matrix = _matrix(operands) @ self._state.matrix
        self._state = replace(self._state, matrix=matrix)

    def _draw(self, operands: Sequence[Object]) -> None:
        drawn = self._resource(Name.XObject, operands[0])
        if drawn.get(Name.Subtype) != Name.Form:
            return
        state, line, pen = self._state, self._line, self._pen
        if Name.Matrix in drawn:
            self._concatenate(list(drawn[Name.Matrix].as_list()))
        self.run(drawn, drawn.get(Name.Resources, self._resources), drawn.objgen)
        self._state, self._line, self._pen = state, line, pen

    def _begin_mark(self, operands: Sequence[Object]) -> None:
        properties = operands[1] if len(operands) > 1 else pikepdf.Dictionary()
        if isinstance(properties, Name):
            properties = self._resource(Name.Properties, properties)
        mark = self._marks[-1]
        if Name.MCID in properties:
            mark = replace(mark, target=(self._form, int(properties[Name.MCID])))
        elif operands[0] == Name.Artifact:
            mark = replace(mark, target=_ARTIFACT)
        # The outermost ActualText stands for everything inside, other ActualText too.
        if Name.ActualText in properties and mark.replacement is None:
            mark = replace(mark, replacement=_Replacement(str(properties[Name.ActualText])))
        self._marks.append(mark)

    def _end_mark(self, _: Sequence[Object]) -> None:
        replacement = self._marks[-1].replacement
        is_outermost = replacement is not self._marks[-2].replacement
        if replacement is not None and is_outermost and not replacement.is_placed:
            # Nothing but drawing stood inside, so that its text was still to come.
            self._keep(replacement.text, self._place())
        self._marks.pop()

    def _begin_text(self, _: Sequence[Object]) -> None:
        self._start_line(Matrix())

    def _set_font(self, operands: Sequence[Object]) -> None:
        font = self._resource(Name.Font, operands[0])
        key = font.objgen
        if key not in self._fonts or not key[0]:
            self._fonts[key] = _Font(font)
        self._state = replace(self._state, font=self._fonts[key], size=float(operands[1]))

    def _set_leading(self, leading: float) -> None:
        self._state = replace(self._state, leading=leading)

    def _set_line(self, operands: Sequence[Object]) -> None:
        self._start_line(_matrix(operands))

    def _move(self, operands: Sequence[Object]) -> None:
        self._start_line(_shift(float(operands[0]), float(operands[1])) @ self._line)

    def _move_and_lead(self, operands: Sequence[Object]) -> None:
        self._set_leading(-float(operands[1]))
        self._move(operands)

    def _next_line(self, _: Sequence[Object]) -> None:
        self._start_line(_shift(0, -self._state.leading) @ self._line)

    def _start_line(self, line: Matrix) -> None:
        self._line, self._pen = line, 0.0

    def _show_on_next_line(self, operands: Sequence[Object]) -> None:
        self._next_line(operands)
        self._show([operands[-1]])

    def _show(self, shown: Sequence[Object]) -> None:
        start, text = self._place(), "".join(map(self._advance, shown))
        replacement = self._marks[-1].replacement
        if replacement is None:
            self._keep(text, start)
        elif not replacement.is_placed:
            replacement.is_placed = True
            self._keep(replacement.text, start)

    def _advance(self, shown: Object) -> str:
        """Move the pen over a string, or by the kerning between two, and read what it says."""
        if not isinstance(shown, pikepdf.String):
            self._pen -= float(shown) / 1000 * self._state.size
            return ""
        if self._state.font is None:
            raise ValueError("text is shown before a font is set")
        text, width = self._state.font.read(bytes(shown))
        self._pen += width * self._state.size
        return text

    def _place(self) -> Matrix:
        """Find where on the page the pen is."""
        return _shift(self._pen, 0) @ self._line @ self._state.matrix

    def _keep(self, text: str, start: Matrix) -> None:
        """Add text, which begins at a place and ends at the pen, to what its mark belongs to."""
        chunks = self._chunks_of(self._marks[-1].target)
        size = self._state.size * hypot(start.c, start.d)
        chunk = Chunk(text, self._page, start.f, start.e, self._place().e, size)
        if chunks and chunk.is_on_line_of(chunks[-1]) and chunk.is_apart_from(chunks[-1]):
            # Where a gap stands for a space, as in the labels of a figure.
            chunk = replace(chunk, text=_spaced(chunks[-1].text, text))
        chunks.append(chunk)

    def _chunks_of(self, target: ContentKey | str | None) -> list[Chunk]:
        if target is None:
            return self.found.unmarked
        if isinstance(target, str):
            return self.found.artifacts
        return self.found.tagged.setdefault(target, [])

    def _resource(self, category: Name, name: Object) -> Object:
        return self._resources[category][cast("Name", name)]


def _matrix(operands: Sequence[Object]) -> Matrix:
    """Read the six numbers of a transformation."""
    return Matrix(*map(float, operands))


def _shift(right: float, up: float) -> Matrix:
    """Make the transformation that moves."""
    return Matrix(1, 0, 0, 1, right, up)
