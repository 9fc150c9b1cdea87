"""Facts and references: every claim and every figure, once, with its population and source."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from leafletry.content.leaflet import Audience, Id, Words
from leafletry.reading.sourcefile import Day, Strict, Year

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Kind = Literal["count", "percent", "fraction", "year", "age", "weeks", "label"]
Qualifier = Literal["about", "estimated", "under", "at-least"]
Certainty = Literal[
    "established", "reported", "advice", "theory", "uncertain", "single-study", "consensus"
]

Measure = Literal["survival"]
Basis = Literal["clinical-consensus"]


class Fact(Strict):
    """A claim with its population and source; with `value`, a figure texts print as `{id}`.

    What stands in no source has a `basis` instead, and waits for the clinician who signs. What
    is `banned` is kept so that nobody finds it again and prints it; the words say why. Whoever
    checks it finds it by `where`, the place in the source, with the list that stands there as
    `items`; `caveats` go with it wherever it is printed.
    """

    statement: Words
    population: str
    source: Id | None = None
    where: Words | None = None
    items: list[Words] = []
    caveats: list[Words] = []
    basis: Basis | None = None
    audiences: list[Audience]
    certainty: Certainty
    place: str = ""
    value: int | float | None = None
    kind: Kind | None = None
    qualifier: Qualifier | None = None
    formula: str | None = None
    measure: Measure | None = None
    banned: Words | None = None

    @model_validator(mode="after")
    def _rests_on_one_thing(self) -> Fact:
        if (self.source is None) == (self.basis is None):
            message = "a fact has a source: or basis: clinical-consensus, exactly one of them"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _has_a_source_to_stand_in(self) -> Fact:
        if self.where is not None and self.source is None:
            message = "where: is a place in a source, and the fact has none"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _figure_is_whole(self) -> Fact:
        if (self.value is None) != (self.kind is None):
            message = "value and kind go together: a figure needs both"
            raise ValueError(message)
        if self.value is None and (self.qualifier or self.formula):
            message = "qualifier and formula need a value"
            raise ValueError(message)
        return self


class FactBook(Strict):
    """All facts by id, and the populations they speak of."""

    populations: dict[str, str]
    facts: dict[Id, Fact]


class Source(Strict):
    """A reference as the list of sources prints it; titles stay in their own language `lang`.

    What it is where it has no title, or not of itself, the shared phrases say in each language.
    What nobody opened live says `confirm`: its facts print on drafts only, until somebody has.
    """

    authors: str
    title: Annotated[str, Field(max_length=900)] = ""
    in_: Annotated[str, Field(alias="in")] = ""
    year: Year | None = None
    updated: Day | None = None
    kind: Literal["study", "summary", "secondary"]
    link: Annotated[str, StringConstraints(pattern=r"^https://[\w.\-/()~%]+$")] | None = None
    link_text: str | None = None
    lang: str
    confirm: bool = False

    @model_validator(mode="after")
    def _can_be_opened(self) -> Source:
        if self.confirm and not self.link:
            message = "confirm: asks somebody to open the page, and there is no link"
            raise ValueError(message)
        return self


class SourceList(Strict):
    """All references by id."""

    sources: dict[Id, Source]


_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def recompute(formula: str, facts: Mapping[str, Fact]) -> float:
    """Give the value of a formula over figures: names of facts, + - * / and round().

    Raises ValueError when it is anything else.
    """
    try:
        return _evaluate(ast.parse(formula, mode="eval").body, facts)
    except (SyntaxError, KeyError, TypeError, ZeroDivisionError, RecursionError) as error:
        message = f"cannot be computed ({error})"
        raise ValueError(message) from None


def _evaluate(node: ast.expr, facts: Mapping[str, Fact]) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name):
            figure = facts[name].value
            if figure is None:
                raise TypeError(name)
            return figure
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_evaluate(left, facts), _evaluate(right, facts))
        case ast.Call(
            func=ast.Name(id="round"), args=[number, ast.Constant(value=int() as digits)]
        ):
            return round(_evaluate(number, facts), digits)
    raise TypeError(ast.dump(node))
