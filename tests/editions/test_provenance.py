"""Each PDF says what it is and was made from, where it is found without a PDF library; sealed."""

import hashlib
import json
import random
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import Built, all_editions
from judges.verapdf import validate
from pydantic import ValidationError

from leafletry.content.citations import cited_facts
from leafletry.editions import composition
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.record import Provenance
from leafletry.pages import packet
from leafletry.pages.packet import MOST_PACKET_BYTES, NoRecordError, read_record
from leafletry.pages.sealing import is_sealed, seal

PARENTS = "when-to-have-your-baby-checked"
MADE_FROM = "ab" * 32
RECORD = {
    "code": "TS-P1 · nl · v0.1 · 3fa92c-7be1",
    "leaflet": "call-us",
    "locale": "nl",
    "version": "0.1",
    "page_format": "a4",
    "state": "draft",
    "words": "3fa92c" + "0" * 58,
    "source_words": "1" * 32,
    "facts": "call_now infant_(cases pain) very_rare",
    "clinic": {"id": "example", "digest": "7be1" + "2" * 60},
    "made_from": MADE_FROM,
    "engine": "3" * 32,
    "made_with": "Leafletry 0.1.0, WeasyPrint 70.0",
}
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:l="%b">'
    b'<rdf:Description rdf:about="">%b</rdf:Description></rdf:RDF></x:xmpmeta>'
    b'<?xpacket end="r"?>'
)


def record_text(**changed: object) -> str:
    """Give a record as it stands in a file, with some values changed."""
    return json.dumps({**RECORD, **changed})


def packet_with(inner: str) -> bytes:
    """Give a packet with something in its description."""
    return XMP % (packet.NAMESPACE.encode(), inner.encode())


def file_with(text: str) -> bytes:
    """Give bytes with a record among others, in plain sight."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return b"%PDF-1.7\n\0\xff" + packet_with(f"<l:edition>{escaped}</l:edition>") + b"\n%%EOF"


def packed(xmp: bytes, length: int | None = None) -> bytes:
    """Give bytes with a stream of metadata, as ours are written."""
    content = zlib.compress(xmp, 9)
    head = b"<</Type /Metadata/Subtype /XML/Filter /FlateDecode/Length %d>>\nstream\n"
    return b"%PDF-1.7\n" + head % (length or len(content)) + content + b"\nendstream\n"


# ── What a file says ───────────────────────────────────────────────────────────────────────────


def test_every_edition_says_what_it_was_made_from(edition: Edition, built: Built) -> None:
    """The record names the edition, its words, its facts, its clinic, all that went in."""
    content = built.path(edition).read_bytes()
    record = read_record(content)
    project = built.project
    whole = Composition.of(project)
    clinic = built.clinic if edition.clinic else None
    words = whole.words(edition.leaflet, edition.locale)
    assert record.code == str(whole.code(edition.leaflet, edition.locale, clinic))
    assert (record.leaflet, record.locale) == (edition.leaflet, edition.locale)
    assert record.version == project.leaflets[edition.leaflet].version
    assert (record.page_format, record.state) == ("a4", "draft")
    assert record.words == words.digest == hashlib.sha256(words.text.encode()).hexdigest()
    english = whole.words(edition.leaflet, "en").digest
    assert english.startswith(record.source_words)
    assert set(record.facts) == set(cited_facts(project.leaflets[edition.leaflet]))
    assert (record.clinic.id if record.clinic else None) == edition.clinic
    assert record.clinic is None or built.clinic.digest == record.clinic.digest
    assert record.made_from == built.records[str(edition.path)].digest
    assert whole.base.startswith(record.engine)
    assert re.fullmatch(r"Leafletry 0\.1\.0, WeasyPrint \d+\.\d+(\.\d+)?", record.made_with)


def test_every_edition_is_sealed(edition: Edition, built: Built) -> None:
    """The identifier is half of what it was made from, and half of a digest of all the rest."""
    path = built.path(edition)
    content, record = path.read_bytes(), read_record(path.read_bytes())
    assert is_sealed(content, record.made_from)
    with pikepdf.open(path) as pdf:
        first, second = (bytes(half) for half in pdf.trailer.ID)
    assert first.hex() == record.made_from[:32]
    digits = b"<" + second.hex().encode() + b">"
    assert content.count(digits) == 1
    blank = content.replace(digits, b"<" + b"0" * 32 + b">")
    assert hashlib.sha256(blank).digest()[:16] == second


def test_outside_judges_read_the_record(built: Built) -> None:
    """Another library finds the same record in the document's own metadata."""
    for edition in all_editions():
        with pikepdf.open(built.path(edition)) as pdf, pdf.open_metadata() as xmp:
            told = json.loads(str(xmp[packet.PROPERTY]))
            assert xmp["pdfaid:part"] == "2"
            assert xmp["pdfuaid:part"] == "1"
        assert told["code"] == read_record(built.path(edition).read_bytes()).code
        document = pypdfium2.PdfDocument(built.path(edition))
        assert document.get_metadata_value("Keywords") == told["code"]
        document.close()


