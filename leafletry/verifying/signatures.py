"""Signatures beside files, as minisign writes them: Ed25519 of the file's BLAKE2b digest.

So whoever has no Leafletry can check one as well: `minisign -Vm leaflet.pdf -P` and the key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from leafletry.content.publishers import Publisher

MOST_BYTES = 4_096
"""Of a signature; one of ours has some 300."""
_KIND = b"ED"
_UNTRUSTED, _TRUSTED = "untrusted comment: ", "trusted comment: "
_SIGNATURE_BYTES = 64
_HEAD_BYTES = 10


@dataclass(frozen=True)
class Checked:
    """What a signature is worth: good, by whom; not fitting; or of somebody nobody knows here.

    `key` is the number of the key as minisign tells it.
    """

    outcome: Literal["good", "bad", "stranger"]
    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class _Signature:
    number: bytes
    of_file: bytes
    comment: bytes
    of_both: bytes


def number_of(public: bytes) -> bytes:
    """Give the number that a new key gets: eight bytes that follow from it."""
    return hashlib.blake2b(public, digest_size=8).digest()


def told_number(number: bytes) -> str:
    """Give a key's number as minisign tells it."""
    return number[::-1].hex().upper()


def sign(content: bytes, key: Ed25519PrivateKey, number: bytes, comment: str) -> bytes:
    """Give the signature of a file; the comment, one line, is signed with it."""
    of_file = key.sign(_digest(content))
    of_both = key.sign(of_file + comment.encode())
    lines = (
        f"{_UNTRUSTED}signature of a leaflet; `minisign -V` checks it",
        base64.b64encode(_KIND + number + of_file).decode(),
        f"{_TRUSTED}{comment}",
        base64.b64encode(of_both).decode(),
    )
    return "".join(f"{line}\n" for line in lines).encode()


def check(content: bytes, signature: bytes, publishers: Iterable[Publisher]) -> Checked:
    """Tell what a signature says of a file, whatever is in it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PublicKey,
    )

    found = _read(signature)
    if found is None:
        return Checked("bad")
    told = told_number(found.number)
    signer = next((one for one in publishers if one.number == found.number), None)
    if signer is None:
        return Checked("stranger", key=told)
    try:
        key = Ed25519PublicKey.from_public_bytes(signer.public)
        key.verify(found.of_file, _digest(content))
        key.verify(found.of_both, found.of_file + found.comment)
    except (InvalidSignature, ValueError):
        return Checked("bad", signer.name, told)
    return Checked("good", signer.name, told)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content).digest()


def _read(signature: bytes) -> _Signature | None:
    """Give the parts of a signature; None where it is none."""
    lines = signature.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    if len(signature) > MOST_BYTES or len(lines) != len(("untrusted", "file", "trusted", "both")):
        return None
    if not lines[0].startswith(_UNTRUSTED.encode()) or not lines[2].startswith(_TRUSTED.encode()):
        return None
    try:
        first, last = (base64.b64decode(line, validate=True) for line in (lines[1], lines[3]))
        # The last letter has bits that decoding leaves out; there is one way to write them.
        if [base64.b64encode(part) for part in (first, last)] != [lines[1], lines[3]]:
            return None
    except (binascii.Error, ValueError):
        return None
    whole = len(first) == _HEAD_BYTES + _SIGNATURE_BYTES and len(last) == _SIGNATURE_BYTES
    if not whole or not first.startswith(_KIND):
        return None
    comment = lines[2].removeprefix(_TRUSTED.encode())
    return _Signature(first[2:_HEAD_BYTES], first[_HEAD_BYTES:], comment, last)
