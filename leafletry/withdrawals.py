"""`leaflets/withdrawn.yaml`: editions that must not be used any more, and why."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from leafletry.edition_code import EditionCode, read_code
from leafletry.sourcefile import Day, Strict

FILE = "leaflets/withdrawn.yaml"


class Withdrawal(Strict):
    """An edition taken back; a code without a clinic's digits takes back every clinic's too."""

    code: str
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    withdrawn_on: Day

    @field_validator("code")
    @classmethod
    def _is_a_code(cls, typed: str) -> str:
        code = read_code(typed)
        if code is None:
            message = "is no edition code, such as IL-P1 · es · v0.1 · 3fa92c"
            raise ValueError(message)
        return str(code)

    def covers(self, code: EditionCode) -> bool:
        """Tell whether an edition is one of those taken back."""
        own = read_code(self.code)
        return own is not None and own.covers(code)


class WithdrawalList(Strict):
    """Everything that was ever taken back, the oldest first."""

    withdrawn: list[Withdrawal] = []
