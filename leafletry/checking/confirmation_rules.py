"""The rule about the source language's own warnings: whoever changes one reads it once more."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from leafletry.reading.problems import Affects, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey
    from leafletry.content.leaflet import Text

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_LENGTH = 8


def require_confirmed_warnings(survey: Survey) -> Iterator[Problem]:
    """Require that each warning has the words that were confirmed, where any is confirmed at all.

    A translation is held to its source; nothing holds the source but whoever reads it.
    """
    phrases = survey.project.phrases
    confirmed = dict(phrases.confirmed)
    if not any(confirmed.values()):
        return
    for kind, texts in phrases.urgent:
        for name, text in texts.items():
            code = code_of(text)
            if confirmed[kind].get(name) == code:
                continue
            changed = name in confirmed[kind]
            said = "has other words than were confirmed" if changed else "was never confirmed"
            yield Problem(
                survey.place("phrases", "urgent", kind, name),
                f'the warning "{name}" {said}',
                f"read it against its facts, each not and each now; if it is right, write "
                f"{name}: {code} under confirmed: {kind}:",
                affects=Affects.only(messages=[(text.context, text.text)]),
            )
        for name in confirmed[kind].keys() - texts.keys():
            yield Problem(
                survey.place("phrases", "confirmed", kind, name),
                f'there is no warning "{name}" any more',
                "delete the line",
                warning=True,
            )


def code_of(text: Text) -> str:
    """Give the code of a warning's words: letters only, so that YAML leaves it as it is."""
    words = "\n".join([text.text, text.otherwise.text if text.otherwise else ""])
    return hashlib.sha256(words.encode()).hexdigest()[:_LENGTH].translate(_LETTERS)
