"""The content model: what a leaflet is made of.

Every piece of text that can be printed is a `Text`. Extraction for translators and localization
walk these same objects, so a text that can be printed can be translated, and the other way round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from leafletry.content.formats import FormatName
from leafletry.content.roles import Role
from leafletry.reading.problems import shortened
from leafletry.reading.sourcefile import Day, Strict, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=900)]
Share = Annotated[int, Field(ge=1, le=100)]
Audience = Literal["parents", "siblings", "clinicians"]
ContactField = Literal[
    "phone_day",
    "phone_night",
    "emergency_number",
    "interpreter_line",
    "genetic_service",
    "local_referral_guideline",
]


class Text(Strict):
    """A sentence or label, with what it claims to know and what translators should know.

    In YAML a plain string is enough; the long form adds `cites` (ids of facts), `note` (for
    translators), `context` (tells two equal texts apart), `needs` (a clinic field without which
    `otherwise` is printed instead, or nothing), `same_meaning_as` (the words before a typing error
    was mended: what translates them translates these; never printed).
    """

    text: Words
    cites: list[Id] = []
    note: str | None = None
    context: str | None = None
    same_meaning_as: Words | None = None
    needs: Id | None = None
    otherwise: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_plain_string(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value


class Picture(Strict):
    """A drawing of `templates/figures/` and the words that stand for it when it cannot be seen."""

    file: Name
    alt: Text


class BlockBase(Strict):
    """What every block has: a heading (or none) and the facts it rests on.

    What a reader may not want to know stands in a block that `reader_chooses` by its heading.
    """

    heading: Text | None = None
    cites: list[Id] = []
    reader_chooses: bool = False

    @model_validator(mode="after")
    def _can_be_passed_over(self) -> BlockBase:
        if self.reader_chooses and (
            self.heading is None or isinstance(self, (MainMessage, Urgent))
        ):
            raise ValueError("reader_chooses needs a heading, in a block that can be passed over")
        return self


class MainMessage(BlockBase):
    """The one thing to take away, first on the page."""

    block: Literal["main-message"]
    points: list[Text] = Field(min_length=1)


class WarningBank(Strict):
    """The bank of the shared phrases: every text an urgent box can hold, once, by its name."""

    headings: dict[Id, Text] = {}
    items: dict[Id, Text] = {}
    closings: dict[Id, Text] = {}


class Confirmations(Strict):
    """Which words of the bank somebody confirmed: for each text, by its name, a code of its words.

    Whoever changes a warning, were it by a single "not", is asked to read it once more.
    """

    headings: dict[Id, str] = {}
    items: dict[Id, str] = {}
    closings: dict[Id, str] = {}


def _from_bank(kind: Literal["headings", "items", "closings"]) -> BeforeValidator:
    """Take a text from the bank by its name; where nobody could read the bank, the name itself."""

    def text_of(name: object, info: ValidationInfo) -> object:
        bank: WarningBank | None = info.context
        if name is None:
            return None
        if not isinstance(name, str):
            message = f"must be the name of a text in urgent.{kind} of leaflets/phrases.yaml"
            raise PydanticCustomError("no_name", message)
        if bank is None:
            return name
        texts: dict[str, Text] = getattr(bank, kind)
        if name in texts:
            return texts[name]
        raise PydanticCustomError(
            "no_such_text",
            "there is no text {name} in urgent.{kind} of leaflets/phrases.yaml",
            {"name": f'"{shortened(name)}"', "kind": kind, "hint": _hint(name, texts)},
        )

    return BeforeValidator(text_of)


def _hint(name: str, texts: dict[str, Text]) -> str:
    return did_you_mean(name, texts) or "every warning stands there once, and leaflets name it"


class Urgent(BlockBase):
    """When to call now; on page 1, whole, with the numbers to call.

    A leaflet names its texts, which stand in the bank of the shared phrases: no two leaflets can
    word one warning differently. `closing` follows the items; `emergency` says last, on a line of
    its own, what must not wait for anybody's call back.
    """

    block: Literal["urgent"]
    heading: Annotated[Text, _from_bank("headings")]
    items: list[Annotated[Text, _from_bank("items")]] = Field(min_length=1)
    closing: Annotated[Text | None, _from_bank("closings")] = None
    emergency: Annotated[Text | None, _from_bank("closings")] = None
    contacts: list[ContactField] = Field(min_length=1)


class Checklist(BlockBase):
    """Things to tick off with a pen."""

    block: Literal["checklist"]
    heading: Text
    intro: Text | None = None
    items: list[Text] = Field(min_length=1)
    contacts: list[ContactField] = []


class Prose(BlockBase):
    """Plain paragraphs."""

    block: Literal["prose"]
    heading: Text
    paragraphs: list[Text] = Field(min_length=1)


class Questions(BlockBase):
    """Questions that will be asked, or to ask."""

    block: Literal["questions"]
    heading: Text
    intro: Text | None = None
    items: list[Text] = Field(min_length=1)


class Row(Strict):
    """A row of a table: what it is about (or nothing), and a cell for each further column."""

    head: Text | None = None
    picture: Picture | None = None
    cells: list[Text] = Field(min_length=1)
    cites: list[Id] = []


class Table(BlockBase):
    """Rows to compare; where rows have heads, the first column names what each row is about."""

    block: Literal["table"]
    heading: Text
    intro: Text | None = None
    columns: list[Text] = Field(min_length=2)
    widths: list[Share] | None = None
    pictures: list[Picture] = []
    rows: list[Row] = Field(min_length=1)
    note: Text | None = None

    @model_validator(mode="after")
    def _rows_fit_columns(self) -> Table:
        heads = [row.head is not None for row in self.rows]
        if len(set(heads)) > 1:
            raise ValueError("either all rows have a head, or none has")
        cells = len(self.columns) - heads[0]
        for number, row in enumerate(self.rows, 1):
            if len(row.cells) != cells:
                raise ValueError(f"row {number} needs {cells} cells, it has {len(row.cells)}")
        if self.pictures and len(self.pictures) != cells:
            raise ValueError("give one picture for each column of cells, or none")
        if self.widths is not None and len(self.widths) != len(self.columns):
            raise ValueError("give one width for each column, or none")
        return self


class Figure(BlockBase):
    """A number that matters, with a drawing and a sentence that explains it."""

    block: Literal["figure"]
    heading: Text
    number: Text | None = None
    paragraphs: list[Text] = Field(min_length=1)
    picture: Picture


class Term(Strict):
    """A word and what it means."""

    term: Text
    meaning: Text
    cites: list[Id] = []


class Glossary(BlockBase):
    """Words to know."""

    block: Literal["glossary"]
    heading: Text
    terms: list[Term] = Field(min_length=1)


class Notes(BlockBase):
    """Ruled lines to write on; at least `lines` of them, more where the page has room."""

    block: Literal["notes"]
    heading: Text
    lines: int = Field(ge=2, le=30)


class Stack(Strict):
    """Blocks one below another, as one of those that stand side by side."""

    block: Literal["stack"]
    blocks: list[SimpleBlock] = Field(min_length=2, max_length=4)


class SideBySide(Strict):
    """Blocks that stand beside one another; `widths` are shares, 1 each if not given."""

    block: Literal["side-by-side"]
    blocks: list[Annotated[SimpleBlock | Stack, Field(discriminator="block")]] = Field(
        min_length=2, max_length=3
    )
    widths: list[Share] | None = None

    @model_validator(mode="after")
    def _widths_fit_blocks(self) -> SideBySide:
        if self.widths is not None and len(self.widths) != len(self.blocks):
            raise ValueError("give one width for each block, or none")
        return self


SimpleBlock = Annotated[
    MainMessage | Urgent | Checklist | Prose | Questions | Table | Figure | Glossary | Notes,
    Field(discriminator="block"),
]
Block = Annotated[
    MainMessage
    | Urgent
    | Checklist
    | Prose
    | Questions
    | Table
    | Figure
    | Glossary
    | Notes
    | SideBySide,
    Field(discriminator="block"),
]


class Leaflet(Strict):
    """One leaflet in the source language; its id is the name of its file.

    `formats` are those it is printed in, the most usual first, each with its number of pages.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z][0-9]{1,2}$")]
    audience: Audience
    version: Annotated[str, Field(pattern=r"^\d+\.\d+$")]
    formats: dict[FormatName, Annotated[int, Field(ge=1, le=24)]] = Field(min_length=1)
    written: Day
    needs_signoff: list[Role] = Field(min_length=1)
    title: Text
    subtitle: Text
    reader: Text
    picture: Picture
    blocks: list[Block] = Field(min_length=1)

    @field_validator("needs_signoff")
    @classmethod
    def _names_roles_once(cls, roles: list[Role]) -> list[Role]:
        if "clinical" not in roles:
            message = "a clinician must sign every leaflet: add clinical"
            raise ValueError(message)
        if len(set(roles)) < len(roles):
            message = "names a role twice"
            raise ValueError(message)
        return roles

    @model_validator(mode="after")
    def _has_what_every_leaflet_has(self) -> Leaflet:
        kinds = [block.block for _, block in walk_blocks(self)]
        for kind in ("main-message", "urgent"):
            if kinds.count(kind) != 1:
                raise ValueError(f'a leaflet has exactly one block "{kind}"')
        if kinds[0] != "main-message" or "urgent" not in kinds[:3]:
            raise ValueError(
                "the main message comes first, the urgent box within the first three blocks"
            )
        return self


