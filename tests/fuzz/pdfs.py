"""Hostile PDFs for whoever opens what somebody sends: small files, and what they unpack to.

`.venv/bin/python tests/fuzz/pdfs.py` writes those in `seeds/pdf/` anew; the ones of `LARGE` are
too large to keep and are made when they are needed. None has an XMP packet of ours, so none is
anything but a file that nobody knows.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

SEEDS = Path(__file__).parent / "seeds" / "pdf"

XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:source>{}</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>"
    '<?xpacket end="w"?>'
)
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> >>"


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """Give a stream object; `packed` by deflate."""
    data = zlib.compress(content, 9) if packed else content
    filters = b"/Filter /FlateDecode " if packed else b""
    return b"<< %s%s/Length %d >>\nstream\n%s\nendstream" % (entries, filters, len(data), data)


def metadata(content: bytes, *, packed: bool = False) -> bytes:
    """Give a stream of metadata."""
    return stream(content, b"/Type /Metadata /Subtype /XML ", packed=packed)


def sound(**changed: bytes) -> dict[int, bytes]:
    """Give the objects of a sound PDF of one page: 1 catalog, 2 pages, 3 page, 4 text, 5 XMP."""
    objects = {
        "catalog": b"<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R >>",
        "pages": PAGES,
        "page": PAGE,
        "text": stream(b"0 0 10 10 re f"),
        "xmp": metadata(XMP.format("nobody").encode()),
    }
    return dict(enumerate((objects | changed).values(), 1))


def pdf(
    objects: Mapping[int, bytes], trailer: bytes = b"", head: bytes = b"%PDF-1.7\n", root: int = 1
) -> bytes:
    """Give a PDF with a table of references."""
    file = io.BytesIO()
    file.write(head + b"%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, content in objects.items():
        places[number] = file.tell()
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start, size = file.tell(), max(objects) + 1
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        place = places.get(number)
        line = b"%010d 00000 n \n" % place if place else b"0000000000 65535 f \n"
        file.write(line)
    file.write(b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (size, root, trailer))
    file.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return file.getvalue()


def twice_packed(content: bytes) -> bytes:
    """Give a stream object that is packed twice: a megabyte in a few bytes."""
    data = zlib.compress(zlib.compress(content, 9), 9)
    entries = b"/Filter [/FlateDecode /FlateDecode] "
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _entities() -> bytes:
    names = [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)]
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{"".join(names)}]>'
    return (doctype + XMP.format("&a9;")).encode()


def _deep_pages(depth: int) -> dict[int, bytes]:
    """Give page trees one in another."""
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
    for number in range(2, depth):
        objects[number] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1)
    return objects | {depth: PAGE}


def _with_object_stream(body: bytes, inner: bytes = b"", count: int = 1) -> bytes:
    """Give a PDF whose objects 6 on stand in the object stream 7, which may be itself."""
    return pdf(
        sound()
        | {
            6: body,
            7: stream(b"7 0 " + (inner or b"<< /Extends 7 0 R >>"), b"/Type /ObjStm "
                      b"/N %d /First 4 /Extends 7 0 R " % count),
        }
    )  # fmt: skip


def _reference_stream(previous: int) -> bytes:
    """Give a PDF whose stream of references says that one before it stands at `previous`."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    body += b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    start = len(body)
    rows = b"\0\0\0\xff" + b"".join(
        b"\1" + body.index(b"%d 0 obj" % n).to_bytes(2, "big") + b"\0" for n in (1, 2)
    )
    entries = b"/Type /XRef /Size 4 /W [1 2 1] /Root 1 0 R /Index [0 3] /Prev %d " % (
        start if previous < 0 else previous
    )
    return (
        body + b"3 0 obj\n" + stream(rows, entries) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    )


def _updated(times: int) -> bytes:
    """Give a PDF that was changed and saved again, each time with another catalog."""
    whole = pdf(sound())
    for _ in range(times):
        before = whole.rindex(b"startxref\n") + 10
        previous = int(whole[before : whole.index(b"\n", before)])
        place = len(whole)
        whole += b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R >>\nendobj\n"
        start = len(whole)
        whole += b"xref\n1 1\n%010d 00000 n \n" % place
        whole += b"trailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % previous
        whole += b"startxref\n%d\n%%%%EOF\n" % start
    return whole


def _in_a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(zipfile.ZipInfo("leaflet.pdf"), pdf(sound()))
    return file.getvalue()


def _encrypted() -> bytes:
    """Give a PDF that says it is encrypted with a key that nobody has."""
    key = b"<" + b"00" * 32 + b">"
    handler = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O %s /U %s >>" % (key, key)
    return pdf(sound() | {6: handler}, b"/Encrypt 6 0 R /ID [<00> <00>] ")


def _action(action: bytes) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R /OpenAction %s >>" % action
    return pdf(sound(catalog=catalog))


