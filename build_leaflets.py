#!/usr/bin/env python3
"""The one door to Leafletry: sets itself up once, then hands over to the engine.

    python3 build_leaflets.py           build every leaflet that is out of date
    python3 build_leaflets.py test      run all tests (pytest's options may follow)
    python3 build_leaflets.py lock      make all lock files anew (--upgrade: with newer versions)
    python3 build_leaflets.py --help    everything else

Exit code 2 means that something has to be installed by hand first; the message names the command.
"""

# This file runs under a bare Python and must be read, if only to say no, by an old one:
# standard library only, no syntax newer than Python 3.6, and every import but these two
# stands in the function that needs it, so that a run with nothing to do costs next to nothing.
import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an old Python reads this far, and no further
    sys.stderr.write(
        "Leafletry needs Python 3.11 or newer, and this is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]}. Install a newer one from "
        "https://www.python.org/downloads/ and run this again with it.\n"
    )
    sys.exit(2)

PROJECT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(PROJECT, ".venv")
WINDOWS = os.name == "nt"
VENV_PYTHON = os.path.join(VENV, *(["Scripts", "python.exe"] if WINDOWS else ["bin", "python"]))
UNFINISHED = os.path.join(VENV, "unfinished")

# What set-up and builds make here. Whoever gets the project cannot trust what lies there already.
MADE_HERE = (".venv", ".venv.lock", ".cache", "output")
MOST_BYTES = 50_000_000

# What the environment can be ready for, and the lock that says what that takes.
# Each lock holds everything in the one before it, in the same versions.
LOCKS = {
    "build": "requirements.lock",
    "serve": "requirements-studio.lock",
    "test": "requirements-dev.lock",
}

# What must be there and be loaded before .venv counts as ready. The program is given a lock.
# None of these asks the system for a library that draws text: those are looked for by themselves.
IMPORTED = {
    "build": ["jinja2", "lxml.etree", "PIL.Image", "pydantic"],
    "serve": ["jinja2", "lxml.etree", "PIL.Image", "pydantic", "starlette", "uvicorn"],
    "test": ["jinja2", "lxml.etree", "PIL.Image", "pydantic", "starlette", "uvicorn", "pytest"],
}
PROOF = """
import importlib, sys, warnings
from importlib.metadata import version
from pip._vendor.packaging.requirements import Requirement
warnings.simplefilter("ignore")
for line in open(sys.argv[1], encoding="utf-8"):
    if line[:1].isalnum():
        wanted = Requirement(line.partition("\\\\")[0].strip())
        if wanted.marker is None or wanted.marker.evaluate():
            found = version(wanted.name)
            assert wanted.specifier.contains(found, prereleases=True), (str(wanted), found)
for name in sys.argv[2:]:
    importlib.import_module(name)
"""

# Of people's settings of pip, those by which it reaches packages; a later section counts more.
PIP_SECTIONS = ("global", "install", ":env:")
WAYS_TO_PACKAGES = (
    *("index-url", "extra-index-url", "find-links", "no-index", "proxy", "cert", "client-cert"),
    *("trusted-host", "timeout", "default-timeout", "retries", "keyring-provider"),
)

# The shared libraries that draw text, under their names on Linux, macOS and Windows.
LIBRARIES = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    "HarfBuzz-subset": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset.0.dylib",
        "libharfbuzz-subset-0.dll",
    ),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
}
HOMEBREW = ("/opt/homebrew/lib", "/usr/local/lib")
MSYS2 = "C:\\msys64\\ucrt64\\bin;C:\\msys64\\mingw64\\bin"
LIBRARY_PACKAGES = {
    "apt-get": ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "libfontconfig1"],
    "dnf": ["pango", "harfbuzz", "fontconfig"],
    "brew": ["pango"],
}
WINDOWS_COMMANDS = [
    "winget install --exact --id MSYS2.MSYS2",
    "C:\\msys64\\usr\\bin\\pacman -S --noconfirm mingw-w64-ucrt-x86_64-pango",
]

# Programs that only tests call, and the Debian package of each.
TEST_TOOLS = {
    "javac": "default-jdk-headless",
    "pdftotext": "poppler-utils",
    "mutool": "mupdf-tools",
    "msgfmt": "gettext",
    "i18nspector": "i18nspector",
    "faketime": "faketime",
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
}


class CannotGoOnError(Exception):
    """Set-up needs a human hand; the text says what to do."""


def main(arguments: list[str]) -> int:
    """Do what the arguments ask; where that cannot be, say why in words; return the exit code."""
    open_streams()
    try:
        return do(arguments)
    except CannotGoOnError as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Run the same command again to go on.\n")
        return 130


