"""Small PDFs, good ones and ones that are broken on purpose, to test the judges themselves with."""

import warnings
from collections.abc import Callable
from pathlib import Path

import noto_cjk
import pikepdf
from font_source_sans_pro import SourceSansPro
from fontTools import subset
from pikepdf import Array, Dictionary, Name, String
from weasyprint import HTML

JAPANESE = "赤ちゃんの熱が続くときは、未熟児でも、すぐに電話をかけます。"
BODY = f"""
<h1>When to call</h1>
<p>Call <a href="https://example.org/ward">the ward</a> at once if your baby has a fever.
<p lang="ja">{JAPANESE}
<ul><li>fever</ul>
<table><tr><th>Sign</table>
"""

_UA_IDENTIFIER = """<rdf:Description rdf:about=""
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the standard</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


def write_leaflet(path: Path, body: str = BODY, japanese_font: Path | None = None) -> Path:
    """Typeset a small page that is at once PDF/UA-1 and PDF/A-2a."""
    font = japanese_font or Path(noto_cjk.font_path("sans", "jp", "regular"))
    style = f"""
        @font-face {{ font-family: Latin; src: url({Path(SourceSansPro).as_uri()}) }}
        @font-face {{ font-family: Japanese; src: url({font.resolve().as_uri()}) }}
        @page {{ size: 105mm 148mm; margin: 10mm; @bottom-center {{ content: counter(page) }} }}
        html {{ font: 11pt Latin, Japanese }}
        th {{ border: 0.5pt solid; background: #ddd }}
    """
    page = f'<html lang="en"><title>When to call</title><style>{style}</style>{body}</html>'
    with warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile for Python to close.
        warnings.simplefilter("ignore", ResourceWarning)
        HTML(string=page).write_pdf(path, pdf_variant="pdf/a-2a")

    def name_second_standard(pdf: pikepdf.Pdf) -> None:
        # WeasyPrint itself names one standard a file.
        _replace_in_xmp(pdf, "</rdf:RDF>", _UA_IDENTIFIER)

    return _change(path, path, name_second_standard)


def write_untagged(good: Path, path: Path) -> Path:
    """Take the structure tree away."""

    def drop_structure(pdf: pikepdf.Pdf) -> None:
        del pdf.Root[Name.StructTreeRoot]

    return _change(good, path, drop_structure)


def write_with_wrong_xmp(good: Path, path: Path) -> Path:
    """Let the metadata name another part of PDF/A than the file keeps to."""

    def name_part_1(pdf: pikepdf.Pdf) -> None:
        _replace_in_xmp(pdf, 'pdfaid:part="2"', 'pdfaid:part="1"')

    return _change(good, path, name_part_1)


def write_without_fonts(good: Path, path: Path) -> Path:
    """Take the embedded fonts away."""

    def drop_fonts(pdf: pikepdf.Pdf) -> None:
        for font in pdf.pages[0].obj.Resources.Font.as_dict().values():
            del font.DescendantFonts[0].FontDescriptor[Name.FontFile3]

    return _change(good, path, drop_fonts)


def write_with_cids_unlike_glyphs(path: Path) -> Path:
    """Embed a font whose glyph numbers are not its CIDs, which MuPDF alone takes at its word."""
    source = path.with_suffix(".otf")
    options = subset.Options(layout_features=["*"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=JAPANESE)
    with subset.load_font(noto_cjk.font_path("sans", "jp", "regular"), options) as font:
        subsetter.subset(font)
        subset.save_font(font, source, options)
    return write_leaflet(path, japanese_font=source)


def write_handmade(path: Path) -> Path:
    """Write by hand a PDF that uses every way to tie content to structure."""
    pdf = pikepdf.new()
    font = _handmade_font(pdf)
    form = pdf.make_stream(
        b"/Span <</MCID 0>> BDC BT /F 10 Tf (form) Tj ET EMC",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 200, 200]),
        Resources=Dictionary(Font=Dictionary(F=font)),
    )
    contents = [_FIRST_PAGE, b"/P <</MCID 0>> BDC BT /F 10 Tf 9 90 Td (next page) Tj ET EMC"]
    resources = Dictionary(
        Font=Dictionary(F=font),
        XObject=Dictionary(X=form),
        Properties=Dictionary(Foot=Dictionary(Type=Name.Pagination)),
    )
    for content in contents:
        page = pdf.add_blank_page(page_size=(200, 200))
        page.obj.Contents = pdf.make_stream(content)
        page.obj.Resources = resources
    pdf.Root.StructTreeRoot = pdf.make_indirect(_handmade_tree(pdf, form))
    pdf.save(path)
    return path


# The second line of the paragraph ends with an automatic hyphen, which the font has as `_`.
_FIRST_PAGE = rb"""
/H1 <</MCID 0>> BDC BT /F 20 Tf 10 180 Td (title) Tj ET EMC
/P <</MCID 1>> BDC BT /F 10 Tf 10 150 Td 12 TL (one line) Tj (and bro_) ' T* [(ken) -50 ( word)] TJ
/Span <</ActualText (spoken)>> BDC (drawn) Tj EMC ET EMC
/P <</MCID 2>> BDC BT /F 10 Tf 1 0 0 1 10 100 Tm (two) Tj 1 0 0 1 60 100 Tm (labels) Tj ET EMC
/Artifact BMC q 1 0 0 1 0 5 cm BT /F 10 Tf (rule) Tj ET Q EMC
/Artifact /Foot BDC BT /F 10 Tf 90 5 Td (page 1) Tj ET EMC
BT /F 10 Tf 10 60 Td (stray) Tj ET
/P <</MCID 9>> BDC BT /F 10 Tf 50 60 Td (orphan) Tj ET EMC
/X Do
"""


def _handmade_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Make a font that maps one code by bfchar, and the letters and the rest by bfrange."""
    cmap = (
        b"1 beginbfchar <5f> <2010> endbfchar "
        b"2 beginbfrange <61> <7a> <0061> <20> <31> [" + _hex_list(" ", "1") + b"] endbfrange"
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name("/Handmade"),
            FirstChar=0,
            Widths=Array([500] * 128),
            ToUnicode=pdf.make_stream(cmap),
        )
    )


def _hex_list(first: str, last: str) -> bytes:
    """List consecutive characters as a CMap writes them."""
    return b" ".join(b"<%04x>" % code for code in range(ord(first), ord(last) + 1))


def _handmade_tree(pdf: pikepdf.Pdf, form: pikepdf.Object) -> Dictionary:
    """Make the structure of the handmade PDF."""
    first, second = (page.obj for page in pdf.pages)
    link = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Contents=String("call us"),
            A=Dictionary(S=Name.URI, URI=String("tel:1")),
        )
    )
    paragraph = [
        1,
        Dictionary(Type=Name.MCR, Pg=second, MCID=0),
        Dictionary(Type=Name.OBJR, Pg=first, Obj=link),
    ]
    header = Dictionary(O=Name.Table, Scope=Name.Column, ColSpan=2)
    elements = [
        Dictionary(S=Name("/Heading"), Pg=first, K=0, Lang=String("fr")),
        Dictionary(S=Name.P, Pg=first, K=Array(paragraph)),
        Dictionary(S=Name.TH, Pg=first, K=Array([2]), A=Array([header, 0])),
        Dictionary(S=Name.L, C=Name.Dots),
        Dictionary(
            S=Name.Figure,
            Alt=String("a form"),
            K=Dictionary(Type=Name.MCR, Pg=first, Stm=form, MCID=0),
        ),
        Dictionary(S=Name.Span, Pg=first, K=0, ActualText=String("read so")),
    ]
    return Dictionary(
        Type=Name.StructTreeRoot,
        K=Dictionary(S=Name.Document, K=Array(elements)),
        RoleMap=Dictionary(Heading=Name.Title, Title=Name.H1),
        ClassMap=Dictionary(Dots=Dictionary(O=Name.List, ListNumbering=Name.Disc)),
    )


def _change(source: Path, target: Path, change: Callable[[pikepdf.Pdf], None]) -> Path:
    """Write a changed copy of a PDF."""
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(target)
    return target


def _replace_in_xmp(pdf: pikepdf.Pdf, old: str, new: str) -> None:
    """Replace a text in the metadata, where it must stand."""
    xmp = pdf.Root.Metadata.read_bytes().decode()
    if old not in xmp:
        raise ValueError(f"{old} is not in the metadata")
    pdf.Root.Metadata.write(xmp.replace(old, new).encode())