_ATTACHED = (
    b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(x) << /Type /Filespec"
    b" /F (..\\\\..\\\\x) /UF (../../../x) /EF << /F 6 0 R >> >>] >> >> >>"
)
_IMAGE = (
    b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000"
    b" /ColorSpace /DeviceRGB /BitsPerComponent 8 "
)
_NOBODY = XMP.format("nobody").encode()

SMALL: dict[str, Callable[[], bytes]] = {
    "sound": lambda: pdf(sound()),
    "empty": lambda: b"",
    "magic-only": lambda: b"%PDF-",
    "cut-off": lambda: pdf(sound())[:300],
    "cut-off-in-the-trailer": lambda: pdf(sound())[:-20],
    "wrong-magic": lambda: b"%PNG" + pdf(sound())[4:],
    "magic-further-on": lambda: b"\0" * 900 + pdf(sound()),
    "noise": lambda: zlib.compress(b"noise" * 99)[::-1],
    "version-2": lambda: pdf(sound(), head=b"%PDF-2.0\n"),
    "version-of-nothing": lambda: pdf(sound(), head=b"%PDF-99999999999999999999.9\n"),
    "no-catalog": lambda: pdf(sound(), root=99),
    "catalog-of-itself": lambda: pdf(sound(catalog=b"1 0 R")),
    "no-references": lambda: b"%PDF-1.7\nstartxref\n999999999999999999999\n%%EOF\n",
    "references-of-themselves": lambda: _reference_stream(-1),
    "references-far-away": lambda: _reference_stream(10**18),
    "length-of-itself": lambda: pdf(sound(text=b"<< /Length 4 0 R >>\nstream\nx\nendstream")),
    "length-below-nothing": lambda: pdf(sound(text=b"<< /Length -9 >>\nstream\nx\nendstream")),
    "length-without-end": lambda: pdf(
        sound(text=b"<< /Length 99999999999 >>\nstream\nx\nendstream")
    ),
    "page-tree-of-itself": lambda: pdf(
        sound(pages=b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")
    ),
    "page-trees-in-a-ring": lambda: pdf(
        sound(pages=b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>")
        | {6: b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"}
    ),
    "page-tree-deep": lambda: pdf(_deep_pages(400)),
    "one-page-a-thousand-times": lambda: pdf(
        sound(pages=b"<< /Type /Pages /Kids [" + b"3 0 R " * 1_000 + b"] /Count 1000 >>")
    ),
    "count-without-end": lambda: pdf(
        sound(pages=b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>")
    ),
    "count-below-nothing": lambda: pdf(sound(pages=b"<< /Type /Pages /Kids [3 0 R] /Count -1 >>")),
    "no-pages": lambda: pdf(sound(pages=b"<< /Type /Pages /Kids [] /Count 0 >>")),
    "page-of-a-kilometre": lambda: pdf(
        sound(page=PAGE.replace(b"0 0 200 200", b"0 0 99999999 99999999"))
    ),
    "page-of-no-size": lambda: pdf(sound(page=PAGE.replace(b"0 0 200 200", b"0 0 0 0"))),
    "arrays-in-arrays": lambda: pdf(sound(page=b"[" * 5_000 + b"]" * 5_000)),
    "dictionaries-in-dictionaries": lambda: pdf(sound(page=b"<< /a " * 5_000 + b">>" * 5_000)),
    "object-stream-of-itself": lambda: _with_object_stream(b"7 0 R"),
    "object-stream-without-end": lambda: _with_object_stream(b"null", count=2_147_483_647),
    "encrypted": _encrypted,
    "text-bomb": lambda: pdf(sound(text=stream(b" " * 30_000_000, packed=True))),
    "text-bomb-twice-packed": lambda: pdf(sound(text=twice_packed(b" " * 60_000_000))),
    "picture-bomb": lambda: pdf(
        sound(
            page=PAGE.replace(b"<< >> >>", b"<< /XObject << /x 6 0 R >> >> >>"),
            text=stream(b"200 0 0 200 0 0 cm /x Do"),
        )
        | {6: stream(bytes(10_000_000), _IMAGE, packed=True)}
    ),
    "form-of-itself": lambda: pdf(
        sound(
            page=PAGE.replace(b"<< >> >>", b"<< /XObject << /x 6 0 R >> >> >>"),
            text=stream(b"/x Do"),
        )
        | {
            6: stream(
                b"/x Do /x Do",
                b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
                b" /Resources << /XObject << /x 6 0 R >> >> ",
            )
        }
    ),
    "xmp-bomb": lambda: pdf(sound(xmp=metadata(_NOBODY + b" " * 30_000_000, packed=True))),
    "xmp-bomb-twice-packed": lambda: pdf(sound(xmp=twice_packed(b" " * 60_000_000))),
    "xmp-entities": lambda: pdf(sound(xmp=metadata(_entities()))),
    "xmp-entity-from-a-file": lambda: pdf(
        sound(
            xmp=metadata(
                b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
                + XMP.format("&a;").encode()
            )
        )
    ),
    "xmp-doctype-from-the-network": lambda: pdf(
        sound(xmp=metadata(b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + _NOBODY))
    ),
    "xmp-deep": lambda: pdf(sound(xmp=metadata(b"<a>" * 4_000 + b"</a>" * 4_000))),
    "xmp-many-attributes": lambda: pdf(
        sound(xmp=metadata(b"<a " + b"".join(b'b%d="" ' % i for i in range(3_000)) + b"/>"))
    ),
    "xmp-not-well-formed": lambda: pdf(sound(xmp=metadata(_NOBODY[:200]))),
    "xmp-not-utf8": lambda: pdf(sound(xmp=metadata(b"\xff\xfe\xff" + _NOBODY))),
    "xmp-utf16": lambda: pdf(sound(xmp=metadata(XMP.format("nobody").encode("utf-16")))),
    "xmp-is-a-number": lambda: pdf(sound(xmp=b"42")),
    "xmp-is-the-page": lambda: pdf(
        sound(catalog=b"<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>")
    ),
    "xmp-with-broken-packing": lambda: pdf(
        sound(xmp=stream(b"no deflate", b"/Type /Metadata /Subtype /XML /Filter /FlateDecode "))
    ),
    "xmp-with-unknown-packing": lambda: pdf(
        sound(xmp=stream(b"x", b"/Type /Metadata /Subtype /XML /Filter /Nothing "))
    ),
    "two-packets-in-one-stream": lambda: pdf(sound(xmp=metadata(_NOBODY + _NOBODY))),
    "two-packets": lambda: pdf(
        sound(page=PAGE.replace(b"/Type /Page ", b"/Type /Page /Metadata 6 0 R "))
        | {6: metadata(XMP.format("somebody else").encode())}
    ),
    "packet-outside-of-objects": lambda: pdf(sound()) + XMP.format("somebody else").encode(),
    "javascript": lambda: _action(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"),
    "launch": lambda: _action(b"<< /S /Launch /F (/bin/true) /Win << /F (calc.exe) >> >>"),
    "link-to-a-server": lambda: _action(b"<< /S /URI /URI (http://127.0.0.1:9/x) >>"),
    "form-for-a-server": lambda: _action(b"<< /S /SubmitForm /F (http://127.0.0.1:9/x) >>"),
    "go-to-another-file": lambda: _action(b"<< /S /GoToR /F (../../x.pdf) /D [0 /Fit] >>"),
    "attached-file-with-a-path": lambda: pdf(sound(catalog=_ATTACHED) | {6: stream(b"x")}),
    "forms-of-xfa": lambda: pdf(
        sound(catalog=b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA 6 0 R /Fields [] >> >>")
        | {6: stream(_entities())}
    ),
    "in-a-zip": _in_a_zip,
    "zip-behind": lambda: pdf(sound()) + _in_a_zip(),
    "page-of-the-web-behind": lambda: pdf(sound()) + b"<script>alert(1)</script>",
    "program-before": lambda: b"MZ" + b"\0" * 60 + pdf(sound()),
    "picture-before": lambda: b"GIF89a" + b"\0" * 50 + pdf(sound()),
    "updated": lambda: _updated(1),
    "updated-often": lambda: _updated(60),
    "two-ends": lambda: pdf(sound()) + pdf(sound()),
    "names-with-signs": lambda: pdf(
        sound(), b"/Info << /Title (\x1b[31m\r\n\\u202e<script>) /Author <FEFF202E0041> >> "
    ),
    "ids-of-nothing": lambda: pdf(sound(), b"/ID [42 null] "),
    "ids-without-end": lambda: pdf(sound(), b"/ID [<" + b"ab" * 5_000 + b"> <>] "),
    "one-id": lambda: pdf(sound(), b"/ID [<00>] "),
}
"""What is kept in `seeds/pdf/`, by the name of its file."""

LARGE: dict[str, Callable[[], bytes]] = {
    "xmp-of-blanks": lambda: pdf(sound(xmp=metadata(_NOBODY + b" " * 50_000_000))),
    "xmp-bomb-of-a-gigabyte": lambda: pdf(
        sound(xmp=metadata(_NOBODY + b" " * 1_000_000_000, packed=True))
    ),
    "text-bomb-of-a-gigabyte": lambda: pdf(sound(text=stream(bytes(1_000_000_000), packed=True))),
    "comments-without-end": lambda: b"%PDF-1.7\n" + b"%\n" * 25_000_000,
    "objects-without-end": lambda: b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 2_000_000,
    "page-tree-deeper": lambda: pdf(_deep_pages(50_000)),
    "brackets-without-end": lambda: pdf(sound(page=b"[" * 5_000_000)),
}
"""What is made when it is needed, for those who can wait."""


def write_seeds(folder: Path = SEEDS) -> None:
    """Write every small file anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*"):
        path.unlink()
    for name, make in SMALL.items():
        (folder / f"{name}.pdf").write_bytes(make())


if __name__ == "__main__":
    write_seeds()