def open_streams() -> None:
    """See to it that the standard streams are there: a file of ours must not take their place."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - takes no keyword
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            stream = open(descriptor, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)


def not_heard(problem: OSError) -> int:
    """Say why what was printed is not written; return the exit code."""
    # What still waits to be written would trip the interpreter when it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if isinstance(problem, BrokenPipeError):
        return 0  # Who listened and left has heard enough.
    sys.stderr.write(f"standard output: cannot be written: {problem.strerror}\n")
    return 1


def do(arguments: list[str]) -> int:
    """Set up what is missing, then hand over to whoever does what the arguments ask."""
    refuse_strange_names()
    refuse_links()
    leave_foreign_modules()
    command = arguments[0] if arguments else ""
    if command == "test":
        make_ready("test")
        os.chdir(PROJECT)
        return hand_over(["-I", "-m", "pytest", *arguments[1:]])
    if command == "lock":
        make_ready("test")
        return make_locks(arguments[1:])
    make_ready("serve" if command == "serve" else "build")
    try:
        code = report_if_current(arguments)
        sys.stdout.flush()
    except OSError as problem:
        return not_heard(problem)
    if code is not None:
        return code
    # -I: no module may stand in for one of the engine's or of a locked package, be it in the
    # caller's folder, in one that a variable names, or in one of the caller's own packages.
    return hand_over(["-I", "-m", "leafletry", *arguments])


def refuse_strange_names() -> None:
    """Go no further in a folder whose name is no text: it could be told to nobody."""
    try:
        PROJECT.encode("utf-8")
    except UnicodeEncodeError:
        raise CannotGoOnError(
            f"The path of this folder is not UTF-8 text: {os.fsencode(PROJECT)!r}.\n"
            "Give it, and the folders around it, names in plain letters, and run this again."
        ) from None


def refuse_links() -> None:
    """Go no further where set-up or a build would write or empty something behind a link."""
    links = [name for name in MADE_HERE if os.path.islink(os.path.join(PROJECT, name))]
    if links:
        lines = "".join(f"    {os.path.join(PROJECT, name)}\n" for name in links)
        raise CannotGoOnError(
            f"Leafletry writes and empties these places, and they are links to others:\n{lines}"
            "Nothing was changed. Remove the links (not what they lead to), and run this again."
        )


def leave_foreign_modules() -> None:
    """Take no module from where PYTHONPATH says, nor let a program that is started do so."""
    places = os.environ.pop("PYTHONPATH", "")
    if places:
        foreign = {os.path.abspath(place) for place in places.split(os.pathsep)}
        library = os.path.dirname(os.__file__)
        foreign -= {PROJECT, library, os.path.join(library, "lib-dynload")}
        sys.path[:] = [place for place in sys.path if os.path.abspath(place) not in foreign]


def make_ready(purpose: str) -> None:
    """Make sure that .venv serves the purpose; do nothing when it does."""
    if not is_ready(purpose):
        set_up(purpose)


def is_ready(purpose: str) -> bool:
    """Tell whether .venv was set up to the end, with today's lock, for this Python and place."""
    try:
        stamp = read_plain(stamp_file(purpose))
        return stamp == stamp_text(purpose) and os.path.exists(VENV_PYTHON)
    except OSError:
        return False


def read_plain(path: str) -> bytes:
    """Return what stands in a file; raise OSError where it is a link, a pipe or anything else."""
    import stat

    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError(f"{path} is no file")
    with open(path, "rb", opener=open_plain) as file:
        return file.read(MOST_BYTES)


def open_plain(path: str, flags: int) -> int:
    """Return the descriptor of a file; nothing behind a link is touched, no pipe is waited for."""
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    return os.open(path, flags, 0o644)


def stamp_file(purpose: str) -> str:
    """Return the file that says what .venv is ready for."""
    return os.path.join(VENV, "ready-to-" + purpose)


def stamp_text(purpose: str) -> bytes:
    """Return what the stamp must say: which Python, where, and the lock itself."""
    # The lock as it is, because two files are compared sooner than one is hashed.
    place = f"{sys.implementation.cache_tag} {sys.platform}\n{PROJECT}\n"
    return os.fsencode(place) + read_plain(os.path.join(PROJECT, LOCKS[purpose]))


def report_if_current(arguments: list[str]) -> int | None:
    """Let the engine's quick look answer in this very process; None when there is more to do."""
    if not os.path.exists(os.path.join(PROJECT, "leafletry", "printing", "uptodate.py")):
        return None
    sys.path.insert(0, PROJECT)
    from pathlib import Path

    from leafletry.printing import uptodate

    return uptodate.report_if_current(Path(PROJECT), arguments)


