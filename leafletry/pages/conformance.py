"""What makes a file PDF/UA-1 and PDF/A-2a at once, besides its tags."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

from weasyprint.pdf.metadata import DocumentMetadata

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
    """Document metadata that says PDF/UA-1 in the same RDF as PDF/A; in a second one UA-1 fails."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        """Give the RDF with the PDF/UA identifier and the schema PDF/A wants it declared with."""
        rdf = fromstring(super().generate_rdf_metadata(variant, version, conformance))  # noqa: S314 - our own
        about = {f"{{{_RDF}}}about": ""}
        SubElement(SubElement(rdf, f"{{{_RDF}}}Description", about), f"{{{_UA}}}part").text = "1"
        rdf.append(_extension_schema(about))
        return bytes(tostring(rdf, encoding="utf-8"))


def _extension_schema(about: dict[str, str]) -> Element:
    description = Element(f"{{{_RDF}}}Description", about)
    schemas = SubElement(SubElement(description, f"{{{_EXTENSION}}}schemas"), f"{{{_RDF}}}Bag")
    schema = SubElement(schemas, f"{{{_RDF}}}li", {f"{{{_RDF}}}parseType": "Resource"})
    for name, text in (
        ("schema", "PDF/UA Universal Accessibility"),
        ("namespaceURI", _UA),
        ("prefix", "pdfuaid"),
    ):
        SubElement(schema, f"{{{_SCHEMA}}}{name}").text = text
    sequence = SubElement(SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq")
    item = SubElement(sequence, f"{{{_RDF}}}li", {f"{{{_RDF}}}parseType": "Resource"})
    for name, text in (
        ("name", "part"),
        ("valueType", "Integer"),
        ("category", "internal"),
        ("description", "Part of ISO 14289 the file follows"),
    ):
        SubElement(item, f"{{{_PROPERTY}}}{name}").text = text
    return description
