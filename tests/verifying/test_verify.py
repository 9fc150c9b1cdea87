"""Whoever holds a leaflet learns whether it is still good, whatever file or code they give."""

import datetime as dt
import hashlib
import io
import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pikepdf
import pytest
from forging import FRESH, resealed, with_record
from fuzz import pdfs
from sampling import WHOLE
from signed import NEXT_REVIEW, sign
from small_release import (
    CLINIC,
    CLINIC_EN,
    DAY,
    EN,
    LEAFLET,
    NL,
    build_here,
    change,
    judged,
    kept,
    released,
    root,
    verify,
)

from leafletry.cli.verify import _Clock, _JsonTeller, _wanted
from leafletry.content.edition_code import read_code
from leafletry.editions.edition import Edition
from leafletry.editions.record import Provenance
from leafletry.pages.packet import _PACKED, NAMESPACE, read_record
from leafletry.pages.sealing import is_sealed
from leafletry.printing.manifest import Manifest
from leafletry.verifying import foreign_pdf, given_files, verifying
from leafletry.verifying.foreign_pdf import PdfReaders, UnreadableError, read_foreign
from leafletry.verifying.given_files import MOST_BYTES, LeftOut
from leafletry.verifying.known_codes import KnownCodes
from leafletry.verifying.page_words import (
    MOST_LINES,
    codes_in,
    lines_of_words,
    said_differently,
    says_the_same,
)
from leafletry.verifying.verifying import Change, Verdict, Verifier

__all__ = ["kept", "released", "root"]

# Some files are compared with an edition that is made here and now.
pytestmark = pytest.mark.usefixtures("press_here")
posix_only = pytest.mark.skipif(os.name == "nt", reason="makes pipes, links and odd names")
DUTCH = "locales/nl/LC_MESSAGES/messages.po"
DUTCH_WORDS = ("blauwe plekken", "blauwe vlekken")
ENGLISH = f"leaflets/{LEAFLET}.yaml"
_CODE = re.compile(r"IL-S2 · \w\w · v0\.1 · [0-9a-f]{6}(-[0-9a-f]{4})?")


def saved_by_another_program(content: bytes) -> bytes:
    """Give a file as another program writes it, which does not keep what it does not know."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        xmp = pdf.Root.Metadata.read_bytes()
        pdf.Root.Metadata.write(xmp.replace(NAMESPACE.encode(), b"https://example.org/"))
        pdf.save(out, recompress_flate=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


# ── Every state ────────────────────────────────────────────────────────────────────────────────

Spoil = Callable[[Path, Path], Path]
"""Changes a project, or a file taken from it, and gives the file to look at."""


def nothing(root: Path, kept: Path) -> Path:  # noqa: ARG001 - as all of them
    """Leave all as it was."""
    return kept / NL.path


def other_words(root: Path, kept: Path) -> Path:
    """Change words in Dutch; the old ones were signed."""
    change(root, DUTCH, *DUTCH_WORDS)
    return kept / NL.path


def other_version(root: Path, kept: Path) -> Path:
    """Give the leaflet a new version."""
    change(root, ENGLISH, 'version: "0.1"', 'version: "0.2"')
    return kept / EN.path


def other_numbers(root: Path, kept: Path) -> Path:
    """Give the clinic another number at night."""
    change(root, CLINIC, "020 7946 0199", "020 7946 0198")
    return kept / CLINIC_EN.path


def withdrawn(root: Path, kept: Path) -> Path:
    """Take the Dutch edition back."""
    code = read_record((kept / NL.path).read_bytes()).code
    entry = f'withdrawn:\n  - code: {code}\n    reason: "A wrong word."\n    withdrawn_on: {DAY}\n'
    (root / "leaflets/withdrawn.yaml").write_text(entry, "utf-8")
    return kept / NL.path


def withdrawn_for_all(root: Path, kept: Path) -> Path:
    """Take the English edition back, by its code without a clinic."""
    code = read_record((kept / EN.path).read_bytes()).code
    entry = f'withdrawn:\n  - code: {code}\n    reason: "A wrong word."\n    withdrawn_on: {DAY}\n'
    (root / "leaflets/withdrawn.yaml").write_text(entry, "utf-8")
    return kept / CLINIC_EN.path


def one_byte(root: Path, kept: Path) -> Path:  # noqa: ARG001 - as all of them
    """Change one byte within a page."""
    content = bytearray((kept / NL.path).read_bytes())
    content[len(content) // 2] ^= 1
    (kept / NL.path).write_bytes(content)
    return kept / NL.path


def one_byte_resealed(root: Path, kept: Path) -> Path:  # noqa: ARG001 - as all of them
    """Change a byte that nobody sees, and seal the file anew."""
    content = (kept / NL.path).read_bytes()
    at = content.index(b"%", 1) + 1
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    (kept / NL.path).write_bytes(resealed(changed))
    assert is_sealed(resealed(changed), read_record(changed).made_from)
    return kept / NL.path


def other_pages(root: Path, kept: Path) -> Path:
    """Put other words under a record that is not on record, sealed anew: a forgery."""
    signoffs = (root / "locales/nl/signoff.yaml").read_bytes()
    change(root, DUTCH, *DUTCH_WORDS)
    sign(root, LEAFLET, "nl", signed_on=DAY)
    build_here(root)
    forged = (root / "output" / NL.path).read_bytes()
    true = read_record((kept / NL.path).read_bytes())
    change(root, DUTCH, *reversed(DUTCH_WORDS))
    (root / "locales/nl/signoff.yaml").write_bytes(signoffs)
    build_here(root)
    told = json.loads(true.as_text()) | {"made_from": "0" * 64}
    first = re.search(rb"/ID \[<([0-9a-f]{32})>", forged)
    assert first is not None
    forged = forged.replace(first[1], b"0" * 32)
    (kept / NL.path).write_bytes(with_record(forged, **told))
    return kept / NL.path


def saved_anew(root: Path, kept: Path) -> Path:  # noqa: ARG001 - as all of them
    """Save the file with another program."""
    path = kept / NL.path
    path.write_bytes(saved_by_another_program(path.read_bytes()))
    return path


def not_ours(root: Path, kept: Path) -> Path:  # noqa: ARG001 - as all of them
    """Give a PDF of somebody else."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(kept / "other.pdf")
    return kept / "other.pdf"