def hand_over(arguments: list[str]) -> int:
    """Go on as the Python of .venv; Windows cannot, so there wait and return its exit code."""
    if sys.platform == "darwin":
        # Python from python.org does not look where Homebrew puts Pango.
        places = [os.environ.get("DYLD_FALLBACK_LIBRARY_PATH", ""), *HOMEBREW]
        os.environ["DYLD_FALLBACK_LIBRARY_PATH"] = ":".join(filter(None, places))
    command = [VENV_PYTHON, *arguments]
    if WINDOWS:
        import subprocess

        return subprocess.call(command)
    sys.stdout.flush()
    sys.stderr.flush()
    return os.execv(VENV_PYTHON, command)


# Set-up: everything below runs once.


def set_up(purpose: str) -> None:
    """Install all that the purpose needs; safe to interrupt and to start twice at one time."""
    try:
        turn = wait_for_turn()
        try:
            if is_ready(purpose):
                return  # Another run did the work while this one waited.
            say("Setting up Leafletry. This happens once and takes a few minutes.")
            install_system_packages()
            if purpose == "test":
                install_test_tools()
            # pip outlives a door that is killed: the next set-up has to wait for it too.
            os.set_inheritable(turn, True)  # noqa: FBT003 - takes no keyword
            fill_venv(purpose)
            say("Set-up is complete.")
        finally:
            os.close(turn)
    except OSError as problem:
        message = f"Leafletry could not set itself up in {PROJECT}: {problem}"
        raise CannotGoOnError(message) from problem


def say(text: str) -> None:
    """Tell the person at the terminal what goes on, unless they asked for quiet."""
    if "--quiet" not in sys.argv:
        sys.stderr.write(text + "\n")


def wait_for_turn() -> int:
    """Return the descriptor of a locked file; the system unlocks it when its last holder ends."""
    import stat

    path = os.path.join(PROJECT, ".venv.lock")
    turn = open_plain(path, os.O_RDWR | os.O_CREAT)
    if not stat.S_ISREG(os.fstat(turn).st_mode):
        os.close(turn)
        raise OSError(f"{path} is no file")
    if not lock_file(turn):
        holder = os.read(turn, 20).decode("ascii", "replace")
        process = f" (process {holder})" if holder.isdigit() else ""
        say(f"Another set-up{process} is under way; waiting for it to end. Ctrl-C stops waiting.")
        import time

        while not lock_file(turn):
            time.sleep(0.2)
    if not WINDOWS:  # There nobody else may read what is locked.
        os.ftruncate(turn, 0)
        os.lseek(turn, 0, os.SEEK_SET)
        os.write(turn, str(os.getpid()).encode())
    return turn


def lock_file(descriptor: int) -> bool:
    """Lock the open file against all other processes; False when one of them holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def run(
    command: list[str], *, environment: dict[str, str] | None = None, aloud: bool = True
) -> tuple[bool, str]:
    """Run a command without input; return whether it went well, and what it said.

    With --verbose the person sees what it says at once, and nothing is returned, unless it is
    not to be heard aloud.
    """
    import subprocess

    verbose = aloud and "--verbose" in sys.argv
    result = subprocess.run(
        command,
        check=False,
        close_fds=False,
        cwd=PROJECT,
        env={**(environment or os.environ), "DEBIAN_FRONTEND": "noninteractive"},
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr if verbose else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return result.returncode == 0, result.stdout or ""


def last_lines(output: str) -> str:
    """Return the end of what a failed command said, where the reason stands."""
    return "".join(f"    {line}\n" for line in output.splitlines()[-15:])


# The environment


def fill_venv(purpose: str) -> None:
    """Put into .venv what the purpose's lock names; the stamps that vouch for it come last."""
    # Before anything else: a lock that changes meanwhile must not be vouched for.
    stamps = {ready: stamp_text(ready) for ready in purposes_up_to(purpose)}
    if not can_be_added_to(purpose):
        make_venv()
    with open(UNFINISHED, "wb", opener=open_plain):
        pass
    install_locked(LOCKS[purpose])
    show_project_to_venv()
    prove(purpose)
    for ready, text in stamps.items():
        with open(stamp_file(ready), "wb", opener=open_plain) as stamp:
            stamp.write(text)
    os.remove(UNFINISHED)


def purposes_up_to(purpose: str) -> list[str]:
    """Return what .venv can also do when it can do this, this included."""
    purposes = list(LOCKS)
    return purposes[: purposes.index(purpose) + 1]


