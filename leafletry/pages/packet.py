"""The record in the XMP packet of a PDF: how it is written, and how it is found again.

Reading trusts nothing: bytes are scanned for a stream just as ours is written, no PDF is parsed,
not more is unpacked than a packet holds, and the XML may hold only elements.
"""

from __future__ import annotations

import re
import zlib
from itertools import islice
from xml.etree.ElementTree import Element, SubElement, register_namespace

from lxml import etree  # type: ignore[import-untyped]
from pydantic import ValidationError

from leafletry.editions.record import Provenance

NAMESPACE = "https://leafletry.example/1/"
"""Names the schema and leads nowhere: a name that is kept free for ever."""
PREFIX = "leafletry"
PROPERTY = f"{{{NAMESPACE}}}edition"
DESCRIPTION = "What this was made from"

MOST_PACKET_BYTES = 64_000
_MOST_PACKETS = 20
_PACKED = re.compile(
    rb"<</Type /Metadata/Subtype /XML/Filter /FlateDecode/Length ([0-9]{1,5})>>\nstream\n"
)
_BEGIN, _END = b"<?xpacket begin=", b"<?xpacket end="

register_namespace(PREFIX, NAMESPACE)


def add_record(description: Element, record: Provenance) -> None:
    """Put the record into a description of the packet."""
    SubElement(description, PROPERTY).text = record.as_text()


class NoRecordError(Exception):
    """A file without a record that can be believed; says why in words."""


def read_record(content: bytes) -> Provenance:
    """Give the record that stands in a file, once. Raises NoRecordError."""
    packed = [packet for unpacked in _unpacked(content) for packet in _packets(unpacked)]
    plain = _packets(content)
    packets = [packet for packet in (*packed, *plain) if NAMESPACE.encode() in packet]
    if not packets:
        raise NoRecordError("it carries no record of ours")
    if len(packets) > 1:
        raise NoRecordError("it carries more than one record")
    try:
        return Provenance.model_validate_json(_property(packets[0]))
    except ValidationError as error:
        wrong = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole"
        raise NoRecordError(f"its record is not one of ours ({wrong[:40]})") from None


def _unpacked(content: bytes) -> list[bytes]:
    """Give the streams of metadata that are written as ours are, as far as of a packet's size."""
    found: list[bytes] = []
    for stream in islice(_PACKED.finditer(content), _MOST_PACKETS):
        unpacking = zlib.decompressobj()
        try:
            packed = content[stream.end() : stream.end() + int(stream[1])]
            unpacked = unpacking.decompress(packed, MOST_PACKET_BYTES)
        except zlib.error:
            continue
        if unpacking.eof:
            found.append(unpacked)
    return found


def _packets(content: bytes) -> list[bytes]:
    """Give what stands between the marks of packets, as far as of a packet's size."""
    found: list[bytes] = []
    start = content.find(_BEGIN)
    while start >= 0 and len(found) < _MOST_PACKETS:
        end = content.find(_END, start, start + MOST_PACKET_BYTES)
        if end >= 0:
            found.append(content[content.find(b"?>", start) + 2 : end])
        start = content.find(_BEGIN, start + 1)
    return found


def _property(packet: bytes) -> str:
    """Give the text of our property, of which there must be one."""
    if b"<!" in packet or b"\0" in packet:
        raise NoRecordError("its record holds more than elements")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
    )
    try:
        found = list(etree.fromstring(packet.strip(), parser).iter(PROPERTY))
    except (etree.LxmlError, ValueError):
        raise NoRecordError("its record is broken") from None
    if len(found) != 1 or len(found[0]):
        raise NoRecordError("its record is not written as ours are")
    return found[0].text or ""
