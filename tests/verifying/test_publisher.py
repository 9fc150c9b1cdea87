"""Who publishes signs what is given out; everybody can check by whom."""

import datetime as dt
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from signed import sign as sign_off
from small_release import (
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

from leafletry.content.publishers import (
    FILE,
    Publisher,
    add_publisher,
    fault_of_name,
    key_text,
    read_publishers,
)
from leafletry.editions.edition import SIGNATURE
from leafletry.reading.problems import ProblemsFoundError
from leafletry.verifying import publishing
from leafletry.verifying.given_files import read_given
from leafletry.verifying.known_codes import KnownCodes
from leafletry.verifying.private_key import (
    KeyRefusedError,
    PasswordNeededError,
    new_key,
    public_half,
    read_key,
)
from leafletry.verifying.publishing import publisher_of, sign_releases
from leafletry.verifying.signatures import MOST_BYTES, check, number_of, sign

__all__ = ["kept", "released", "root"]

pytestmark = pytest.mark.usefixtures("press_here")
posix_only = pytest.mark.skipif(os.name == "nt", reason="has neither such modes nor links")
TRUST = "Example Trust"
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
DUTCH = "locales/nl/LC_MESSAGES/messages.po"
DUTCH_WORDS = ("blauwe plekken", "blauwe vlekken")

# Made by minisign 0.11.
OF_MINISIGN = Publisher(
    name="minisign",
    key="RWQJaaa+MOEX2NFlZbk3Vz5vj5ugXa5Wj0GLH4TWL287la7xA1bWbdnS",
    since=DAY,
)
BY_MINISIGN = b"""untrusted comment: signature from minisign secret key
RUQJaaa+MOEX2E/WTcS3MHXGG+GtzGrAR7HpBScM+m5NyDw/gdmRxpSFhhsVElsGr4CjtBwMBFiwFZt88OWTr0PB1KWkvpSgRQA=
trusted comment: made by minisign itself
3aQfcyAY+ZAYspA2Mf2EksfpHtSwia75xDGEMeOUcy65c/uSas2TIkO5Fogzmv2Xj98OIZ/X540SxqVA1t4hBw==
"""


def publisher(root: Path, folder: Path, name: str = TRUST) -> tuple[Path, Publisher]:
    """Give a new publisher of a project, and the file with their key."""
    path = folder / f"{name}.key"
    public = new_key(path, root)
    one = Publisher(name=name, key=key_text(number_of(public), public), since=DAY)
    add_publisher(root, one)
    return path, one


def sign_all(root: Path, key: Path) -> dict[str, str]:
    """Sign what is released in a project, and give what became of each file."""
    private = read_key(key)
    whose = publisher_of(root, private)
    assert whose is not None
    done = sign_releases(KnownCodes.of(root, DAY), private, whose, NOW)
    return {signed.path: signed.outcome for signed in done}


@pytest.fixture(scope="module")
def published(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project in which everything released was signed, and the key; for tests to copy."""
    folder = tmp_path_factory.mktemp("published")
    root = Path(shutil.copytree(released, folder / "project"))
    key, _ = publisher(root, folder)
    done = sign_all(root, key)
    assert set(done.values()) == {"signed"}
    assert len(done) == 4
    return root, key


@pytest.fixture
def mine(published: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of that project, for a test to change."""
    return Path(shutil.copytree(published[0], tmp_path / "mine"))


def beside(path: Path) -> Path:
    """Give the file with a PDF's signature."""
    return path.with_name(path.name + SIGNATURE)


# ── Keys ───────────────────────────────────────────────────────────────────────────────────────


def test_a_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    """A new key lies in a file that nobody else may read; its public half is all others get."""
    path = tmp_path / "settings" / "publisher.key"
    public = new_key(path, tmp_path / "project")
    assert public_half(read_key(path)) == public
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        path.chmod(0o640)
        with pytest.raises(KeyRefusedError, match="can be read by others"):
            read_key(path)


@posix_only
def test_a_key_never_lies_in_the_project(tmp_path: Path) -> None:
    """Not by its name, not by a link, not by a way around: nothing is written then."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    (project / "leaflets").mkdir(parents=True)
    elsewhere.mkdir()
    (elsewhere / "link").symlink_to(project)
    for path in (
        project / "a.key",
        project / "new" / "a.key",
        elsewhere / "link" / "leaflets" / "a.key",
        elsewhere / ".." / "project" / "a.key",
    ):
        with pytest.raises(KeyRefusedError, match="lies in the project"):
            new_key(path, project)
    assert [path.name for path in project.rglob("*")] == ["leaflets"]


def test_no_key_takes_the_place_of_a_file(tmp_path: Path) -> None:
    """What lies where the key should go stays as it is."""
    path = tmp_path / "a.key"
    path.write_text("my thesis")
    with pytest.raises(KeyRefusedError, match="is there already"):
        new_key(path, tmp_path / "project")
    assert path.read_text() == "my thesis"


def test_a_key_may_have_a_password(tmp_path: Path) -> None:
    """Without its password, or with another, it does not open."""
    path = tmp_path / "a.key"
    public = new_key(path, tmp_path / "project", "Kuchen")
    for wrong in (None, "kuchen"):
        with pytest.raises(PasswordNeededError):
            read_key(path, wrong)
    assert public_half(read_key(path, "Kuchen")) == public


@pytest.mark.parametrize(
    "content", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_told(content: str, tmp_path: Path) -> None:
    """Anything else in its place is refused in words."""
    path = tmp_path / "a.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyRefusedError, match="is no key that"):
        read_key(path)
    with pytest.raises(KeyRefusedError, match="there is no key at"):
        read_key(tmp_path / "b.key")


# ── Who publishes ──────────────────────────────────────────────────────────────────────────────


def test_publishers_read_back_as_written(tmp_path: Path) -> None:
    """Whatever a name may hold, the file says it exactly, and the first stays before the second."""
    names = ['O\'Hara "&" Hijos # 1: é', "東京小児がん基金"]
    for name in names:
        publisher(tmp_path / "project", tmp_path, name)
    assert [one.name for one in read_publishers(tmp_path / "project")] == names


@pytest.mark.parametrize("name", ["", " ", "a\nb", " a", "a" * 91, "a\u202eb"])
def test_names_are_plain(name: str) -> None:
    """A name that misleads is refused, by hand and by command."""
    assert fault_of_name(name)
    with pytest.raises(ValueError, match="name"):
        Publisher(name=name, key=OF_MINISIGN.key, since=DAY)


@pytest.mark.parametrize(
    "content",
    [
        "publishers: [",
        "publishers:\n  - name: A\n    key: RWQ\n    since: 2026-01-01\n",
        "publishers:\n  - name: A\n    since: 2026-01-01\n",
        "publishers:\n"
        + 2 * f'  - name: "A"\n    key: "{OF_MINISIGN.key}"\n    since: 2026-01-01\n',
    ],
)
def test_a_broken_list_is_left_alone(content: str, tmp_path: Path) -> None:
    """A list that cannot be read, or has one key twice, is told, and never written over."""
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ProblemsFoundError, match=FILE):
        add_publisher(tmp_path, OF_MINISIGN)
    assert (tmp_path / FILE).read_text() == content


# ── Signatures ─────────────────────────────────────────────────────────────────────────────────


def test_minisigns_own_signatures_are_good() -> None:
    """What minisign signed is signed, to the last letter of its comment."""
    found = check(b"leaflet", BY_MINISIGN, [OF_MINISIGN])
    assert (found.outcome, found.name) == ("good", "minisign")
    for spoiled in (
        BY_MINISIGN.replace(b"made by", b"Made by"),
        BY_MINISIGN.replace(b"trusted comment: m", b"trusted comment: \x00m"),
        BY_MINISIGN.replace(b"untrusted comment", b"trusted comment"),
        BY_MINISIGN[:-9],
        BY_MINISIGN + b"\n",
        BY_MINISIGN * 2,
        BY_MINISIGN + b" " * MOST_BYTES,
        b"",
        b"\xff" * 99,
    ):
        assert check(b"leaflet", spoiled, [OF_MINISIGN]).outcome == "bad", spoiled
    assert check(b"Leaflet", BY_MINISIGN, [OF_MINISIGN]).outcome == "bad"
    assert check(b"leaflet", BY_MINISIGN, []).outcome == "stranger"


def test_every_byte_of_a_signature_counts(tmp_path: Path) -> None:
    """Any changed byte makes it bad, or nobody's; but for the comment that says it is untrusted."""
    key, one = publisher(tmp_path / "project", tmp_path)
    whole = sign(b"leaflet", read_key(key), one.number, "edition:IL-P1")
    assert check(b"leaflet", whole, [one]).outcome == "good"
    for at in range(whole.index(b"\n") + 1, len(whole) - 1):
        changed = bytearray(whole)
        changed[at] ^= 1
        assert check(b"leaflet", bytes(changed), [one]).outcome != "good", at


def test_what_is_released_is_signed(mine: Path, published: tuple[Path, Path]) -> None:
    """Each release gets a signature beside it; a second time nothing is done."""
    _, key = published
    for edition in (EN, NL, CLINIC_EN):
        verdict = judged(mine, mine / "output" / edition.path)
        assert (verdict.state, verdict.signed_by) == ("current", TRUST)
        assert f"Signed by {TRUST} (key " in verdict.means
    before = beside(mine / "output" / EN.path).read_bytes()
    public = list(mine.glob("output/public/**/*.pdf"))
    assert public
    assert {judged(mine, path).signed_by for path in public} == {TRUST}
    assert set(sign_all(mine, key).values()) == {"signed before"}
    assert beside(mine / "output" / EN.path).read_bytes() == before


Spoil = Callable[[Path], None]


def changed_file(path: Path) -> None:
    """Add a byte to the file."""
    path.write_bytes(path.read_bytes() + b"\n")


def of_another(path: Path) -> None:
    """Put the signature of another edition beside it."""
    other = path.parent.parent / "nl" / path.name
    shutil.copy(beside(other), beside(path))


def with_content(content: bytes) -> Spoil:
    """Put something else in the signature's place."""

    def spoil(path: Path) -> None:
        beside(path).write_bytes(content)

    return spoil


def leads_nowhere(path: Path) -> None:
    """Put a link to nothing in its place."""
    beside(path).unlink()
    beside(path).symlink_to("nowhere")


@posix_only
@pytest.mark.parametrize(
    "spoil",
    [
        changed_file,
        of_another,
        with_content(b""),
        with_content(b"signed!"),
        with_content(b"x" * 100_000),
        leads_nowhere,
    ],
    ids=["file", "of another", "empty", "no signature", "too long", "link"],
)
def test_a_signature_that_does_not_fit_is_told(spoil: Spoil, mine: Path) -> None:
    """Whatever was changed, the file or the signature: altered, and nobody's name stands there."""
    path = mine / "output" / EN.path
    spoil(path)
    verdict = judged(mine, path)
    assert (verdict.state, verdict.signature, verdict.signed_by) == ("altered", "bad", "")
    assert "does not fit: one of the two was changed. Do not use it." in verdict.means
    assert (verdict.proof, TRUST in verdict.means) == ("", spoil in (changed_file, of_another))


def test_a_strangers_signature_proves_nothing(mine: Path) -> None:
    """A key that is not on the list, or not any more, speaks neither for a file nor against it."""
    (mine / FILE).unlink()
    path = mine / "output" / EN.path
    verdict = judged(mine, path)
    assert (verdict.state, verdict.proof, verdict.signature) == (
        "current",
        "built here",
        "stranger",
    )
    assert "nobody known here (key " in verdict.means
    restyle(mine)
    assert judged(mine, path).state == "not proven"


def restyle(root: Path) -> None:
    """Change the look of everything."""
    with (root / "styles/blocks.css").open("a", encoding="utf-8") as sheet:
        sheet.write("\n.block { letter-spacing: -0.05pt }\n")


def test_a_signature_proves_what_is_made_no_more(mine: Path, tmp_path: Path) -> None:
    """A signed file in an older look is proved by its signature while its words are newest."""
    restyle(mine)
    path = mine / "output" / NL.path
    alone = tmp_path / "alone.pdf"
    shutil.copy(path, alone)
    assert judged(mine, alone).state == "not proven"
    verdict = judged(mine, path)
    assert (verdict.state, verdict.proof, verdict.signed_by) == ("current", "signed", TRUST)
    change(mine, DUTCH, *DUTCH_WORDS)
    verdict = judged(mine, path)
    assert (verdict.state, verdict.proof, verdict.signed_by) == ("superseded", "", TRUST)


def test_nothing_is_signed_that_is_not_proved(mine: Path, published: tuple[Path, Path]) -> None:
    """Neither drafts nor files that only the manifest vouches for get a signature."""
    _, key = published
    for path in mine.rglob(f"*{SIGNATURE}"):
        path.unlink()
    for path in mine.glob("locales/nl/sign*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    build_here(mine)
    forged = mine / "output" / EN.path
    forged.write_bytes(forged.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    done = sign_all(mine, key)
    assert done == {
        f"output/{CLINIC_EN.path}": "signed",
        f"output/{EN.path}": "not signed",
    }
    signed = [path for path in mine.rglob(f"*{SIGNATURE}") if "public" not in path.parts]
    assert signed == [beside(mine / "output" / CLINIC_EN.path)]


def test_what_changes_while_it_is_signed_is_not_signed(
    mine: Path, published: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes that were proved are the bytes that are signed."""
    _, key = published
    beside(mine / "output" / EN.path).unlink()
    monkeypatch.setattr(publishing, "read_given", lambda *given: read_given(*given) + b" ")
    assert set(sign_all(mine, key).values()) == {"not signed"}
    assert not beside(mine / "output" / EN.path).exists()


def test_a_build_takes_away_signatures_of_what_it_replaces(mine: Path) -> None:
    """A signature goes before its file does, and stays where the file stays."""
    change(mine, DUTCH, *DUTCH_WORDS)
    sign_off(mine, LEAFLET, "nl", signed_on=DAY)
    build_here(mine)
    assert not beside(mine / "output" / NL.path).exists()
    assert beside(mine / "output" / EN.path).exists()
    assert judged(mine, mine / "output" / NL.path).state == "current"


# ── The command ────────────────────────────────────────────────────────────────────────────────


def test_the_commands_go_together(root: Path, tmp_path: Path) -> None:
    """`publisher new` and `publisher sign` leave what `verify` and everybody else can check."""
    key = str(tmp_path / "mine.key")
    none = verify(root, "publisher", "sign", "--key", key)
    assert (none.returncode, "there is no key at" in none.stderr) == (1, True)
    new = verify(root, "publisher", "new", "--name", TRUST, "--key", key)
    assert (new.returncode, new.stderr) == (0, "")
    assert f"{FILE}: your name and your public key" in new.stdout
    again = verify(root, "publisher", "new", "--name", TRUST, "--key", key)
    assert (again.returncode, again.stdout) == (1, "")
    assert f"output/{EN.path}: not signed\n" in verify(root, "build", "--release").stdout
    signed = verify(root, "publisher", "sign", "--key", key)
    assert (signed.returncode, signed.stderr) == (0, "")
    assert signed.stdout.count(": signed\n") == 4
    assert "not signed" not in verify(root, "build", "--release").stdout
    told = verify(root, "verify", f"output/{EN.path}")
    assert (told.returncode, told.stderr) == (0, "")
    assert f"Signed by {TRUST} (key " in told.stdout
    assert verify(root, "publisher", "new", "--name", "a\nb", "--key", "x").returncode == 2
    (root / FILE).write_text("publishers: [")
    for words in (["verify", "output"], ["publisher", "sign", "--key", key]):
        broken = verify(root, *words)
        assert (broken.returncode, broken.stdout) == (1, "")
        assert f"{FILE}:" in broken.stderr
