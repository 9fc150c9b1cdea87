"""The seal of a file: the last half of its identifier is a digest of all the rest.

It shows that a file is whole and as it was built. It is no signature: who knows how can seal
a file anew, so what was built is also compared with the manifest, or built once more.
"""

from __future__ import annotations

import hashlib
import re

_DIGITS = 32
_UNSEALED = re.compile(rb"/ID \[\([0-9a-f]{32}\) \(([0-9a-f]{32})\)\]")
_SEALED = re.compile(rb"/ID \[<([0-9a-f]{32})> <([0-9a-f]{32})>\]")


def seal(pdf: bytes, made_from: str) -> bytes:
    """Give a new file with the identifier that says what it was made from, and seals it.

    Raises ValueError where the file has not exactly one identifier.
    """
    found = list(_UNSEALED.finditer(pdf))
    if len(found) != 1:
        message = "a file has one identifier"
        raise ValueError(message)
    start, end = found[0].span()
    blank = b"/ID [<%b> <%b>]" % (made_from[:_DIGITS].encode(), b"0" * _DIGITS)
    whole = pdf[:start] + blank + pdf[end:]
    at = start + blank.rindex(b"<") + 1
    return _with_digits(whole, at, _digest(whole))


def is_sealed(pdf: bytes, made_from: str) -> bool:
    """Tell whether a file is exactly what was once sealed, made from what it says."""
    found = list(_SEALED.finditer(pdf))
    if len(found) != 1 or found[0][1] != made_from[:_DIGITS].encode():
        return False
    blank = _with_digits(pdf, found[0].start(2), b"0" * _DIGITS)
    return found[0][2] == _digest(blank)


def _digest(blank: bytes) -> bytes:
    return hashlib.sha256(blank).hexdigest()[:_DIGITS].encode()


def _with_digits(pdf: bytes, at: int, digits: bytes) -> bytes:
    return pdf[:at] + digits + pdf[at + _DIGITS :]
