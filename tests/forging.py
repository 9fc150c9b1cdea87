"""What somebody can do to a file of ours who knows how they are made, and has no key."""

import hashlib
import json
import re
import zlib

from leafletry.editions.record import Provenance
from leafletry.pages.packet import _PACKED, read_record

FRESH = "fe" * 32
"""Stands for what a forged file says it was made from: nothing that anybody made."""


def resealed(content: bytes) -> bytes:
    """Seal a changed file anew, as somebody could who knows how."""
    found = re.search(rb"/ID \[<[0-9a-f]{32}> <([0-9a-f]{32})>\]", content)
    assert found is not None
    start, end = found.span(1)
    blank = content[:start] + b"0" * 32 + content[end:]
    digits = hashlib.sha256(blank).hexdigest()[:32].encode()
    return content[:start] + digits + content[end:]


def with_record(content: bytes, **changed: object) -> bytes:
    """Change the record of a file that stays as long as it is, and seal the file anew."""
    stream = _PACKED.search(content)
    assert stream is not None
    start, end = stream.end(), stream.end() + int(stream[1])
    old = read_record(content).as_text()
    new = Provenance.model_validate_json(json.dumps({**json.loads(old), **changed})).as_text()
    xmp = zlib.decompress(content[start:end]).replace(old.encode(), new.encode())
    packed = zlib.compress(xmp, 9)
    assert len(packed) <= end - start
    return resealed(content[:start] + packed.ljust(end - start, b"\0") + content[end:])
