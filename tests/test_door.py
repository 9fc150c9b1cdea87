"""The door: build_leaflets.py sets itself up once, anywhere, and then gets out of the way."""

import ast
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from importlib.metadata import version
from itertools import pairwise, permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from patience import PATIENCE, wait_until

PROJECT = Path(__file__).parent.parent
SCRIPT = PROJECT / "build_leaflets.py"

# What people type for each of the three things that an environment can be ready for.
ARGUMENTS: dict[str, list[str]] = {"build": [], "serve": ["serve"], "test": ["test"]}
COMMANDS = list(ARGUMENTS)

posix_only = pytest.mark.skipif(os.name == "nt", reason="needs a shell script as a program")


def load_door(clone: Path) -> ModuleType:
    """Load the door of one clone as a module of its own."""
    spec = importlib.util.spec_from_file_location("door_of_a_clone", clone / "build_leaflets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Computer:
    """A computer on which commands are only played: it notes them and does what they would do."""

    def __init__(self, clone: Path) -> None:
        """Play the computer on which the clone lies."""
        self.clone = clone
        self.commands: list[str] = []
        self.failing: str | None = None
        self.stop_at: str | None = None
        self.lacking: set[str] = set()
        self.programs: set[str] = set()
        self.settings = ""
        self.environment: dict[str, str] = {}

    def run(
        self,
        command: list[str],
        *,
        environment: dict[str, str] | None = None,
        aloud: bool = True,  # noqa: ARG002 - as the door has it
    ) -> tuple[bool, str]:
        """Play one command."""
        if command[-2:] == ["config", "list"]:
            return True, self.settings
        if environment is not None:
            self.environment = environment
        text = " ".join(command)
        self.commands.append(text)
        if self.stop_at and self.stop_at in text:
            raise KeyboardInterrupt
        if self.failing and self.failing in text:
            return False, "first line\nthe reason"
        if "-m venv" in text:
            self.make_venv()
        elif "-m pip" in text:
            (self.packages() / command[-1]).touch()
        elif " install " in f" {text} ":
            self.lacking.clear()
            self.programs |= {"javac", "chromium"}
        return True, ""

    def packages(self) -> Path:
        """Return where the played pip installs."""
        return self.clone / ".venv" / "lib" / "python3.11" / "site-packages"

    def make_venv(self) -> None:
        """Do what `python -m venv --clear` does, as far as the door looks."""
        shutil.rmtree(self.clone / ".venv", ignore_errors=True)
        self.packages().mkdir(parents=True)
        (self.clone / ".venv" / "bin").mkdir()
        (self.clone / ".venv" / "bin" / "python").touch()

    def installed(self) -> list[str]:
        """Return the locks installed into today's .venv."""
        return sorted(path.name for path in self.packages().glob("*.lock"))

    def ran(self, part: str) -> int:
        """Count the commands with this text in them."""
        return sum(part in command for command in self.commands)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clean clone that holds nothing but the door and three locks."""
    folder = tmp_path / "clone"
    folder.mkdir()
    shutil.copy(SCRIPT, folder)
    (folder / "requirements.lock").write_text("jinja2==1\n")
    (folder / "requirements-studio.lock").write_text("jinja2==1\nuvicorn==1\n")
    (folder / "requirements-dev.lock").write_text("jinja2==1\nuvicorn==1\npytest==1\n")
    return folder


@pytest.fixture
def computer(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """A played computer that lacks nothing and lets nobody install anything."""
    played = Computer(clone)
    played.programs = {"javac", "pdftotext", "mutool", "msgfmt", "i18nspector"}
    played.programs |= {"chromium", "chromedriver"}

    def find(name: str) -> str | None:
        return f"/usr/bin/{name}" if name in played.programs else None

    monkeypatch.setattr(shutil, "which", find)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "argv", ["build_leaflets.py"])
    return played


@pytest.fixture
def door(clone: Path, computer: Computer, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The door of the clone, on the played computer; the hand-over is noted as a command."""
    return open_on(clone, computer, monkeypatch)


def open_on(clone: Path, computer: Computer, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the door of the clone with everything that reaches outside played by the computer."""
    module = load_door(clone)
    libraries = {files: name for name, files in module.LIBRARIES.items()}

    def hand_over(arguments: list[str]) -> int:
        computer.commands.append("hand over " + " ".join(arguments))
        return 0

    def can_load(files: tuple[str, ...]) -> bool:
        return libraries[files] not in computer.lacking

    monkeypatch.setattr(module, "run", computer.run)
    monkeypatch.setattr(module, "can_load", can_load)
    monkeypatch.setattr(module, "hand_over", hand_over)
    monkeypatch.setattr(os, "chdir", lambda _: None)
    return module


# Once, and only once


@pytest.mark.parametrize(
    "order",
    [order for length in (1, 2, 3) for order in permutations(COMMANDS, length)],
    ids="-".join,
)
def test_each_command_works_alone_and_in_any_order(
    door: ModuleType, computer: Computer, order: tuple[str, ...]
) -> None:
    """Whatever comes first, .venv ends up with what each command needs, and is made once."""
    for command in order:
        assert door.main(ARGUMENTS[command]) == 0
    assert {door.LOCKS[command] for command in order} >= set(computer.installed())
    assert all(door.is_ready(command) for command in order)
    assert computer.ran("-m venv") == 1


@pytest.mark.parametrize("arguments", [[], ["serve", "--port", "8008"], ["test", "-k", "door"]])
def test_second_run_sets_nothing_up(
    door: ModuleType, computer: Computer, arguments: list[str]
) -> None:
    """A second run starts no command but the one it hands over to."""
    door.main(arguments)
    computer.commands.clear()
    door.main(arguments)
    assert len(computer.commands) == 1
    assert computer.commands[0].startswith("hand over ")


@pytest.mark.parametrize(
    ("more", "less", "handed_over"),
    [
        ("test", "build", "hand over -I -m leafletry"),
        ("serve", "build", "hand over -I -m leafletry"),
        ("test", "serve", "hand over -I -m leafletry serve"),
    ],
)
def test_less_after_more_sets_nothing_up(
    door: ModuleType, computer: Computer, more: str, less: str, handed_over: str
) -> None:
    """What the tests need holds all that the desk needs, and that all that a build needs."""
    door.main(ARGUMENTS[more])
    computer.commands.clear()
    door.main(ARGUMENTS[less])
    assert computer.commands == [handed_over]


@pytest.mark.parametrize(
    ("less", "more"), [("build", "test"), ("build", "serve"), ("serve", "test")]
)
def test_more_after_less_only_adds(
    door: ModuleType, computer: Computer, monkeypatch: pytest.MonkeyPatch, less: str, more: str
) -> None:
    """Further packages join a sound .venv, and what runs meanwhile is not disturbed."""
    door.main(ARGUMENTS[less])
    computer.commands.clear()
    ready_meanwhile = []

    def run(command: list[str], **how: Any) -> tuple[bool, str]:
        ready_meanwhile.append(door.is_ready(less))
        return computer.run(command, **how)

    monkeypatch.setattr(door, "run", run)
    door.main(ARGUMENTS[more])
    assert computer.ran("-m venv") == 0
    assert set(ready_meanwhile) == {True}
    assert door.is_ready(less)
    assert door.is_ready(more)


def test_the_desk_is_set_up_by_its_own_lock(door: ModuleType, computer: Computer) -> None:
    """Who only opens the desk gets what it needs, and nothing of what tests need."""
    computer.programs.clear()
    assert door.main(["serve", "--port", "8008"]) == 0
    assert computer.installed() == ["requirements-studio.lock"]
    assert computer.commands[-1] == "hand over -I -m leafletry serve --port 8008"
    assert not door.is_ready("test")


@pytest.mark.parametrize("command", COMMANDS)
def test_changed_lock_sets_up_anew(door: ModuleType, computer: Computer, command: str) -> None:
    """After a change of the lock, .venv is made from nothing, so that no old package stays."""
    door.main(ARGUMENTS[command])
    lock = computer.clone / door.LOCKS[command]
    lock.write_text(lock.read_text() + "new==1\n")
    assert not door.is_ready(command)
    door.main(ARGUMENTS[command])
    assert computer.ran("-m venv") == 2
    assert door.is_ready(command)


def test_changed_lock_of_the_desk_leaves_a_build_alone(
    door: ModuleType, computer: Computer
) -> None:
    """When only the desk's lock changed, a build sets nothing up; the desk starts from nothing."""
    door.main(["serve"])
    (computer.clone / "requirements-studio.lock").write_text("jinja2==1\nuvicorn==2\n")
    computer.commands.clear()
    door.main([])
    assert computer.commands == ["hand over -I -m leafletry"]
    door.main(["serve"])
    assert computer.ran("-m venv") == 1
    assert computer.installed() == ["requirements-studio.lock"]


def test_moved_clone_sets_up_anew(
    door: ModuleType, computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A .venv knows its place: a moved or copied clone does not trust it."""
    door.main([])
    moved = computer.clone.rename(computer.clone.with_name("moved"))
    computer.clone = moved
    door = open_on(moved, computer, monkeypatch)
    assert not door.is_ready("build")
    door.main([])
    assert door.is_ready("build")
    assert str(moved) in (computer.packages() / "leafletry.pth").read_text(encoding="ascii")


def test_other_python_sets_up_anew(door: ModuleType) -> None:
    """A .venv that another version of Python made is not trusted."""
    door.main([])
    stamp = Path(door.stamp_file("build"))
    stamp.write_bytes(stamp.read_bytes().replace(b"cpython-3", b"cpython-2", 1))
    assert not door.is_ready("build")


def test_lost_python_sets_up_anew(door: ModuleType, computer: Computer) -> None:
    """A .venv whose Python was uninstalled from the computer is not trusted."""
    door.main([])
    (computer.clone / ".venv" / "bin" / "python").unlink()
    assert not door.is_ready("build")


# Interrupted, or at the same time


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("step", ["-m venv", "-m pip"])
def test_interrupted_set_up_is_repaired(
    door: ModuleType, computer: Computer, command: str, step: str
) -> None:
    """Wherever a set-up was stopped, nothing is trusted after it; the next run makes all anew."""
    computer.stop_at = step
    assert door.main(ARGUMENTS[command]) == 130
    assert not door.is_ready(command)
    computer.stop_at = None
    computer.commands.clear()
    assert door.main(ARGUMENTS[command]) == 0
    assert computer.ran("-m venv") == 1
    assert computer.installed() == [door.LOCKS[command]]


@pytest.mark.parametrize(
    ("less", "more"), [("build", "test"), ("build", "serve"), ("serve", "test")]
)
def test_interrupted_addition_is_repaired(
    door: ModuleType, computer: Computer, less: str, more: str
) -> None:
    """If adding packages was stopped, what was ready goes on as before; the rest starts anew."""
    door.main(ARGUMENTS[less])
    computer.stop_at = "-m pip"
    assert door.main(ARGUMENTS[more]) == 130
    computer.stop_at = None
    computer.commands.clear()
    door.main(ARGUMENTS[less])
    assert [command.split()[0] for command in computer.commands] == ["hand"]
    door.main(ARGUMENTS[more])
    assert computer.ran("-m venv") == 1
    assert computer.installed() == [door.LOCKS[more]]


def test_stamp_goes_before_what_it_vouches_for(door: ModuleType, computer: Computer) -> None:
    """While .venv is emptied, no stamp of the old one is left that a kill could leave behind."""
    door.main(["test"])
    for lock in door.LOCKS.values():
        (computer.clone / lock).write_text("jinja2==2\n")
    computer.stop_at = "-m venv"
    door.main([])
    assert not list((computer.clone / ".venv").glob("ready-to-*"))


def test_second_set_up_waits_for_the_first(
    door: ModuleType, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two set-ups at the same time, one waits, and finds nothing left to do."""
    turn = door.wait_for_turn()
    other = threading.Thread(target=door.make_ready, args=("build",))
    other.start()
    said: list[str] = []

    def told() -> bool:
        said.append(capsys.readouterr().err)
        return f"Another set-up (process {os.getpid()}) is under way" in "".join(said)

    wait_until(told, "it waits in silence")
    assert other.is_alive()
    assert computer.commands == []
    door.fill_venv("build")
    computer.commands.clear()
    os.close(turn)
    other.join(timeout=PATIENCE)
    assert not other.is_alive()
    assert computer.commands == []


@posix_only
def test_set_up_waits_for_what_a_killed_one_left_running(door: ModuleType, clone: Path) -> None:
    """The pip of a door that was killed still keeps the next set-up out of .venv until it ends."""
    killed = f"""
import sys
sys.path.insert(0, {str(clone)!r})
import build_leaflets as door
door.missing_parts = list
script = "echo $$ > pip.new; mv pip.new pip; exec sleep 3600"
door.fill_venv = lambda _: door.run(["sh", "-c", script])
door.set_up("build")
"""
    with subprocess.Popen([sys.executable, "-c", killed], stderr=subprocess.DEVNULL) as process:
        pip = clone / "pip"
        wait_until(lambda: pip.exists() or process.poll() is not None, "no pip was started")
        assert process.poll() is None
        process.kill()
    turn = os.open(clone / ".venv.lock", os.O_RDWR)
    assert not door.lock_file(turn)
    os.kill(int(pip.read_text()), signal.SIGKILL)
    wait_until(lambda: door.lock_file(turn), "it is still locked")
    os.close(turn)


# What the computer lacks


def test_missing_libraries_without_root_print_the_command(
    door: ModuleType, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who may not install gets the exact command, exit code 2, and no half-made .venv."""
    computer.lacking = {"Pango"}
    computer.programs.add("apt-get")
    assert door.main([]) == 2
    message = capsys.readouterr().err
    packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libfontconfig1"
    assert f"    sudo apt-get install -y --no-install-recommends {packages}\n" in message
    assert computer.commands == []
    assert not (computer.clone / ".venv").exists()


@pytest.mark.parametrize(
    ("manager", "platform", "command"),
    [
        ("apt-get", "linux", "apt-get install -y --no-install-recommends libpango-1.0-0"),
        ("dnf", "linux", "dnf install -y pango harfbuzz fontconfig"),
        ("brew", "darwin", "brew install pango"),
    ],
)
def test_administrator_has_the_libraries_installed(
    door: ModuleType,
    computer: Computer,
    monkeypatch: pytest.MonkeyPatch,
    manager: str,
    platform: str,
    command: str,
) -> None:
    """Where nobody needs a password, each system's own package manager brings the libraries."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    computer.lacking = {"HarfBuzz-subset"}
    computer.programs.add(manager)
    assert door.main([]) == 0
    assert computer.commands[0].startswith(command)


def test_sudo_is_used_where_it_asks_no_password(door: ModuleType, computer: Computer) -> None:
    """A user with a password-less sudo needs to do nothing by hand."""
    computer.lacking = {"Pango"}
    computer.programs |= {"apt-get", "sudo"}
    assert door.main([]) == 0
    assert computer.ran("sudo -n apt-get install -y") == 1


def test_sudo_with_a_password_is_left_alone(
    door: ModuleType, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    """A user whose sudo asks for a password gets the command to type."""
    computer.lacking = {"Pango"}
    computer.programs |= {"apt-get", "sudo"}
    computer.failing = "sudo -n true"
    assert door.main([]) == 2
    assert computer.commands == ["sudo -n true"]
    assert "sudo apt-get install" in capsys.readouterr().err


def test_failed_installation_shows_why_and_the_command(
    door: ModuleType,
    computer: Computer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """If the package list is renewed and apt still fails, its reason and the command are shown."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    computer.lacking = {"Pango"}
    computer.programs.add("apt-get")
    computer.failing = "apt-get install"
    assert door.main([]) == 2
    assert computer.commands[1] == "apt-get update"
    assert computer.ran("apt-get install") == 2
    message = capsys.readouterr().err
    assert "    the reason\n" in message
    assert "    sudo apt-get update\n    sudo apt-get install" in message


def test_missing_half_of_venv_is_asked_for(
    door: ModuleType,
    computer: Computer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where Debian splits off half of venv, the package for this very Python is named, alone."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    computer.programs.add("apt-get")
    assert door.main([]) == 2
    package = f"python3.{sys.version_info.minor}-venv"
    assert f"--no-install-recommends {package}\n" in capsys.readouterr().err


def test_windows_prints_its_commands(
    door: ModuleType,
    computer: Computer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On Windows without Pango the two commands are printed, nothing is run, and the code is 2."""
    monkeypatch.setattr(door, "WINDOWS", True)
    computer.lacking = {"Pango"}
    assert door.main([]) == 2
    message = capsys.readouterr().err
    assert "    winget install --exact --id MSYS2.MSYS2\n" in message
    assert "pacman -S --noconfirm mingw-w64-ucrt-x86_64-pango\n" in message
    assert computer.commands == []


def test_unknown_package_manager_still_gets_a_clear_line(
    door: ModuleType, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a system whose package manager is not known, what is lacking is named."""
    computer.lacking = {"Pango", "fontconfig"}
    assert door.main([]) == 2
    assert "Leafletry needs Pango, fontconfig, which" in capsys.readouterr().err


def test_libraries_are_looked_for_in_earnest() -> None:
    """On this computer, where set-up has passed, nothing is missing; an invented library is."""
    real = load_door(PROJECT)
    assert real.missing_parts() == []
    assert not real.can_load(("libno-such-library.so.0",))


def test_test_tools_are_installed_where_allowed(
    door: ModuleType, computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test command brings just the programs that are missing, under their Debian names."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    computer.programs -= {"javac", "chromium"}
    computer.programs.add("apt-get")
    assert door.main(["test"]) == 0
    tools = "apt-get install -y --no-install-recommends default-jdk-headless faketime chromium"
    assert computer.commands[0] == tools


def test_missing_test_tools_stop_nothing(
    door: ModuleType, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where tools may not be installed the tests run all the same, and the tools are named."""
    computer.programs -= {"javac"}
    assert door.main(["test"]) == 0
    assert "will be skipped: javac" in capsys.readouterr().err
    assert door.main([]) == 0


def test_build_asks_for_no_test_tool(door: ModuleType, computer: Computer) -> None:
    """Who only prints leaflets is never bothered with what tests need."""
    computer.programs.clear()
    assert door.main([]) == 0


def test_failed_download_shows_why(
    door: ModuleType, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    """If pip fails, the end of what it said is shown, and what to do next."""
    computer.failing = "-m pip"
    assert door.main([]) == 2
    message = capsys.readouterr().err
    assert "    the reason\n" in message
    assert "connected to the internet" in message
    assert not door.is_ready("build")


SETTINGS_OF_PIP = """\
:env:.dry-run='1'
:env:.index-url='https://mirror.example/simple'
:env:.target='/tmp/elsewhere'
global.break-system-packages='true'
global.cert='/etc/certs/clinic.crt'
global.constraint='/etc/pip/constraints.txt'
global.extra-index-url='\\nhttps://a.example/simple\\nhttps://b.example/simple'
global.index-url='https://global.example/simple'
global.no-deps='true'
global.python='/usr/bin/python2'
global.user='true'
install.index-url='https://install.example/simple'
install.prefix='/usr/local'
install.proxy='http://user:word@proxy.example:3128'
install.report='/tmp/report'
WARNING: something that pip has to say
"""


def test_settings_of_pip_lead_to_packages_and_nowhere_else(
    door: ModuleType, computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clinic's mirror, proxy and certificate count; what installs elsewhere does not."""
    for name in ("PIP_DRY_RUN", "PIP_TARGET", "PIP_USER", "PIP_NO_DEPS"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    computer.settings = SETTINGS_OF_PIP
    assert door.main([]) == 0
    heard = {key: value for key, value in computer.environment.items() if key[:4] == "PIP_"}
    assert heard == {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "https://mirror.example/simple",
        "PIP_EXTRA_INDEX_URL": "\nhttps://a.example/simple\nhttps://b.example/simple",
        "PIP_CERT": "/etc/certs/clinic.crt",
        "PIP_PROXY": "http://user:word@proxy.example:3128",
    }
    assert computer.environment["HTTPS_PROXY"] == "http://proxy.example"


@pytest.mark.parametrize("section", ["global", "install", "user", "env"])
def test_pip_itself_is_asked_and_bridled(
    section: str, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very pip that installs tells its settings, and installs as if there were no others."""
    door = load_door(clone)
    monkeypatch.setattr(door, "VENV_PYTHON", sys.executable)
    for name in [name for name in os.environ if name[:4] == "PIP_"]:
        monkeypatch.delenv(name)
    elsewhere = tmp_path / "elsewhere"
    settings = {"dry-run": "true", "target": str(elsewhere), "find-links": str(tmp_path / "wheels")}
    if section == "env":
        for name, value in settings.items():
            monkeypatch.setenv("PIP_" + name.upper().replace("-", "_"), value)
    else:
        lines = [f"{name} = {value}" for name, value in settings.items()]
        file = tmp_path / "pip.conf"
        file.write_text("\n".join([f"[{section.replace('user', 'global')}]", *lines]))
        monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    environment = door.ways_to_packages()
    assert environment["PIP_FIND_LINKS"].split()[-1] == str(tmp_path / "wheels")
    heard = [sys.executable, "-I", "-m", "pip", "config", "list"]
    _, said = door.run(heard, environment=environment)
    assert "find-links" in said
    assert "dry-run" not in said
    assert "target" not in said


def test_packages_that_are_not_there_are_not_vouched_for(
    door: ModuleType, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    """If pip says that all is well and the packages cannot be loaded, nothing counts as ready."""
    computer.failing = "importlib"
    assert door.main([]) == 2
    message = capsys.readouterr().err
    assert "    the reason\n" in message
    assert "internet" not in message
    assert not door.is_ready("build")
    computer.failing = None
    assert door.main([]) == 0


@pytest.mark.parametrize(
    ("lines", "modules", "says"),
    [
        ("jinja2=={jinja2} \\\n    --hash=sha256:00\n# via\n", ["jinja2"], ""),
        ("jinja2==0.1\n", [], "jinja2==0.1"),
        ("no-such-package==1\n", [], "no-such-package"),
        ("no-such-package==1 ; sys_platform == 'nothing'\n", [], ""),
        ("", ["no_such_module"], "no_such_module"),
    ],
)
def test_proof_looks_at_every_package(
    lines: str, modules: list[str], says: str, door: ModuleType, tmp_path: Path
) -> None:
    """The proof sees each package of a lock in its version, and loads what has to be loaded."""
    lock = tmp_path / "some.lock"
    lock.write_text(lines.format(jinja2=version("jinja2")))
    done = subprocess.run(
        [sys.executable, "-I", "-c", door.PROOF, str(lock), *modules],
        capture_output=True,
        text=True,
        check=False,
    )
    assert says in done.stderr
    assert (done.returncode == 0) is (not says), done.stderr


@posix_only
@pytest.mark.parametrize("where", ["first", "only", "beside the library"])
def test_foreign_modules_are_left_alone(set_up_clone: Path, tmp_path: Path, where: str) -> None:
    """Modules that a variable names are neither taken by the door nor by what it starts."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    for name in ("shlex", "stat", "json", "hashlib"):
        (foreign / f"{name}.py").write_text("print('ran from PYTHONPATH')\n")
    (set_up_clone / ".venv/bin/python").write_text('#!/bin/sh\necho "path: $PYTHONPATH"\n')
    engine = set_up_clone / "leafletry"
    (engine / "printing").mkdir(parents=True)
    (engine / "__init__.py").touch()
    (engine / "printing" / "uptodate.py").write_text(
        "import hashlib, json\ndef report_if_current(project, arguments):\n    return None\n"
    )
    places = {
        "first": [str(foreign), "/nowhere"],
        "only": [str(foreign)],
        "beside the library": [str(Path(os.__file__).parent), str(foreign)],
    }
    result = subprocess.run(
        [sys.executable, str(set_up_clone / "build_leaflets.py"), "check"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(places[where])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout, result.stderr) == ("path: \n", "")


def test_unwritable_folder_gets_a_clear_line(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder in which nothing can be written is named with the reason, and is no crash."""
    monkeypatch.setattr(door, "PROJECT", door.PROJECT + "/build_leaflets.py")
    assert door.main([]) == 2
    assert "could not set itself up in" in capsys.readouterr().err


def test_quiet_set_up_says_nothing(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --quiet a set-up that goes well prints nothing."""
    monkeypatch.setattr(sys, "argv", ["build_leaflets.py", "--quiet"])
    door.main(["--quiet"])
    assert capsys.readouterr() == ("", "")


@posix_only
def test_noise_is_shown_on_request(clone: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What a command says is kept back, and shown at once with --verbose."""
    real = load_door(clone)
    assert real.run(["echo", "noise"]) == (True, "noise\n")
    assert capfd.readouterr() == ("", "")
    sys.argv.append("--verbose")
    try:
        assert real.run(["echo", "noise"]) == (True, "")
    finally:
        sys.argv.remove("--verbose")
    assert capfd.readouterr() == ("", "noise\n")


# Old Pythons


def test_old_python_gets_a_clear_line() -> None:
    """Python 3.8 gets one line that names both versions, and exit code 2."""
    pretend = f"import runpy, sys; sys.version_info = (3, 8, 18); runpy.run_path({str(SCRIPT)!r})"
    result = subprocess.run(
        [sys.executable, "-c", pretend], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer, and this is Python 3.8." in result.stderr


def test_old_python_can_read_the_door() -> None:
    """No syntax stands in the door that Python 3.7 would stumble over before it can say no."""
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))


# The hand-over, in processes of their own


@pytest.fixture
def set_up_clone(door: ModuleType, clone: Path) -> Path:
    """A clone that is set up, and whose .venv holds a program that tells how it was called."""
    door.make_ready("test")
    python = Path(door.VENV_PYTHON)
    python.write_text('#!/bin/sh\nprintf "%s\\n" "called in $PWD" "$@"\n')
    python.chmod(0o755)
    return clone


def call(script: Path, *arguments: str, cwd: Path) -> list[str]:
    """Call the door as a program and return the lines it printed."""
    command = [sys.executable, str(script), *arguments]
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    return result.stdout.splitlines()


@posix_only
def test_engine_gets_the_arguments_and_the_callers_folder(
    set_up_clone: Path, tmp_path: Path
) -> None:
    """From another folder, the engine is called there, with every argument as it was given."""
    lines = call(set_up_clone / "build_leaflets.py", "build", "--clinic", "a b.yaml", cwd=tmp_path)
    assert lines == [
        f"called in {tmp_path}",
        "-I",
        "-m",
        "leafletry",
        "build",
        "--clinic",
        "a b.yaml",
    ]


@posix_only
def test_tests_run_in_the_project(set_up_clone: Path, tmp_path: Path) -> None:
    """From another folder, pytest is called in the project's own, with every option as given."""
    lines = call(set_up_clone / "build_leaflets.py", "test", "-k", "a or b", cwd=tmp_path)
    assert lines == [f"called in {set_up_clone}", "-I", "-m", "pytest", "-k", "a or b"]


@posix_only
@pytest.mark.parametrize("linked", ["file", "folder"])
def test_door_works_through_a_link(set_up_clone: Path, tmp_path: Path, linked: str) -> None:
    """Called through a symbolic link to it or to its folder, the door finds its own project."""
    link = tmp_path / "link"
    if linked == "file":
        link.symlink_to(set_up_clone / "build_leaflets.py")
        script = link
    else:
        link.symlink_to(set_up_clone)
        script = link / "build_leaflets.py"
    assert call(script, "check", cwd=tmp_path)[-1] == "check"


@posix_only
@pytest.mark.parametrize(("answer", "handed_over"), [("0", False), ("None", True)])
def test_nothing_to_do_is_answered_by_the_quick_look(
    set_up_clone: Path,
    answer: str,
    handed_over: bool,  # noqa: FBT001 - a table's column
) -> None:
    """When the quick look says that all is up to date, the engine is not started at all."""
    engine = set_up_clone / "leafletry"
    (engine / "printing").mkdir(parents=True)
    (engine / "__init__.py").touch()
    (engine / "printing" / "uptodate.py").write_text(
        "def report_if_current(project, arguments):\n"
        "    print('looked at', project.name, arguments)\n"
        f"    return {answer}\n"
    )
    lines = call(set_up_clone / "build_leaflets.py", "build", cwd=set_up_clone)
    assert lines[0] == "looked at clone ['build']"
    assert (len(lines) > 1) is handed_over


@posix_only
def test_second_run_costs_nothing(set_up_clone: Path) -> None:
    """A second run starts no program, opens no library or connection, and imports nothing slow."""
    watched = """
import os, sys
before = set(sys.modules)
starting = ("subprocess.", "os.fork", "os.posix_spawn", "os.system", "ctypes.", "socket.")
def refuse(event, arguments):
    assert not event.startswith(starting), event
sys.addaudithook(refuse)
def report(program, arguments):
    print("imported:", *sorted(set(sys.modules) - before), flush=True)
    os._exit(0)
os.execv = report
sys.argv = sys.argv[1:]
names = {"__name__": "__main__", "__file__": sys.argv[0]}
exec(compile(open(sys.argv[0]).read(), sys.argv[0], "exec"), names)
"""
    result = subprocess.run(
        [sys.executable, "-c", watched, set_up_clone / "build_leaflets.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout, result.stderr) == ("imported:\n", "")


# The locks


def read_pins(lock: str) -> dict[str, str]:
    """Return the version of each package in one of the project's locks."""
    lines = (PROJECT / lock).read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ")[0].split("==") for line in lines if line[:1].isalnum())


LOCKS = ["requirements.lock", "requirements-studio.lock", "requirements-dev.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_says_what_and_never_where(lock: str) -> None:
    """Every package has one version and a hash; no address, path or option betrays a computer."""
    text = (PROJECT / lock).read_text(encoding="utf-8")
    entries = re.findall(
        r"^\w\S+==\S+(?: ; .*?)? \\\n(?: +--hash=sha256:\w{64}(?: \\)?\n)+", text, re.MULTILINE
    )
    assert len(entries) == len(read_pins(lock)) > 20
    comments = re.findall(r"^#.*\n", text, re.MULTILINE)
    assert "".join([*comments, *entries]) == text
    assert "/" not in text


@pytest.mark.parametrize(("less", "more"), list(pairwise(LOCKS)))
def test_tests_run_what_is_shipped(less: str, more: str) -> None:
    """Each lock holds every package of the one before it in the same version."""
    assert read_pins(less).items() < read_pins(more).items()


def test_the_desk_is_no_part_of_a_build() -> None:
    """What serves a page in a browser is in the desk's lock, and in no environment of a build."""
    served = {"starlette", "uvicorn", "watchfiles"}
    assert served <= set(read_pins("requirements-studio.lock"))
    assert not served & set(read_pins("requirements.lock"))


def test_locks_are_made_without_a_trace_of_this_computer(
    door: ModuleType, computer: Computer
) -> None:
    """All locks come from one command that reads no configuration and writes no address."""
    assert door.main(["lock", "--upgrade"]) == 0
    made = [command for command in computer.commands if "-m uv" in command]
    assert [command.split()[-2] for command in made] == list(door.LOCKS.values())
    for earlier, later in pairwise(made):
        assert f" --constraint {earlier.split()[-2]} " in later
    for command in made:
        assert " --no-config " in command
        assert " --no-emit-index-url " in command
        assert " --generate-hashes " in command
        assert " --upgrade " in command
        assert "python3 build_leaflets.py lock" in command


def test_failed_lock_says_why(
    door: ModuleType, computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    """If no versions fit together, what uv says about it is shown, and the exit code is not 0."""
    computer.failing = "-m uv"
    assert door.main(["lock"]) == 2
    assert "the reason\n" in capsys.readouterr().err


# In earnest


def copy_as_cloned(folder: Path) -> None:
    """Copy what a clone of today's tree would hold."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(git, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)


@pytest.mark.slow
@posix_only
def test_clean_clone_sets_itself_up(tmp_path: Path) -> None:
    """A clean clone gets over kill -9 and two doors at once, then works and needs pip no more."""
    folder = tmp_path / "a clinic's [clóne]"
    copy_as_cloned(folder)
    base: str = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(folder / "build_leaflets.py"), "--help"]

    def start() -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True)

    with start() as killed:
        wait_until((folder / ".venv" / "unfinished").exists, "nothing is being set up")
        killed.kill()

    with start() as first, start() as second:
        said = [door.communicate(timeout=PATIENCE) for door in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], said
    assert sum("Set-up is complete." in messages for _, messages in said) == 1

    (pip,) = folder.glob(".venv/lib/python3*/site-packages/pip")
    shutil.rmtree(pip)
    with start() as again:
        output, messages = again.communicate(timeout=PATIENCE)
    assert (again.returncode, messages) == (0, "")
    assert output == said[0][0]