def test_verapdf_accepts_the_record(built: Built) -> None:
    """Files with the record are PDF/A-2a and PDF/UA-1, with a clinic and without."""
    paths = [built.path(item) for item in all_editions() if item.leaflet == PARENTS]
    for path, verdicts in validate(paths).items():
        assert all(verdict.passed for verdict in verdicts.values()), (path, verdicts)


def test_verapdf_wants_the_schema(built: Built, tmp_path: Path) -> None:
    """Without its schema the record would break PDF/A: the judge does look at it."""
    right, wrong = tmp_path / "right.pdf", tmp_path / "wrong.pdf"
    said = f'pdfaSchema:namespaceURI="{packet.NAMESPACE}"'.encode()
    with pikepdf.open(built.path(Edition(PARENTS, "en", "a4"))) as pdf:
        xmp = pdf.Root.Metadata.read_bytes()
        assert xmp.count(said) == 1
        pdf.save(right)
        pdf.Root.Metadata.write(xmp.replace(said, said.replace(b"leaf", b"laef")))
        pdf.save(wrong)
    verdicts = validate([right, wrong])
    assert verdicts[right]["PDFA-2A"].passed
    broken = {rule.clause for rule in verdicts[wrong]["PDFA-2A"].failed_rules}
    assert any(clause.startswith("6.6.2.3") for clause in broken), broken