def walk_blocks(leaflet: Leaflet) -> Iterator[tuple[tuple[str | int, ...], SimpleBlock]]:
    """Yield every block of content with its key path, also the ones side by side or stacked."""
    yield from _walk_blocks(leaflet.blocks, ("blocks",))


def _walk_blocks(
    blocks: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], SimpleBlock]]:
    for i, block in enumerate(blocks):
        if isinstance(block, (SideBySide, Stack)):
            yield from _walk_blocks(block.blocks, (*path, i, "blocks"))
        else:
            yield (*path, i), block


def banked_texts(
    leaflet: Leaflet,
) -> Iterator[tuple[tuple[str | int, ...], Literal["headings", "items", "closings"]]]:
    """Yield where a leaflet names a text of the bank of warnings, and of which kind it is."""
    for path, block in walk_blocks(leaflet):
        if isinstance(block, Urgent):
            yield (*path, "heading"), "headings"
            yield from (((*path, "items", i), "items") for i in range(len(block.items)))
            if block.closing:
                yield (*path, "closing"), "closings"
            if block.emergency:
                yield (*path, "emergency"), "closings"


class Phrases(Strict):
    """The words that leaflets share: labels, notices, the colophon, the warnings they can give.

    `sources` say what a source is, by its name, where no title of its own does.
    """

    placeholders: dict[Id, str]
    labels: dict[Id, Text]
    sources: dict[Id, Text] = {}
    urgent: WarningBank = WarningBank()
    confirmed: Confirmations = Confirmations()