def can_be_added_to(purpose: str) -> bool:
    """Tell whether .venv is sound and only lacks the packages of a further purpose."""
    *lesser, _ = purposes_up_to(purpose)
    tried = any(os.path.exists(stamp_file(name)) for name in LOCKS if name not in lesser)
    return any(map(is_ready, lesser)) and not tried and not os.path.exists(UNFINISHED)


def make_venv() -> None:
    """Make an empty .venv in place of whatever is there."""
    for purpose in LOCKS:
        # First of all: a stamp must never outlive what it vouches for.
        if os.path.lexists(stamp_file(purpose)):
            os.remove(stamp_file(purpose))
    # The door may have been opened with the very Python that is about to be replaced.
    python = getattr(sys, "_base_executable", "") or sys.executable
    went_well, output = run([python, "-I", "-m", "venv", "--clear", VENV])
    if not went_well:
        raise CannotGoOnError(last_lines(output) + "Python could not make the folder " + VENV)


def install_locked(lock: str) -> None:
    """Install the packages of a lock file, each checked by its hash, none built on the spot."""
    say("Downloading what Leafletry is made of ...")
    pip = [VENV_PYTHON, "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    pip += ["--only-binary", ":all:", "--require-hashes", "-r", lock]
    went_well, output = run(pip, environment=ways_to_packages())
    if not went_well:
        raise CannotGoOnError(
            last_lines(output) + "The download did not succeed; the lines above say why.\n"
            "Is this computer connected to the internet? Then run the same command once more,\n"
            "with --verbose to see every step. 'No matching distribution' means that a package\n"
            "does not support this computer's system."
        )


def ways_to_packages() -> dict[str, str]:
    """Return an environment in which pip knows how to reach packages, and nothing else.

    People's settings say by which mirror, proxy or certificate; others of theirs would have pip
    install somewhere else, or nothing at all.
    """
    import ast

    _, told = run([VENV_PYTHON, "-I", "-m", "pip", "config", "list"], aloud=False)
    found: dict[tuple[int, str], str] = {}
    for line in told.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        if section in PIP_SECTIONS and option in WAYS_TO_PACKAGES:
            found[PIP_SECTIONS.index(section), option] = str(ast.literal_eval(value))
    environment = {name: value for name, value in os.environ.items() if name[:4] != "PIP_"}
    environment["PIP_CONFIG_FILE"] = os.devnull
    for (_, option), value in sorted(found.items()):
        environment["PIP_" + option.upper().replace("-", "_")] = value
    return environment


def prove(purpose: str) -> None:
    """Make sure that .venv itself holds what the purpose's lock names, and that it can be used."""
    well, output = run([VENV_PYTHON, "-I", "-c", PROOF, LOCKS[purpose], *IMPORTED[purpose]])
    if not well:
        raise CannotGoOnError(
            last_lines(output) + "What was downloaded is not all in " + VENV + ", or cannot be\n"
            "used; the lines above say what. Run the same command once more; if it does not\n"
            "help, please report these lines."
        )


def show_project_to_venv() -> None:
    """Let the Python of .venv import the engine from any folder."""
    import glob

    library = os.path.join(VENV, "Lib" if WINDOWS else "lib")
    (packages,) = glob.glob(
        "site-packages" if WINDOWS else "python3*/site-packages", root_dir=library
    )
    with open(os.path.join(library, packages, "leafletry.pth"), "w", encoding="ascii") as start_up:
        # A bare path would be read in the system's encoding, whatever that is.
        start_up.write(f"import sys; sys.path.append({PROJECT!a})\n")


# The system's packages


def install_system_packages() -> None:
    """Make sure that text can be drawn and a venv be made, or say how a person can see to it."""
    lacking = missing_parts()
    if not lacking:
        return
    manager = package_manager()
    packages = packages_for(lacking, manager)
    prefix = administrator_prefix(manager) if packages else None
    output = ""
    if prefix is not None:
        say(f"Installing {', '.join(lacking)} ...")
        output = install_packages(prefix, manager, packages)
        lacking = missing_parts()
    if lacking:
        raise CannotGoOnError(last_lines(output) + advice(lacking, manager, packages))


def missing_parts() -> list[str]:
    """Name what this computer lacks before Leafletry can be set up."""
    import importlib.util

    importlib.invalidate_caches()
    # Debian keeps this half of venv in a package of its own.
    venv = [] if importlib.util.find_spec("ensurepip") else ["venv"]
    return [name for name, files in LIBRARIES.items() if not can_load(files)] + venv


def can_load(files: tuple[str, ...]) -> bool:
    """Tell whether a shared library can be loaded under one of its file names."""
    import ctypes

    if sys.platform == "win32":
        for place in os.environ.get("WEASYPRINT_DLL_DIRECTORIES", MSYS2).split(";"):
            if os.path.isdir(place):
                os.add_dll_directory(place)
    places = ["", *HOMEBREW] if sys.platform == "darwin" else [""]
    for path in [os.path.join(place, name) for place in places for name in files]:
        try:
            ctypes.CDLL(path)
        except OSError:
            continue
        return True
    return False


def package_manager() -> str:
    """Return the name of the package manager that Leafletry can talk to, or nothing."""
    import shutil

    known = ["brew"] if sys.platform == "darwin" else ["apt-get", "dnf"]
    return next((name for name in known if shutil.which(name)), "")


def packages_for(lacking: list[str], manager: str) -> list[str]:
    """Return the packages that bring what is lacking; none when the manager is not known."""
    packages = []
    if any(name in LIBRARIES for name in lacking):
        packages += LIBRARY_PACKAGES.get(manager, [])
    if "venv" in lacking and manager == "apt-get":
        packages.append(f"python3.{sys.version_info.minor}-venv")
    return packages


def administrator_prefix(manager: str) -> list[str] | None:
    """Return what stands before a command that installs; None when it would ask a password."""
    import shutil

    if manager == "brew" or (not WINDOWS and os.geteuid() == 0):
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"])[0]:
        return ["sudo", "-n"]
    return None


def install_command(manager: str, packages: list[str]) -> list[str]:
    """Return the command that installs packages without a question."""
    options = {"apt-get": ["-y", "--no-install-recommends"], "dnf": ["-y"]}
    return [manager, "install", *options.get(manager, []), *packages]


def install_packages(prefix: list[str], manager: str, packages: list[str]) -> str:
    """Install packages, from a fresh list where the old one will not do; return what was said."""
    command = prefix + install_command(manager, packages)
    went_well, output = run(command)
    if not went_well and manager == "apt-get":
        run([*prefix, "apt-get", "update"])
        output = run(command)[1]
    return output


def advice(lacking: list[str], manager: str, packages: list[str]) -> str:
    """Return the message for a person who has to install what is lacking."""
    needs = f"Leafletry needs {', '.join(lacking)}, which this computer does not have. "
    commands = WINDOWS_COMMANDS if WINDOWS else commands_to_type(manager, packages)
    if not commands:
        return needs + "Please install it, then run this again."
    lines = "".join(f"    {command}\n" for command in commands)
    return f"{needs}Please run\n{lines}and then run this again."


def commands_to_type(manager: str, packages: list[str]) -> list[str]:
    """Return the commands that install packages, as a person types them."""
    import shlex

    if not packages:
        return []
    install = shlex.join(install_command(manager, packages))
    if manager == "brew":
        return [install]
    update = ["sudo apt-get update"] if manager == "apt-get" else []
    return [*update, "sudo " + install]


def install_test_tools() -> None:
    """Install the programs that only tests call, where that is allowed; tests skip without them."""
    lacking = missing_tools()
    manager = package_manager()
    prefix = administrator_prefix(manager) if manager == "apt-get" else None
    if lacking and prefix is not None:
        say("Installing {} for the tests ...".format(", ".join(lacking)))
        install_packages(prefix, manager, [TEST_TOOLS[tool] for tool in lacking])
        lacking = missing_tools()
    if lacking:
        say("Tests that need these programs will be skipped: " + ", ".join(lacking))


def missing_tools() -> list[str]:
    """Name the programs that tests call and that are not there."""
    import shutil

    return [tool for tool in TEST_TOOLS if not shutil.which(tool)]


# The lock files


def make_locks(options: list[str]) -> int:
    """Write all lock files from pyproject.toml, with no trace of this computer or an index."""
    uv = [VENV_PYTHON, "-m", "uv", "--no-config", "pip", "compile", "--quiet", "--universal"]
    uv += ["--python-version", "3.11", "--generate-hashes", "--no-annotate"]
    uv += ["--no-emit-index-url", "--no-emit-find-links"]
    uv += ["--custom-compile-command", "python3 build_leaflets.py lock", *options]
    # Each lock is bound to the one before it, so that tests run what is shipped.
    studio = ["--extra", "studio"]
    for lock, extra in [
        (LOCKS["build"], []),
        (LOCKS["serve"], [*studio, "--constraint", LOCKS["build"]]),
        (LOCKS["test"], [*studio, "--group", "dev", "--constraint", LOCKS["serve"]]),
    ]:
        went_well, output = run([*uv, *extra, "--output-file", lock, "pyproject.toml"])
        if not went_well:
            raise CannotGoOnError(last_lines(output) + "The lock files could not be made.")
    say("All lock files are made.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