def test_what_the_record_says_is_part_of_what_it_was_made_from(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is told in the record changes `made_from`, so that equal ones are equal files."""
    project = built.project
    before = Composition.of(project).job(Edition(PARENTS, "nl", "a4"), None)
    leaflet = project.leaflets[PARENTS]
    title = leaflet.title.model_copy(update={"text": "Another title"})
    project.leaflets[PARENTS] = leaflet.model_copy(update={"title": title})
    after = Composition.of(project).job(Edition(PARENTS, "nl", "a4"), None)
    assert before.provenance.source_words != after.provenance.source_words
    assert before.digest != after.digest
    same = Composition.of(built.project).job(Edition(PARENTS, "nl", "a4"), None)
    assert before == same
    monkeypatch.setattr(composition, "made_with", lambda: "Leafletry 9.9.9")
    other = Composition.of(built.project).job(Edition(PARENTS, "nl", "a4"), None)
    assert (before.html, before.sheets) == (other.html, other.sheets)
    assert before.digest != other.digest


# ── The seal ───────────────────────────────────────────────────────────────────────────────────

UNSEALED = b"%PDF-1.7\nwords\n/ID [(" + b"0" * 32 + b") (" + b"f" * 32 + b")]\n%%EOF\n"


def test_a_seal_is_always_the_same() -> None:
    """A file is sealed the same way every time, and grows by nothing."""
    sealed = seal(UNSEALED, MADE_FROM)
    assert sealed == seal(UNSEALED, MADE_FROM)
    assert len(sealed) == len(UNSEALED)
    assert is_sealed(sealed, MADE_FROM)


def test_any_changed_byte_breaks_the_seal() -> None:
    """Every byte counts, those of the seal itself too."""
    sealed = seal(UNSEALED, MADE_FROM)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        assert not is_sealed(bytes(changed), MADE_FROM), at


def test_a_file_that_is_not_whole_is_not_sealed() -> None:
    """Longer, shorter, doubled, empty, renamed: none of it passes for the sealed file."""
    sealed = seal(UNSEALED, MADE_FROM)
    for spoiled in (
        *(sealed + b"\n", sealed[:-1], sealed + sealed, b""),
        *(sealed.replace(b"/ID", b"/IE"), sealed.replace(b"words", b"more words")),
    ):
        assert not is_sealed(spoiled, MADE_FROM)


def test_a_seal_belongs_to_what_the_record_says() -> None:
    """A file sealed for one thing is not sealed for another."""
    assert not is_sealed(seal(UNSEALED, MADE_FROM), "cd" * 32)


def test_a_file_with_two_identifiers_cannot_be_sealed() -> None:
    """Where it is not clear which identifier counts, there is no seal."""
    with pytest.raises(ValueError, match="one identifier"):
        seal(UNSEALED + UNSEALED, MADE_FROM)
    with pytest.raises(ValueError, match="one identifier"):
        seal(b"%PDF-1.7", MADE_FROM)


# ── Reading what others wrote ──────────────────────────────────────────────────────────────────


def test_a_record_is_read_as_it_was_written() -> None:
    """Writing and reading a record gives it back, facts and all."""
    record = read_record(file_with(record_text()))
    assert record.facts == ("call_now", "infant_cases", "infant_pain", "very_rare")
    assert read_record(file_with(record.as_text())) == record
    assert json.loads(record.as_text())["facts"] == RECORD["facts"]
    assert read_record(packed(packet_with(f"<l:edition>{record.as_text()}</l:edition>"))) == record


@pytest.mark.parametrize(
    "facts",
    [
        [],
        ["a"],
        ["a", "a_b"],
        ["a_b", "a_c", "ab_c"],
        ["infant", "infant_pain"],
        ["a_", "a__b", "a_c"],
        ["x_y_z", "x_y", "x_y_"],
        ["a1_2", "a1_3_4"],
    ],
)
def test_facts_are_written_short_and_read_whole(facts: list[str]) -> None:
    """Ids that begin alike share their beginning; no id is lost or made up."""
    record = Provenance.model_validate_json(record_text())
    record = record.model_copy(update={"facts": tuple(facts)})
    assert sorted(Provenance.model_validate_json(record.as_text()).facts) == sorted(facts)


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "TS-P1 · nl · v0.2 · 3fa92c-7be1"},
        {"code": "TS-P1 · nl · v0.1 · 3fa92d-7be1"},
        {"code": "TS-P1 · nl · v0.1 · 3fa92c"},
        {"code": "TS-P1 · es · v0.1 · 3fa92c-7be1"},
        {"code": "ts-p1 nl v0.1 3fa92c-7be1"},
        {"code": "TS-P1 · nl · v0.1 · 3fa92c-7be1\n"},
        {"code": ""},
        {"code": 7},
        {"clinic": None},
        {"clinic": {"id": "../../etc", "digest": "7be1" + "2" * 60}},
        {"clinic": {"id": "example", "digest": "7be1" + "2" * 28}},
        {"leaflet": "../facts"},
        {"leaflet": "a" * 61},
        {"locale": "nl/../.."},
        {"state": "final"},
        {"words": "3fa92c"},
        {"words": "3FA92C" + "0" * 58},
        {"made_from": "0" * 63 + "\n"},
        {"facts": "a (b"},
        {"facts": "infant_(a))"},
        {"facts": "A"},
        {"facts": ["a"] * 1001},
        {"facts": "a_(" + "b " * 30_000 + ")"},
        {"facts": None},
        {"made_with": "\x1b[31mred"},
        {"made_with": "a" * 81},
        {"more": 1},
        {"version": "0.1\n"},
    ],
)
def test_a_record_that_is_not_ours_is_refused(changed: dict[str, object]) -> None:
    """Wrong types, wrong shapes, another edition's code, unknown keys: no record."""
    with pytest.raises(ValidationError):
        Provenance.model_validate_json(record_text(**changed))
    with pytest.raises(NoRecordError, match="not one of ours"):
        read_record(file_with(record_text(**changed)))


WHOLE = packet_with(f"<l:edition>{record_text()}</l:edition>")
ENTITIES = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "lol"}">' for i in range(9))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no record"),
        (b"%PDF-1.7", "no record"),
        (b"<?xpacket begin=" * 5_000, "no record"),
        (b"<?xpacket begin=" + packet.NAMESPACE.encode(), "no record"),
        (file_with(record_text()).replace(b"l:edition", b"l:editiom"), "not written as ours"),
        (file_with(record_text()).replace(b"</rdf:RDF>", b""), "broken"),
        (file_with(record_text()) * 2, "more than one"),
        (packed(WHOLE) * 2, "more than one"),
        (packed(WHOLE) + WHOLE, "more than one"),
        (packed(WHOLE + WHOLE), "more than one"),
        (packed(WHOLE, 99), "no record"),
        (packed(WHOLE, 9_999_999), "no record"),
        (packed(WHOLE + bytes(MOST_PACKET_BYTES)), "no record"),
        (packed(WHOLE + bytes(500_000_000)), "no record"),
        (packed(zlib.compress(WHOLE)), "no record"),
        (packed(WHOLE).replace(b"x\xda", b"x\xdb"), "no record"),
        (packed(b"") * 20 + packed(WHOLE), "no record"),
        (packet_with("<l:edition>{}</l:edition><l:edition>{}</l:edition>"), "not written"),
        (packet_with("<l:edition>{<a/>}</l:edition>"), "not written"),
        (packet_with(f"<l:edition>{'[' * 20_000}</l:edition>"), "not one of ours"),
        (packet_with(f"<l:edition>{'x' * MOST_PACKET_BYTES}</l:edition>"), "no record"),
        (packet_with("<a>" * 9_000), "broken"),
        (packet_with("<!-- -->"), "more than elements"),
        (packet_with("<![CDATA[x]]>"), "more than elements"),
        (packet_with("&undefined;"), "broken"),
        (packet_with("\0"), "more than elements"),
        (packet_with("QQ").replace(b"QQ", b"\xff\xfe"), "broken"),
        (
            packet_with("<l:edition>&e8;</l:edition>").replace(
                b"<x:xmpmeta", f"<!DOCTYPE x [{ENTITIES}]><x:xmpmeta".encode(), 1
            ),
            "more than elements",
        ),
        (
            packet_with("<l:edition>&e;</l:edition>").replace(
                b"<x:xmpmeta", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x:xmpmeta', 1
            ),
            "more than elements",
        ),
    ],
)
def test_hostile_packets_give_no_record(content: bytes, said: str) -> None:
    """Whatever stands where the record should be, reading it ends with a reason in words."""
    with pytest.raises(NoRecordError, match=said):
        read_record(content)


def test_spoiled_records_never_trip_the_reader() -> None:
    """Bytes changed at random give a record that holds, or a refusal."""
    whole = file_with(record_text())
    chance = random.Random(4)  # noqa: S311 - the same every time
    for _ in range(3_000):
        spoiled = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 9))):
            at = chance.randrange(len(spoiled))
            spoiled[at : at + chance.choice((0, 1, 1, 5))] = chance.randbytes(chance.choice((0, 1)))
        try:
            assert read_record(bytes(spoiled)).code
        except NoRecordError as error:
            assert str(error)  # noqa: PT017 - either way is right


def test_reading_a_record_opens_no_pdf() -> None:
    """The process that reads records never loads a PDF library, nor lays out pages."""
    code = (
        "import sys; from leafletry.pages import packet, sealing; "
        "print(sorted({'pypdfium2', 'pikepdf', 'weasyprint'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "[]\n"