def walk_texts(
    part: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    """Yield every Text below a model with its key path, in the order of the page."""
    if isinstance(part, Text):
        yield path, part
        if part.otherwise:
            yield (*path, "otherwise"), part.otherwise
    elif isinstance(part, Strict):
        for name in type(part).model_fields:
            yield from walk_texts(getattr(part, name), (*path, name))
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from walk_texts(value, (*path, name))
    elif isinstance(part, list):
        for i, value in enumerate(part):
            yield from walk_texts(value, (*path, i))


def map_texts(
    part: BaseModel, change: Callable[[tuple[str | int, ...], Text], Any]
) -> dict[str, Any]:
    """Give a model as plain data with each Text replaced by `change(path, text)`.

    A text that `change` turns into None leaves its list, so no empty item is ever printed.
    """
    return _mapped(part, (), change)  # type: ignore[no-any-return]


def _mapped(part: Any, path: tuple[str | int, ...], change: Callable[..., Any]) -> Any:
    if isinstance(part, Text):
        return change(path, part)
    if isinstance(part, Strict):
        return {
            name: _mapped(getattr(part, name), (*path, name), change)
            for name in type(part).model_fields
        }
    if isinstance(part, dict):
        return {name: _mapped(value, (*path, name), change) for name, value in part.items()}
    if isinstance(part, list):
        mapped = [_mapped(value, (*path, i), change) for i, value in enumerate(part)]
        return [
            value
            for value, old in zip(mapped, part, strict=True)
            if value is not None or old is None
        ]
    return part
