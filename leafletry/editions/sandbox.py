"""Templates in a sandbox: they arrange words, and reach nothing of the program or the computer.

Whoever sends a better look for the pages sends templates, and Jinja2 by itself lets these run
anything at all.
"""

from __future__ import annotations

import sys
from types import BuiltinMethodType, MethodType
from typing import TYPE_CHECKING, Any, NoReturn

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace

if TYPE_CHECKING:
    from types import TracebackType

_PLAIN = (str, int, float, list, tuple, dict, set, frozenset)
"""What may be asked to do something: the values a template writes, or is given."""
_OF_TEMPLATES = (BlockReference, Context, Cycler, Joiner, LoopContext, Macro, Namespace)
_TRIPS = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError)
"""How Python says that a template asks for something that cannot be."""
_LARGEST = 1_000_000


class Templates(ImmutableSandboxedEnvironment):
    """A Jinja2 environment whose templates call only what is meant for them.

    Whatever goes wrong in one is a jinja2.TemplateError with its name and line.
    """

    intercepted_binops = frozenset(("*", "**"))

    def __init__(self, **options: Any) -> None:
        """Take Jinja2's own options; what is not defined is an error."""
        super().__init__(undefined=jinja2.StrictUndefined, **options)
        del self.globals["lipsum"]

    def is_safe_callable(self, obj: Any) -> bool:
        """Tell whether a template may call something.

        Methods of the program's own values are not meant for it: some read files.
        """
        if isinstance(obj, MethodType | BuiltinMethodType):
            return isinstance(obj.__self__, (*_PLAIN, *_OF_TEMPLATES))
        if isinstance(obj, type):
            return obj in {dict, Cycler, Joiner, Namespace}
        return super().is_safe_callable(obj)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 - as Jinja2 calls it
        """Multiply, but fill no memory with one sign."""
        if operator == "**" or _size(left) * _size(right) > _LARGEST:
            raise SecurityError(f"{operator} gives too much here")
        return self.binop_table[operator](left, right)

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Say what went wrong in a template, and where in it."""
        error = sys.exception()
        if isinstance(error, jinja2.TemplateSyntaxError) or not isinstance(
            error, (jinja2.TemplateError, *_TRIPS)
        ):
            super().handle_exception(source)
        said = error.message if isinstance(error, jinja2.TemplateError) else str(error)
        told = jinja2.TemplateRuntimeError(said or type(error).__name__)
        name, line = _where(error.__traceback__)
        # As in errors of syntax, whose place Jinja2 knows by itself.
        told.name, told.lineno = name, line  # type: ignore[attr-defined]
        raise told from None


def _size(value: Any) -> float:
    return abs(value) if isinstance(value, int | float) else len(value)


def _where(traceback: TracebackType | None) -> tuple[str | None, int]:
    """Give the template in which an error came up, and the line."""
    name, line = None, 0
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            name, line = template.name, template.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
    return name, line