def no_pdf(root: Path, kept: Path) -> Path:  # noqa: ARG001 - as all of them
    """Give something that is no PDF."""
    (kept / "letter.pdf").write_text("Dear parents", "utf-8")
    return kept / "letter.pdf"


def of_a_stranger(root: Path, kept: Path) -> Path:
    """Change the words twice and sign neither: the file is of a draft that nobody kept."""
    for path in root.glob("locales/nl/sign*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(root / "output/verify")
    change(root, DUTCH, *DUTCH_WORDS)
    return kept / NL.path


def saved_with_its_record(root: Path, kept: Path) -> Path:  # noqa: ARG001 - as all of them
    """Save the file with another program that keeps the record."""
    with pikepdf.open(kept / NL.path, allow_overwriting_input=True) as pdf:
        pdf.save(kept / NL.path)
    return kept / NL.path


def nobody_signed(root: Path, kept: Path) -> Path:
    """Take the sign-offs away under a file that says it is released."""
    for path in root.glob("locales/nl/sign*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return kept / NL.path


def no_such_leaflet(root: Path, kept: Path) -> Path:
    """Stop making the leaflet."""
    (root / ENGLISH).unlink()
    (root / "leaflets/another.yaml").write_text("")
    return kept / NL.path


def broken_leaflet(root: Path, kept: Path) -> Path:
    """Break the leaflet that the file is of."""
    change(root, ENGLISH, "audience: siblings", "audience: nobody")
    return kept / NL.path


def broken_facts(root: Path, kept: Path) -> Path:
    """Break the facts that all leaflets rest on."""
    (root / "leaflets/facts.yaml").write_text("facts: [", "utf-8")
    return kept / NL.path


def broken_withdrawals(root: Path, kept: Path) -> Path:
    """Break the list of what was withdrawn."""
    (root / "leaflets/withdrawn.yaml").write_text("withdrawn: [{code: nothing}]", "utf-8")
    return kept / NL.path


def broken_clinic(root: Path, kept: Path) -> Path:
    """Break the profile of the clinic."""
    change(root, CLINIC, "country: GB", "country: XX")
    return kept / CLINIC_EN.path


def no_clinic(root: Path, kept: Path) -> Path:
    """Take the clinic's profile away."""
    (root / CLINIC).unlink()
    return kept / CLINIC_EN.path


@pytest.mark.parametrize(
    ("spoil", "state", "means"),
    [
        (nothing, "current", r"released: it may be given out\.$"),
        (other_words, "superseded", r"the newest edition is IL-S2 · nl · v0\.1 · [0-9a-f]{6}\."),
        (other_version, "superseded", r"the newest edition is IL-S2 · en · v0\.2"),
        (other_numbers, "superseded", r"the clinic's name or numbers changed"),
        (withdrawn, "withdrawn", r"withdrawn on 2026-11-20: A wrong word\. Do not use it\."),
        (withdrawn_for_all, "withdrawn", r"A wrong word\. Do not use it\."),
        (one_byte, "altered", r"its seal does not hold; take a new copy of IL-S2 · nl"),
        (one_byte_resealed, "altered", r"its bytes are not those of output/nl/"),
        (other_pages, "altered", r"its pages do not say what output/nl/\S+ says: .*vlekken"),
        (saved_anew, "altered", r"another program wrote or changed it"),
        (saved_with_its_record, "altered", r"its seal does not hold"),
        (not_ours, "unknown", r"no record of ours, and its pages have no edition code"),
        (no_pdf, "unknown", r"it is no PDF"),
        (of_a_stranger, "unknown", r"perhaps it is an older draft\. Do not use it"),
        (nobody_signed, "unknown", r"it says that it is released, but nobody signed"),
        (broken_leaflet, "not judged", rf"{ENGLISH}:\d+:\d+: "),
        (broken_facts, "not judged", r"leaflets/facts\.yaml:\d+:\d+: "),
        (broken_withdrawals, "not judged", r"leaflets/withdrawn\.yaml:\d+:\d+: "),
        (broken_clinic, "not judged", r"example\.yaml:\d+:\d+: "),
        (no_clinic, "not judged", r'the clinic "example" is not known here'),
    ],
)
def test_every_state(spoil: Spoil, state: str, means: str, root: Path, kept: Path) -> None:
    """Each thing that can have happened to a file has its answer, in words."""
    verdict = judged(root, spoil(root, kept))
    assert (verdict.state, bool(re.search(means, verdict.means))) == (state, True), verdict
    assert verdict.draft is False


@pytest.mark.parametrize(
    ("which", "day", "state", "means"),
    [
        (EN, NEXT_REVIEW, "current", "may be given out"),
        (EN, NEXT_REVIEW + dt.timedelta(days=1), "expired", "review by Example Clinician"),
        (CLINIC_EN, DAY + dt.timedelta(days=150), "current", "may be given out"),
        (CLINIC_EN, DAY + dt.timedelta(days=500), "expired", "numbers were last called"),
    ],
)
def test_reviews_and_numbers_run_out(
    which: Edition, day: dt.date, state: str, means: str, released: Path
) -> None:
    """On the last day a review holds; a day later the same file is expired, and says why."""
    verdict = judged(released, released / "output" / which.path, day)
    assert verdict.state == state
    assert means in verdict.means


def test_a_draft_is_never_called_good_for_families(root: Path, kept: Path) -> None:
    """A draft with the newest words is current, and a draft: not for families."""
    nobody_signed(root, kept)
    build_here(root)
    verdict = judged(root, root / "output" / NL.path)
    assert (verdict.state, verdict.draft, verdict.proof) == ("current", True, "built here")
    assert "a draft: not for families (nobody signed it (clinical))" in verdict.means
    sign(root, LEAFLET, "nl", signed_on=DAY)
    verdict = judged(root, root / "output" / NL.path)
    assert (verdict.state, verdict.draft) == ("superseded", True)
    assert "take the released copy" in verdict.means


# Of what is wrong, the gravest is told.


@pytest.mark.parametrize(
    ("spoils", "state"),
    [
        ((one_byte, withdrawn), "withdrawn"),
        ((saved_anew, withdrawn), "withdrawn"),
        ((other_words, withdrawn), "withdrawn"),
        ((one_byte, other_words), "altered"),
        ((saved_anew, other_words), "altered"),
        ((one_byte, of_a_stranger), "unknown"),
        ((saved_anew, of_a_stranger), "unknown"),
        ((one_byte, broken_facts), "altered"),
        ((withdrawn, of_a_stranger), "withdrawn"),
    ],
)
def test_the_gravest_is_told(spoils: tuple[Spoil, ...], state: str, root: Path, kept: Path) -> None:
    """A withdrawn file that was also altered is withdrawn, an altered old one altered."""
    if withdrawn in spoils:  # The file must still say its code.
        withdrawn(root, kept)
    for spoil in spoils:
        if spoil is not withdrawn:
            spoil(root, kept)
    assert judged(root, kept / NL.path).state == state


def test_an_expired_file_with_newer_words_is_superseded(root: Path, kept: Path) -> None:
    """That there are newer words is worse than that a review ran out."""
    other_words(root, kept)
    day = NEXT_REVIEW + dt.timedelta(days=9)
    assert judged(root, kept / NL.path, day).state == "superseded"


# ── What changed ───────────────────────────────────────────────────────────────────────────────


def test_superseded_says_which_words_changed(root: Path, kept: Path) -> None:
    """The old line and the new one stand side by side, from the words that were signed."""
    verdict = judged(root, other_words(root, kept))
    assert verdict.changes
    for item in verdict.changes:
        assert item.what == "words"
        assert "blauwe plekken" in item.was
        assert item.now == item.was.replace(*DUTCH_WORDS)


def test_superseded_says_which_version_and_facts_changed(root: Path, kept: Path) -> None:
    """Version and facts are told by name."""
    path = other_version(root, kept)
    change(root, ENGLISH, "[risk_factor_definition]", "[infant_cause_unknown]")
    verdict = judged(root, path)
    assert Change("version", "0.1", "0.2") in verdict.changes
    assert Change("facts", "risk_factor_definition", "") in verdict.changes


def test_an_old_draft_says_what_changed_from_its_own_pages(root: Path, kept: Path) -> None:
    """Where nobody kept the old words, they are read from the pages of the file itself."""
    verdict = judged(root, of_a_stranger(root, kept))
    was = " ".join(item.was for item in verdict.changes)
    now = " ".join(item.now for item in verdict.changes)
    assert "plekken" in was
    assert "vlekken" in now
    assert "plekken" not in now
    assert len(verdict.changes) < 16, verdict.changes


def test_reviewed_again_is_not_altered(root: Path, kept: Path) -> None:
    """A file printed before the words were signed again says so truly, and is still not proven."""
    later = DAY + dt.timedelta(days=30)
    sign(root, LEAFLET, "nl", signed_on=later, next_review=later + dt.timedelta(days=700))
    build_here(root, day=later)
    assert (root / "output" / NL.path).read_bytes() != (kept / NL.path).read_bytes()
    verdict = judged(root, kept / NL.path, later)
    assert verdict.state == "not proven", verdict
    assert "`--rebuild`" in verdict.means


def test_a_restyled_leaflet_is_not_altered(root: Path, kept: Path) -> None:
    """The same words in another style: the file of before is not proven, and not altered."""
    with (root / "styles/blocks.css").open("a", encoding="utf-8") as sheet:
        sheet.write("\n.block { letter-spacing: -0.05pt }\n")
    build_here(root)
    assert (root / "output" / NL.path).read_bytes() != (kept / NL.path).read_bytes()
    verdict = judged(root, kept / NL.path)
    assert (verdict.state, verdict.proof) == ("not proven", ""), verdict
    assert f"Take a new copy, output/{NL.path}; or `--rebuild`" in verdict.means


def test_lines_may_break_elsewhere() -> None:
    """Lines that break or are hyphenated elsewhere say the same; another figure does not."""
    was = ["Call us at 38.0 degrees, day and", "night. A bro\ufffe", "ther too.", "• "]
    now = ["Call us at 38.0", "degrees, day and night.", "A brother", "too."]
    assert not said_differently(was, now, "")
    changed = said_differently(was, [line.replace("38.0", "39.0") for line in now], "")
    assert changed.was == (was[0],)
    assert changed.now == ("Call us at 39.0",)


def test_only_who_and_when_may_differ() -> None:
    """Names and days of a review are excused; what stands around them is not."""
    words = "head\nReviewed by {reviewers} on {reviewed_on}. Not advice. Also in: {languages}.\n"
    was = ["Reviewed by Example Reviewer on", "1 May 2026. Not advice. Also in: English."]
    now = ["Reviewed by Example Person on 2 May 2027.", "Not advice. Also in: English and Dutch."]
    assert not said_differently(was, now, words)
    assert said_differently(was, [now[0], "Good advice."], words)
    assert said_differently(was, now, "")


def test_words_are_told_as_they_stand_on_a_page() -> None:
    """What is no text of a page is left out of canonical words: drawings, variants, links."""
    words = (
        "IL-P1, x, en, for parents\n[A baby]\n**Call** us\n"
        "See here <https://example.org> (Site (example.org))\n"
        "By day\n{phone_day}\nfoot: Page 1\nwith {phone_day}: Call {phone_day}\ndrawing a.svg: 00\n"
    )
    assert lines_of_words(words) == ["Call us", "See here"]


def test_codes_are_found_in_lines() -> None:
    """A code is found wherever it stands in a line, and nothing else passes for one."""
    lines = ["IL-P1 · es · v0.1 · 3fa92c-7be1 Page 1", "xIL-C1 · pt-BR · v1.20 · 000000 y", "IL-P1"]
    assert codes_in(lines) == {"IL-P1 · es · v0.1 · 3fa92c-7be1", "IL-C1 · pt-BR · v1.20 · 000000"}
    assert codes_in(["IL-P1 · es · v0.1 · 3fa92", "IL-P1 · es · v0.1 · 3fa92cc"]) == set()


# ── Forgeries ──────────────────────────────────────────────────────────────────────────────────


def forged_pages(genuine: bytes, lines: list[str], **changed: object) -> bytes:
    """Give a file that says other words under a genuine record, made and sealed anew."""
    told = json.loads(read_record(genuine).as_text()) | {"made_from": FRESH} | changed
    record = Provenance.model_validate_json(json.dumps(told)).as_text()
    stream_of_record = _PACKED.search(genuine)
    assert stream_of_record is not None
    start, end = stream_of_record.end(), stream_of_record.end() + int(stream_of_record[1])
    xmp = zlib.decompress(genuine[start:end])
    xmp = xmp.replace(read_record(genuine).as_text().encode(), record.encode())
    packed = zlib.compress(xmp, 9)
    metadata = b"<</Type /Metadata/Subtype /XML/Filter /FlateDecode/Length %d>>\nstream\n%b" % (
        len(packed),
        packed + b"\nendstream",
    )
    said = b"".join(
        b"(%b) Tj T* " % re.sub(rb"([()\\])", rb"\\\1", line.encode("cp1252", "replace"))
        for line in lines
    )
    text = b"BT /F 8 Tf 9 TL 40 820 Td " + said + b"ET"
    font = FONT.replace(b">>", b"/Encoding/WinAnsiEncoding>>")
    catalog = CATALOG.replace(b">>", b"/Metadata 6 0 R>>")
    content = pdf_of(catalog, PAGES, PAGE, stream(zlib.compress(text)), font, metadata)
    ids = b"/ID [<%b> <%b>]>>\nstartxref" % (FRESH[:32].encode(), b"0" * 32)
    content = content.replace(b">>\nstartxref", ids)
    assert is_sealed(resealed(content), FRESH)
    return resealed(content)


def genuine_lines(content: bytes) -> list[str]:
    """Give the lines of a file of ours."""
    return [line.replace("\ufffe", "-") for line in read_foreign(content).lines if line]


def swapped(lines: list[str]) -> list[str]:
    """Let two lines change places."""
    one, other = lines.index("Genetic service"), lines.index("receives from a parent")
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def with_words(old: str, new: str) -> Callable[[list[str]], list[str]]:
    """Change words in a line."""

    def change_line(lines: list[str]) -> list[str]:
        assert any(old in line for line in lines)
        return [line.replace(old, new) for line in lines]

    return change_line


FORGERIES: list[tuple[Callable[[list[str]], list[str]], str, str]] = [
    (lambda lines: lines, "not proven", "somebody may have changed what one sees"),
    (lambda _: ["Give your baby two aspirin."], "altered", "Give your baby two aspirin"),
    (swapped, "altered", "'Genetic service'"),
    (lambda lines: [*lines, "Give aspirin."], "altered", "Give aspirin"),
    (lambda lines: lines[:-9], "altered", "missing"),
    (lambda lines: [*lines[:9], "IL-S2", *lines[9:]], "altered", "'IL-S2'"),
    (with_words("Page 1 of 2", "Page 1 of 2 Give aspirin"), "altered", "Give aspirin"),
    (with_words("Nederlands", "Nederlands, aspirin and wait a week"), "altered", "aspirin"),
    (with_words("Nederlands", "fever is harmless, wait"), "altered", "harmless"),
    (with_words("Nederlands", ""), "not proven", "what one sees"),
    (with_words("Example Parent", "Doctor Somebody"), "altered", "Doctor Somebody"),
    (with_words(f"{NEXT_REVIEW:%B} 1, 2028", f"{NEXT_REVIEW:%B} 1, 2098"), "altered", "2098"),
    (with_words("Trouble breathing", "No trouble breathing"), "altered", "No trouble"),
]


@pytest.mark.parametrize("was", ["built", "never built"])
def test_nothing_passes_that_is_not_ours(was: str, root: Path) -> None:
    """Other words, more, another order, other names or days: altered; the same: not proven.

    Whether the project was built does not matter.
    """
    genuine = (root / "output" / EN.path).read_bytes()
    lines = genuine_lines(genuine)
    if was == "never built":
        shutil.rmtree(root / "output")
    forged = root / "forged.pdf"
    with Verifier(KnownCodes.of(root, DAY)) as verifier:
        for forge, state, means in FORGERIES:
            forged.write_bytes(forged_pages(genuine, forge([*lines])))
            verdict = verifier.file(forged)
            assert (verdict.state, verdict.proof) == (state, ""), verdict
            assert means in verdict.means


@pytest.mark.parametrize(
    ("lines", "state"),
    [(["Give your baby two aspirin."], "altered"), ([], "altered"), (None, "altered")],
)
def test_a_record_that_says_draft_is_compared_as_well(
    lines: list[str] | None, state: str, root: Path
) -> None:
    """That a forged file says it is a draft, where ours is a release, hides nothing."""
    genuine = (root / "output" / EN.path).read_bytes()
    said = genuine_lines(genuine) if lines is None else lines
    forged = root / "forged.pdf"
    forged.write_bytes(forged_pages(genuine, said, state="draft"))
    assert judged(root, forged).state == state


def test_what_a_file_says_it_was_made_from_is_worked_out(root: Path, kept: Path) -> None:
    """A manifest that vouches for a forged file does not help it: `made_from` is not believed."""
    genuine = (root / "output" / EN.path).read_bytes()
    forged = forged_pages(genuine, genuine_lines(genuine))
    manifest = Manifest.read(root / "output")
    (kept / EN.path).write_bytes(forged)
    (root / "output" / EN.path).write_bytes(forged)
    sum_ = hashlib.sha256(forged).hexdigest()
    manifest.editions = [
        replace(record, digest=FRESH, sha256=sum_) if record.path == str(EN.path) else record
        for record in manifest.editions
    ]
    manifest.write()
    for path in (kept / EN.path, root / "output" / EN.path):
        assert judged(root, path).state == "not proven"


def test_a_project_that_was_never_built_proves_its_files(root: Path, kept: Path) -> None:
    """What is not in output/ is made here and now, and its bytes are compared."""
    shutil.rmtree(root / "output")
    for edition in (EN, NL):
        verdict = judged(root, kept / edition.path)
        assert (verdict.state, verdict.proof) == ("current", "built here"), verdict


def test_the_whole_digest_of_a_clinic_counts(root: Path, kept: Path) -> None:
    """A clinic with other numbers is another one, however much its digest begins alike."""
    content = (kept / CLINIC_EN.path).read_bytes()
    record = read_record(content)
    assert record.clinic is not None
    digest = record.clinic.digest
    last = "1" if digest.endswith("0") else "0"
    for other in (digest[:4] + "0" * 60, digest[:32] + "0" * 32, digest[:-1] + last):
        told = {"id": "example", "digest": other}
        (kept / CLINIC_EN.path).write_bytes(
            forged_pages(content, genuine_lines(content), clinic=told)
        )
        verdict = judged(root, kept / CLINIC_EN.path)
        assert verdict.state == "superseded", other


def test_words_without_end_are_compared_soon(released: Path) -> None:
    """However many lines a file has, and however alike, comparing them takes few steps."""
    known = KnownCodes.of(released, DAY)
    genuine = (released / "output" / EN.path).read_bytes()
    record = read_record(genuine)
    job = known.job(record, draft=False)
    assert job is not None
    lines = ["Q"] * 50_000 + ["Reviewed by Q." * 310] * 40
    same = says_the_same(
        lines, genuine_lines(genuine), record.code, job.words.text, known.later(job)
    )
    assert same == "Q"
    different = said_differently(lines, genuine_lines(genuine), job.words.text)
    assert len(different.was) <= MOST_LINES


# ── Codes typed from paper ─────────────────────────────────────────────────────────────────────


def code_of(root: Path, edition: Edition) -> str:
    """Give the code of an edition that was built."""
    return read_record((root / "output" / edition.path).read_bytes()).code


def judged_code(root: Path, typed: str, day: dt.date = DAY) -> Verdict:
    """Judge what somebody typed."""
    code = read_code(typed)
    assert code is not None
    return Verifier(KnownCodes.of(root, day)).code(code)


def test_typed_codes(root: Path, kept: Path) -> None:
    """A typed code gets the same answer as the file: current, expired, superseded, withdrawn."""
    dutch, english, clinic = (code_of(root, edition) for edition in (NL, EN, CLINIC_EN))
    assert judged_code(root, dutch.lower().replace(" · ", " ")).state == "current"
    assert judged_code(root, clinic).state == "current"
    assert judged_code(root, english, NEXT_REVIEW + dt.timedelta(days=1)).state == "expired"
    other_words(root, kept)
    verdict = judged_code(root, dutch)
    assert verdict.state == "superseded"
    assert any("vlekken" in item.now for item in verdict.changes)
    other_numbers(root, kept)
    verdict = judged_code(root, clinic)
    assert verdict.state == "superseded"
    assert "name or numbers changed" in verdict.means
    withdrawn_for_all(root, kept)
    assert judged_code(root, english).state == "withdrawn"
    assert judged_code(root, clinic).state == "withdrawn"


def test_a_mistyped_code_is_unknown_and_the_right_one_told(root: Path) -> None:
    """A code that no edition ever had is unknown; those that may be meant are told."""
    code = code_of(root, EN)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    verdict = judged_code(root, wrong)
    assert verdict.state == "unknown"
    assert code in verdict.near
    assert judged_code(root, "XX-P9 en v0.1 000000").state == "unknown"


def test_a_code_with_a_page_of_its_own_is_known(root: Path, kept: Path) -> None:
    """A code whose page lies in output/verify/ was printed once: superseded, never unknown."""
    of_a_stranger(root, kept)
    old = read_record((kept / NL.path).read_bytes())
    assert judged_code(root, old.code).state == "unknown"
    page = root / "output/verify" / f"{old.edition_code.as_name}.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text("", "utf-8")
    assert judged_code(root, old.code).state == "superseded"
    assert judged(root, kept / NL.path).state == "superseded"


def test_a_leaflet_no_longer_made_is_superseded(root: Path, kept: Path) -> None:
    """Its signed words are still known: it is superseded, and nothing takes its place."""
    change(root, ENGLISH, "code: IL-S2", "code: IL-S3")
    verdict = judged(root, kept / NL.path)
    assert verdict.state == "superseded"
    assert "no longer made" in verdict.means


def test_six_equal_digits_are_not_enough(released: Path) -> None:
    """A file whose words only begin with the same digits is not the current edition."""
    known = KnownCodes.of(released, DAY)
    record = read_record((released / "output" / NL.path).read_bytes())
    assert known.worth(record.edition_code, record.words).standing == "current"
    other = record.words[:6] + "0" * 58
    assert known.worth(record.edition_code, other).standing != "current"


def test_signed_words_that_were_changed_prove_nothing(root: Path, kept: Path) -> None:
    """A file in signed/ whose digest is another makes no code known."""
    (words,) = root.glob("locales/nl/signed/*.txt")
    other_words(root, kept)
    (root / "locales/nl/signoff.yaml").unlink()
    shutil.rmtree(root / "output/verify")
    assert judged(root, kept / NL.path).state == "superseded"
    words.write_text(words.read_text("utf-8") + "more\n", "utf-8")
    assert judged(root, kept / NL.path).state == "unknown"


# ── The command ────────────────────────────────────────────────────────────────────────────────


def test_the_command_tells_each_file_and_the_sum(root: Path, kept: Path) -> None:
    """One line a file, what changed below it, a sum at the end; 1 as not all are current."""
    other_words(root, kept)
    done = verify(root, "verify", str(kept))
    assert done.stderr == ""
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    for edition, state in ((EN, "current"), (NL, "superseded"), (CLINIC_EN, "current")):
        assert any(line.startswith(f"{kept / edition.path}: {state}: ") for line in lines)
    assert any(line.startswith("  was: ") and "plekken" in line for line in lines)
    assert re.fullmatch(r"8 in all, in \d+\.\d s: 4 current, 4 superseded\.", lines[-1])


def test_the_command_is_silent_of_sums_for_one(released: Path) -> None:
    """One good file is one line, and 0."""
    path = released / "output" / EN.path
    done = verify(released, "verify", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(rf"{path}: current: {_CODE.pattern}, .*given out\.\n", done.stdout)


def test_the_command_speaks_to_programs(released: Path, tmp_path: Path) -> None:
    """--json prints one document with every verdict and the counts."""
    (tmp_path / "no.pdf").write_text("no")
    code = code_of(released, CLINIC_EN)
    given = [str(released / "output" / EN.path), str(tmp_path / "no.pdf"), code]
    done = verify(released, "verify", "--json", *given)
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert [item["state"] for item in told["verified"]] == ["current", "unknown", "current"]
    assert [item["proof"] for item in told["verified"]] == ["built here", "", ""]
    assert told["all_good"] is False
    assert told["verified"][2]["what"] == code
    assert told["counts"]["current"] == 2
    assert set(told["counts"]) == set(verifying.STATES)


@pytest.mark.parametrize("ways", ["one word", "words", "two codes"])
def test_codes_may_be_typed_in_words(ways: str, released: Path) -> None:
    """A code is understood quoted or not, alone or beside others."""
    code = code_of(released, EN)
    given = {
        "one word": [code],
        "words": code.split(" "),
        "two codes": [code.replace(" ", ""), code_of(released, NL)],
    }[ways]
    done = verify(released, "verify", *given)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(re.findall("current: ", done.stdout)) == (2 if ways == "two codes" else 1)


@pytest.mark.parametrize(
    "given", [[], ["nothing.pdf"], ["IL-P1 es 3fa92c"], ["--bogus"], ["a\x1b[2J"]]
)
def test_wrong_usage_is_2(given: list[str], released: Path) -> None:
    """What is neither a file nor a code is wrong usage, told without a traceback."""
    done = verify(released, "verify", *given)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_what_is_there_as_a_path_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file or folder that is called like a code is opened; nothing else is taken for a path."""
    monkeypatch.chdir(tmp_path)
    name = "IL-S2-en-v0.1-6c4af9"
    code = read_code(name)
    assert code is not None
    words = ("IL-S2", "en", "v0.1", "6c4af9")
    assert _wanted((name,)) == _wanted(words) == _wanted((f"{name}.",)) == [code]
    for missing in (f"{name}/", f"./{name}", f"../{name}", f"{name}.pdf", "nothing"):
        with pytest.raises(click.UsageError, match="is no file"):
            _wanted((missing,))
    (tmp_path / name).mkdir()
    assert _wanted((name,)) == [Path(name)]
    assert _wanted((f"{name}/", f"./{name}")) == [Path(name), Path(name)]
    assert _wanted((str(code), name)) == [code, Path(name)]
    (tmp_path / str(code)).write_bytes(b"")
    assert _wanted((str(code),)) == [Path(str(code))]
    (tmp_path / "en").write_bytes(b"")
    with pytest.raises(click.UsageError, match='"IL-S2" is no file'):
        _wanted(words)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_json_comes_in_pieces_and_is_whole(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Each verdict is printed as soon as it is there, and all together are one document."""
    teller = _JsonTeller()
    said = ""
    for number in range(count):
        teller.tell(f"{number}.pdf", Verdict("not looked at" if number else "current", "x."))
        piece = capsys.readouterr().out
        assert f'"{number}.pdf"' in piece
        said += piece
    teller.end(_Clock(lambda: 0.0))
    told = json.loads(said + capsys.readouterr().out)
    assert [item["what"] for item in told["verified"]] == [f"{n}.pdf" for n in range(count)]
    assert sum(told["counts"].values()) == count
    assert set(told["counts"]) == set(verifying.STATES)
    assert told["all_good"] is teller.all_good is (count == 1)


def test_verifying_writes_nothing(root: Path, kept: Path) -> None:
    """Neither the project nor the files are touched."""
    saved_anew(root, kept)
    verify(root, "verify", str(kept))  # Compiled modules may appear on the first run.

    def state(folder: Path) -> dict[str, tuple[int, int]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.stat().st_size)
            for path in sorted(folder.rglob("*"))
            if not path.is_symlink()  # Fonts that other tests may cut are lent.
        }

    before = state(root), state(kept)
    assert verify(root, "verify", str(kept)).returncode == 1
    assert (state(root), state(kept)) == before


def test_equal_files_are_judged_once(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand copies of a file cost one judgement."""
    path = released / "output" / EN.path
    with Verifier(KnownCodes.of(released, DAY)) as verifier:
        first = verifier.file(path)
        monkeypatch.setattr(verifying, "read_record", None)
        assert verifier.file(path) is first


# ── Hostile files ──────────────────────────────────────────────────────────────────────────────


def pdf_of(*objects: bytes) -> bytes:
    """Give a PDF made of objects; the first is its catalog."""
    content, places = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return content + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def stream(content: bytes) -> bytes:
    """Give a stream object."""
    return b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(content), content)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def hostile() -> Iterator[tuple[str, bytes]]:
    """Give files that mean harm, beside those that fuzzing keeps."""
    text = b"BT /F 9 Tf " + b"(aaaaaaaaaa) Tj " * 1_500_000 + b" ET"
    yield "deflate bomb", pdf_of(CATALOG, PAGES, PAGE, stream(zlib.compress(text, 9)), FONT)
    yield "blanks", b"%PDF-1.7\n" + b" " * (MOST_BYTES - 100)
    yield "packets", b"%PDF-1.7\n" + b"<?xpacket begin=" * 1_000_000
    yield "too large", b"%PDF-1.7\n" + b" " * MOST_BYTES


def test_hostile_files_are_unknown(released: Path, tmp_path: Path) -> None:
    """Bombs, rings, endless blanks: each is answered, soon, and none in this process's memory."""
    with Verifier(KnownCodes.of(released, DAY)) as verifier:
        for name, content in hostile():
            if not WHOLE and name in ("packets", "deflate bomb"):
                continue
            path = tmp_path / f"{name}.pdf"
            path.write_bytes(content)
            verdict = verifier.file(path)
            too_large = name == "too large"
            assert verdict.state == ("not looked at" if too_large else "unknown"), (name, verdict)
            assert verdict.means.endswith(".")
            assert ("larger than 20 MB" in verdict.means) is too_large


def test_hostile_pdfs_are_unknown(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hostile PDF that was ever kept is a file that nobody knows, whatever was before it."""
    opened: list[int] = []
    read = PdfReaders.read

    def counted(self: PdfReaders, content: bytes) -> foreign_pdf.ForeignPdf:
        opened.append(len(content))
        return read(self, content)

    monkeypatch.setattr(PdfReaders, "read", counted)
    # One of our own is kept among them, to be spoiled.
    hostile = [path for path in sorted(pdfs.SEEDS.glob("*.pdf")) if path.stem != "an-edition"]
    with Verifier(KnownCodes.of(released, DAY)) as verifier:
        judged = list(verifier.files(hostile))
    assert [path for path, _ in judged] == hostile
    for path, verdict in judged:
        assert (verdict.state, verdict.code) == ("unknown", ""), (path, verdict)
        assert verdict.means.endswith(".")
    assert len(opened) > 40


@pytest.mark.slow
@pytest.mark.parametrize("name", pdfs.LARGE)
def test_large_hostile_pdfs_are_unknown(name: str, released: Path, tmp_path: Path) -> None:
    """Those too large to keep are given up, or, by their size, not looked at at all."""
    path = tmp_path / "large.pdf"
    path.write_bytes(pdfs.LARGE[name]())
    too_large = path.stat().st_size > MOST_BYTES
    assert judged(released, path).state == ("not looked at" if too_large else "unknown")


def test_a_file_that_never_ends_is_given_up() -> None:
    """The clock ends what the limits of the system do not."""
    with pytest.raises(UnreadableError, match="too long"):
        read_foreign(b"%PDF-1.7", seconds=0.01)
    assert foreign_pdf.SECONDS <= 20


LIAR = """
import os
length = int.from_bytes(os.read(0, 8), "big")
said = {said!r}.encode()
os.write(1, ({length}).to_bytes(8, "big") + said)
"""


@pytest.mark.parametrize(
    ("said", "more", "why"),
    [
        ("[]", 0, "cannot be read"),
        ("{}", 0, "cannot be read"),
        ('{"pages": "x", "keywords": ""}', 0, "cannot be read"),
        ('{"pages": [1]}', 0, "cannot be read"),
        ("x" * 99, 0, "cannot be read"),
        ("x", 1, "broken"),
        ("", 8_000_001, "broken"),
        ("", 2**63, "broken"),
    ],
)
def test_a_reader_that_lies_is_not_believed(
    said: str, more: int, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the other process writes must have the right shape and size."""
    liar = tmp_path / "liar.py"
    liar.write_text(LIAR.format(said=said, length=len(said) + more))
    monkeypatch.setattr(foreign_pdf, "_READER", liar)
    with pytest.raises(UnreadableError, match=why):
        read_foreign(b"")


def test_another_process_follows_one_that_breaks(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that ends the process that reads it, or stops it, costs no other file its words."""
    content = (released / "output" / EN.path).read_bytes()
    program = tmp_path / "program.py"
    program.write_text(
        "import os, sys, time; sys.path.insert(0, sys.argv[0].rpartition('/')[0])\n"
        f"sys.path.insert(0, {str(Path(foreign_pdf.__file__).parent)!r}); import pdf_reader\n"
        "read = pdf_reader.read\n"
        "def strange(content):\n"
        "    if content == b'ends': os._exit(3)\n"
        "    if content == b'stops': time.sleep(600)\n"
        "    return read(content)\n"
        "pdf_reader.read = strange\n"
        "pdf_reader.run()\n"
    )
    monkeypatch.setattr(foreign_pdf, "_READER", program)
    monkeypatch.setattr(foreign_pdf, "MOST_FILES", 2)
    with PdfReaders(1) as readers:
        lines = readers.read(content).lines
        for spoiled, why in ((b"ends", "broken"), (b"stops", "too long"), (b"no PDF", "broken")):
            with pytest.raises(UnreadableError, match=why):
                readers.read(spoiled, seconds=0.5 if spoiled == b"stops" else None)
            assert readers.read(content).lines == lines


@posix_only
def test_the_reader_has_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that opens PDFs may take neither much memory nor time, nor write a file."""
    import sys

    from leafletry.verifying import pdf_reader

    probe = tmp_path / "probe.py"
    folder = Path(pdf_reader.__file__).parent
    probe.write_text(
        f"import resource, sys; sys.path.insert(0, {str(folder)!r}); import pdf_reader\n"
        "names = ['RLIMIT_CPU', 'RLIMIT_FSIZE', 'RLIMIT_CORE', 'RLIMIT_AS']\n"
        "def read(content):\n"
        "    said = [str(resource.getrlimit(getattr(resource, name))) for name in names]\n"
        "    return {'pages': said, 'keywords': ''}\n"
        "pdf_reader.read = read\n"
        "pdf_reader.run()\n"
    )
    monkeypatch.setattr(foreign_pdf, "_READER", probe)
    cpu, size, core, memory = read_foreign(b"").pages
    assert 5 <= int(cpu.strip("()").partition(",")[0]) < 30
    assert (size, core) == ("(0, 0)", "(0, 0)")
    if sys.platform == "linux":
        assert memory == "(1500000000, 1500000000)"


@posix_only
def test_what_is_not_looked_at_is_named(released: Path, tmp_path: Path) -> None:
    """Pipes, devices, links, what is too deep: none is opened or followed, each is named; 1."""
    good = released / "output" / EN.path
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "link.pdf").symlink_to(good)
    (tmp_path / "ring").symlink_to(tmp_path)
    (tmp_path / "broken.pdf").symlink_to("nowhere")
    (tmp_path / "notes").symlink_to(released / "requirements.lock")
    (tmp_path / "notes.txt").write_text("nothing of ours")
    shutil.copy(good, tmp_path / "good.PDF")
    tmp_path.joinpath(*["d"] * 70).mkdir(parents=True)
    done = verify(released, "verify", str(tmp_path), "/dev/zero", "/dev/tty")
    assert (done.returncode, done.stderr) == (1, "")
    *lines, last = done.stdout.splitlines()
    said = {line.removeprefix(f"{tmp_path}/").partition(": ")[0]: line for line in lines}
    left_out = {name: line for name, line in said.items() if ": not looked at: " in line}
    (too_deep,) = (name for name in left_out if name.endswith("/d"))
    assert too_deep == "/".join(["d"] * 60)
    names = {"pipe.pdf", "link.pdf", "ring", "broken.pdf", "/dev/zero", "/dev/tty", too_deep}
    assert left_out.keys() == names
    assert ": current: " in said["good.PDF"]
    assert last.endswith(": 1 current, 7 not looked at.")


@posix_only
def test_what_may_not_be_read_is_named(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder or a file that the system keeps closed is no reason to call the rest good."""
    good = tmp_path / "good.pdf"
    shutil.copy(released / "output" / EN.path, good)
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def closed(path: Path) -> Any:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    with monkeypatch.context() as patch:
        patch.setattr("os.scandir", closed)
        found = list(given_files.pdfs_below(tmp_path))
    assert found == [
        good,
        LeftOut(tmp_path / "closed", "the folder cannot be read: Permission denied"),
    ]

    def dark(*_: object) -> bytes:
        raise given_files.NotReadableError("it cannot be read")

    monkeypatch.setattr(verifying, "read_given", dark)
    with Verifier(KnownCodes.of(released, DAY)) as verifier:
        judged = list(verifier.files(found))
    assert [verdict.state for _, verdict in judged] == ["not looked at"] * 2
    assert judged[0][1].means == "it cannot be read."


def test_too_many_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is a limit, what lies behind it is named."""
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.pdf").write_bytes(b"")
    monkeypatch.setattr(given_files, "MOST_FOUND", 4)
    found = list(given_files.pdfs_below(tmp_path))
    assert found[0] == tmp_path / "a/one.pdf"
    assert [one.path.name for one in found[1:] if isinstance(one, LeftOut)] == ["a", "b", "c"]


@posix_only
def test_names_reach_the_terminal_harmless(released: Path, tmp_path: Path) -> None:
    """Names with line ends, escape codes or bytes that are no text are shown as one plain line."""
    for name in (
        b"a\nb: current: fine.pdf",
        b"\x1b[2J\x1b[31m.pdf",
        b"\xff\xfe.pdf",
        b"\xe2\x80\xae.pdf",
    ):
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_bytes(b"no")  # noqa: PTH118
    done = verify(released, "verify", str(tmp_path))
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 5
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    told = verify(released, "verify", "--json", str(tmp_path))
    assert json.loads(told.stdout)["counts"]["unknown"] == 4
    assert "\x1b" not in told.stdout


def test_a_hostile_record_never_reaches_the_terminal(released: Path, tmp_path: Path) -> None:
    """Words on hostile pages are shown as plain lines, cut off."""
    words = b"BT /F 9 Tf (IL-S2 \xb7 en \xb7 v0.1 \xb7 000000 \x1b[31mred) Tj ET"
    font = FONT.replace(b">>", b"/Encoding/WinAnsiEncoding>>")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of(CATALOG, PAGES, PAGE, stream(zlib.compress(words)), font))
    done = verify(released, "verify", str(path))
    assert done.returncode == 1
    assert "unknown: IL-S2 · en · v0.1 · 000000" in done.stdout
    assert "\x1b" not in done.stdout


def test_thousands_of_files_are_judged(released: Path, tmp_path: Path) -> None:
    """A folder of thousands goes through, each file different, and the rate is told."""
    content = (released / "output" / EN.path).read_bytes()
    for number in range(600):
        (tmp_path / f"{number}.pdf").write_bytes(content + b"%d" % number)
    done = verify(released, "verify", str(tmp_path))
    assert re.search(r"600 in all, in \d+\.\d s, \d+ a second: 600 altered\.\n$", done.stdout)


def test_progress_is_told_aside() -> None:
    """Of many files it is said every few seconds how far it is; of few, nothing."""
    times = iter(range(1_000))
    clock = _Clock(lambda: float(next(times)))
    told = [clock.tick() for _ in range(120)]
    said = [line for line in told if line]
    assert set(told[:99]) == {""}
    assert said[0] == "100 looked at in 100 s, and more to come"
    assert len(said) == 5
