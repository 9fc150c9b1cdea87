"""An edition is taken back by one command: the whole list is written, or nothing."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest
import yaml
from small_release import CLINIC_EN, EN, NL, kept, released, root, verify

from leafletry.content.withdrawals import Withdrawal, add_withdrawal, fault_of_reason
from leafletry.pages.packet import read_record
from leafletry.reading.problems import ProblemsFoundError

__all__ = ["kept", "released", "root"]

LIST = "leaflets/withdrawn.yaml"
REASON = "A wrong number in the urgent box."


def code_of(root: Path, path: object) -> str:
    """Give the code of an edition that was built."""
    return read_record((root / "output" / str(path)).read_bytes()).code


def files(root: Path) -> dict[str, str]:
    """Give every file of the project but compiled modules."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("leaflets", "locales", "output")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def test_an_edition_is_withdrawn_for_everybody(root: Path) -> None:
    """Its code goes on the list with reason and day; files and codes are withdrawn from then on."""
    code = code_of(root, EN.path)
    yesterday = dt.date.today()  # noqa: DTZ011 - it is that, should the command run past midnight
    done = verify(root, "withdraw", *code.replace("·", "").split(), "--reason", REASON)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{code} is withdrawn; {LIST} says so." in done.stdout
    assert "editions of all clinics" in done.stdout
    text = (root / LIST).read_text("utf-8")
    assert text.startswith("# Editions that must not be used any more, and why.")
    (entry,) = yaml.safe_load(text)["withdrawn"]
    today = entry.pop("withdrawn_on")
    assert today in (yesterday, dt.date.today())  # noqa: DTZ011 - as the command does
    assert entry == {"code": code, "reason": REASON}
    for given in (code, code_of(root, CLINIC_EN.path), f"output/{EN.path}"):
        told = verify(root, "verify", given)
        assert told.returncode == 1
        assert f"withdrawn on {today}: A wrong number in the urgent box. Do not use" in told.stdout
    assert verify(root, "verify", f"output/{NL.path}").returncode == 0


def test_a_clinics_edition_is_withdrawn_alone(root: Path) -> None:
    """With a clinic's digits, the edition for all stays good."""
    code = code_of(root, CLINIC_EN.path)
    done = verify(root, "withdraw", code, "--reason", REASON)
    assert done.returncode == 0
    assert "covers that clinic's edition only" in done.stdout
    assert verify(root, "verify", code).returncode == 1
    assert verify(root, "verify", code_of(root, EN.path)).returncode == 0


def test_withdrawing_twice_is_told(root: Path) -> None:
    """What is withdrawn stays as it was withdrawn; a clinic's edition is covered by the general."""
    code, clinics = code_of(root, EN.path), code_of(root, CLINIC_EN.path)
    assert verify(root, "withdraw", code, "--reason", REASON).returncode == 0
    before = files(root)
    for again in (code, clinics):
        done = verify(root, "withdraw", again, "--reason", "Another reason")
        assert (done.returncode, done.stdout) == (1, "")
        assert "already withdrawn, since 20" in done.stderr
        assert REASON in done.stderr
    assert files(root) == before


def test_a_second_withdrawal_keeps_the_first(root: Path) -> None:
    """The list grows; nothing on it is lost or changed."""
    for edition in (EN, NL):
        assert (
            verify(root, "withdraw", code_of(root, edition.path), "--reason", REASON).returncode
            == 0
        )
    entries = yaml.safe_load((root / LIST).read_text("utf-8"))["withdrawn"]
    assert [entry["code"] for entry in entries] == [code_of(root, item.path) for item in (EN, NL)]


@pytest.mark.parametrize(
    ("code", "reason", "exit_code", "said"),
    [
        (
            "IL-S2 en v0.1 000000",
            REASON,
            1,
            "is no edition known here.\n  hint: did you mean IL-S2 · en",
        ),
        ("XX-P9 en v0.1 000000", REASON, 1, "is no edition known here."),
        ("IL-S2 en 000000", REASON, 2, "is no edition code"),
        ("\x1b[2J", REASON, 2, "is no edition code"),
        ("", "", 2, "the reason is empty"),
        ("", "  ", 2, "the reason is empty"),
        ("", "a\nb", 2, "must be one line"),
        ("", "a <b>wrong</b> number", 2, "no markup"),
        ("", "see https://example.org", 2, "no markup"),
        ("", "wrong {number}", 2, "no markup"),
        ("", "wrong\u202enumber", 2, "must be one line"),
        ("", "x" * 301, 2, "longer than 300"),
    ],
)
def test_refusals_change_nothing(
    code: str, reason: str, exit_code: int, said: str, root: Path
) -> None:
    """An unknown code, or a reason nobody should read, is refused, and no file is touched."""
    before = files(root)
    done = verify(root, "withdraw", code or code_of(root, EN.path), "--reason", reason)
    assert (done.returncode, done.stdout) == (exit_code, "")
    assert said in " ".join(done.stderr.split(" "))
    assert "Nothing was changed." in done.stderr or exit_code == 2
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert files(root) == before


def test_a_broken_list_is_left_alone(root: Path) -> None:
    """A list that cannot be read is not written over."""
    (root / LIST).write_text("withdrawn: [", "utf-8")
    done = verify(root, "withdraw", code_of(root, EN.path), "--reason", REASON)
    assert done.returncode == 1
    assert f"{LIST}:" in done.stderr
    assert (root / LIST).read_text("utf-8") == "withdrawn: ["
    withdrawal = Withdrawal(
        code="IL-P1 · es · v0.1 · 3fa92c", reason="x", withdrawn_on=dt.date(2026, 1, 1)
    )
    with pytest.raises(ProblemsFoundError):
        add_withdrawal(root, withdrawal)


def test_reasons_by_hand_are_held_to_the_same(root: Path) -> None:
    """A reason somebody typed into the list may hold no more than one given to the command."""
    entry = 'code: IL-P1 es v0.1 3fa92c\n    reason: "<i>no</i>"\n    withdrawn_on: 2026-01-01\n'
    (root / LIST).write_text(f"withdrawn:\n  - {entry}", "utf-8")
    done = verify(root, "check")
    assert done.returncode == 1
    assert f"{LIST}:3:13: withdrawn.1.reason: " in done.stderr
    assert "markup" in done.stderr


def test_plain_reasons_are_fine() -> None:
    """Numbers, quotation marks and letters of any language are no markup."""
    for reason in (
        'The number 020 7946 0100 is "dead" & gone.',
        "番号が違います。",
        "5 < 6? No: 5-6",
    ):
        assert (fault_of_reason(reason) == "") is ("<" not in reason)


def test_entries_read_back_as_written(tmp_path: Path) -> None:
    """Whatever a reason may hold, the file says it exactly."""
    reason = 'Quote " back\\slash # hash : colon é 番号'
    for code in ("IL-P1 · es · v0.1 · 3fa92c", "IL-P1 · pt-BR · v0.1 · 3fa92c-7be1"):
        add_withdrawal(
            tmp_path, Withdrawal(code=code, reason=reason, withdrawn_on=dt.date(2026, 1, 2))
        )
    entries = yaml.safe_load((tmp_path / LIST).read_text("utf-8"))["withdrawn"]
    assert [entry["reason"] for entry in entries] == [reason, reason]
