"""What makes a file PDF/UA-1 and PDF/A-2a at once, besides its tags; and what it was made from."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

from weasyprint.pdf.metadata import DocumentMetadata

from leafletry.pages import packet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leafletry.editions.record import Provenance

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_UA = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
for _prefix, _uri in (
    ("pdfuaid", _UA),
    ("pdfaExtension", _EXTENSION),
    ("pdfaSchema", _SCHEMA),
    ("pdfaProperty", _PROPERTY),
):
    register_namespace(_prefix, _uri)


class LeafletMetadata(DocumentMetadata):  # type: ignore[misc]
    """Document metadata that says PDF/UA-1 in the same RDF as PDF/A; in a second one UA-1 fails.

    `provenance` is the record that it carries, `preferences` are what a viewer does with it.
    """

    provenance: Provenance | None = None
    preferences: Mapping[str, str] = MappingProxyType({})

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        """Give the RDF with the PDF/UA identifier, our record, and the schemas of both."""
        given = fromstring(super().generate_rdf_metadata(variant, version, conformance))  # noqa: S314 - our own
        rdf = Element(f"{{{_RDF}}}RDF")
        whole = SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
        for description in given:
            whole.attrib.update(description.attrib)
            whole.extend(description)
        whole.set(f"{{{_UA}}}part", "1")
        schemas = SubElement(SubElement(whole, f"{{{_EXTENSION}}}schemas"), f"{{{_RDF}}}Bag")
        schemas.append(_schema("PDF/UA", _UA, "pdfuaid", "part", "Integer", "Part of ISO 14289"))
        if self.provenance is not None:
            packet.add_record(whole, self.provenance)
            name = packet.PROPERTY.rpartition("}")[2]
            said = packet.DESCRIPTION
            schemas.append(
                _schema("Leafletry", packet.NAMESPACE, packet.PREFIX, name, "Text", said)
            )
        return bytes(tostring(rdf, encoding="utf-8"))


def _schema(title: str, uri: str, prefix: str, name: str, kind: str, said: str) -> Element:
    """Give the schema of one property, which PDF/A wants declared."""
    item = Element(f"{{{_RDF}}}li")
    described = {"schema": title, "namespaceURI": uri, "prefix": prefix}
    about = {f"{{{_SCHEMA}}}{key}": value for key, value in described.items()}
    schema = SubElement(item, f"{{{_RDF}}}Description", about)
    sequence = SubElement(SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq")
    described = {"name": name, "valueType": kind, "category": "internal", "description": said}
    about = {f"{{{_PROPERTY}}}{key}": value for key, value in described.items()}
    SubElement(sequence, f"{{{_RDF}}}li", about)
    return item
