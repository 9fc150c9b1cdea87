"""Sign what may be given out: each released file in `output/`, in a file beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leafletry.content.edition_code import read_code
from leafletry.content.publishers import read_publishers
from leafletry.editions.edition import SIGNATURE
from leafletry.editions.public_names import public_name
from leafletry.reading.output import write_whole
from leafletry.verifying.given_files import NotReadableError, read_given
from leafletry.verifying.private_key import public_half
from leafletry.verifying.signatures import MOST_BYTES, check, sign
from leafletry.verifying.verifying import Verifier

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from leafletry.content.publishers import Publisher
    from leafletry.verifying.known_codes import KnownCodes
    from leafletry.verifying.verifying import Verdict


@dataclass(frozen=True)
class Signed:
    """What became of a released file; `why` it was not signed."""

    path: str
    outcome: Literal["signed", "signed before", "not signed"]
    why: str = ""


def publisher_of(root: Path, key: Ed25519PrivateKey) -> Publisher | None:
    """Give whose key it is among those who publish here. Raises ProblemsFoundError."""
    public = public_half(key)
    return next((one for one in read_publishers(root) if one.public == public), None)


def sign_releases(
    known: KnownCodes, key: Ed25519PrivateKey, publisher: Publisher, now: dt.datetime
) -> Iterator[Signed]:
    """Sign every release in `output/` that is proved; yield each as it is done.

    Nothing is taken on trust: each file is made once more and its bytes are compared first.
    """
    with Verifier(known, believes_output=False) as verifier:
        for record in known.manifest.editions:
            if record.state != "release":
                continue
            name = f"output/{record.path}"
            path = known.manifest.output / record.path
            verdict = verifier.file(path)
            if verdict.state == "altered" and verdict.signature == "bad":
                # An old signature says nothing against a file that is being signed.
                path.with_name(path.name + SIGNATURE).unlink()
                verdict = verifier.file(path)
            if verdict.state != "current" or verdict.draft or not verdict.proof:
                yield Signed(name, "not signed", f"{verdict.state}: {verdict.means}")
                continue
            signed = _sign(path, name, key, publisher, verdict, now)
            if signed.outcome != "not signed":
                _copy_beside(path, known.manifest.output / public_name(record), verdict.sha256)
            yield signed


def _copy_beside(path: Path, copy: Path, sha256: str) -> None:
    """Put the signature of a file beside the copy of it for a web host, if there is one."""
    try:
        same = hashlib.sha256(read_given(copy)).hexdigest() == sha256
    except NotReadableError:
        return
    if same:
        signature = read_given(path.with_name(path.name + SIGNATURE), MOST_BYTES)
        write_whole(copy.with_name(copy.name + SIGNATURE), signature)


def _sign(
    path: Path,
    name: str,
    key: Ed25519PrivateKey,
    publisher: Publisher,
    verdict: Verdict,
    now: dt.datetime,
) -> Signed:
    signature = path.with_name(path.name + SIGNATURE)
    content = read_given(path)
    if hashlib.sha256(content).hexdigest() != verdict.sha256:
        return Signed(name, "not signed", "it changed just now")
    try:
        if check(content, read_given(signature, MOST_BYTES), [publisher]).outcome == "good":
            return Signed(name, "signed before")
    except NotReadableError:
        pass  # There is none yet.
    code = read_code(verdict.code)
    about = f"edition:{code.as_name if code else verdict.code}"
    comment = f"timestamp:{now.timestamp():.0f}\tfile:{path.name}\t{about}\thashed"
    write_whole(signature, sign(content, key, publisher.number, comment))
    return Signed(name, "signed")
