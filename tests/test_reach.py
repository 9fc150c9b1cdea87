"""No shell, no fetch: the engine starts no program, asks no network, and writes where it may."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Built
from test_architecture import ENGINE, modules

posix_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

# ── In the source ──────────────────────────────────────────────────────────────────────────────

OUTWARD = {
    *("subprocess", "socket", "ssl", "urllib.request", "urllib.error", "http", "ftplib", "smtplib"),
    *("telnetlib", "xmlrpc", "requests", "httpx", "aiohttp", "urllib3", "webbrowser", "asyncio"),
    *("pickle", "marshal", "shelve", "dbm", "ctypes", "pty", "code", "runpy", "importlib", "xml"),
    *("lxml", "multiprocessing", "uvicorn", "starlette", "socketserver", "zipfile", "tarfile"),
}
"""Modules by which a program reaches out, starts another, or trusts what it unpacks."""
ALLOWED: dict[str, dict[str, str]] = {
    "building/beside": {"multiprocessing": "a copy of the process; what passes is ours"},
    "printing/presses": {"multiprocessing": "several processes; what passes between them is ours"},
    "printing/printing": {
        "ctypes": "keeps WeasyPrint from starting ldconfig",
        "xml": "pages our own templates wrote",
    },
    "reading/arms_length": {
        "subprocess": "our own programs that open what people give, with little memory and time",
        "runpy": "becomes that program, once the limits are set",
    },
    "reading/svg_numbers": {"lxml": "for its types"},
    "editions/printed_words": {"lxml": "pages our own templates wrote"},
    "editions/record": {"importlib": "asks which versions are installed"},
    "pages/packet": {
        "xml": "metadata that we write",
        "lxml": "metadata of given files: no entities, no network, no huge trees",
    },
    "verifying/foreign_pdf": {"subprocess": "our own reader of PDFs, with little memory and time"},
    "verifying/history": {
        "subprocess": "git, without a shell, to find the commit a file was made from",
    },
    "verifying/rebuilding": {"subprocess": "an older engine of this project, in its own process"},
    "checking/leaflet_rules": {"lxml": "drawings: no entities, no network, no huge trees"},
    "editions/fonts": {"importlib": "where the files of our own font packages are"},
    "content/logos": {"lxml": "logos: no entities, no network, no huge trees"},
    "catalogs/pseudo": {
        "xml": "pages our own templates wrote",
        "lxml": "drawings of the project, looked at line by line",
    },
    "editions/copy": {"xml": "pages our own templates wrote"},
    "reading_back/paper": {"ctypes": "what PDFium hands over of a page"},
    "pages/conformance": {"xml": "metadata that WeasyPrint wrote"},
    "pages/typesetting": {"xml": "pages our own templates wrote"},
    "proof/proof": {"xml": "pages our own templates wrote"},
    "cli/serve": {"importlib": "asks whether the desk is set up; imports nothing by name"},
    "desk/server": {
        "socket": "listens on this computer's own address only",
        "asyncio": "the desk",
        "http": "names of answers",
        "uvicorn": "the desk",
        "starlette": "the desk",
    },
    "desk/guard": {"http": "names of answers", "starlette": "the desk"},
    "desk/watching": {"asyncio": "waits for people to save"},
}
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
METHODS = {
    *("os.system", "os.popen", "os.startfile", "os.fork", "os.forkpty", "os.kill"),
    *("os.execv", "os.execve", "os.execvp", "os.spawnv", "os.posix_spawn", "yaml.load"),
    *("yaml.unsafe_load", "yaml.full_load", "pickle.load", "pickle.loads"),
}


def tree_of(module: str) -> ast.Module:
    """Give a module's syntax tree."""
    path = ENGINE / f"{module}.py"
    return ast.parse(path.read_text("utf-8"))


def names_imported(tree: ast.AST) -> set[str]:
    """Give every module that a tree imports, at run time or for its types."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def outward(tree: ast.AST) -> set[str]:
    """Give the modules of `OUTWARD` that a tree imports, whole or in part."""
    found = set()
    for name in names_imported(tree):
        parts = name.split(".")
        heads = [".".join(parts[:i]) for i in range(len(parts), 0, -1)]
        known = [head for head in heads if head in OUTWARD]
        found |= set(known[:1])
    return found


def calls_of(tree: ast.AST) -> set[str]:
    """Give what a tree calls, or names, that runs words as a program."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in CALLS:
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in METHODS:
            found.add(ast.unparse(node))
        elif isinstance(node, ast.keyword) and node.arg == "shell":
            found.add("shell=")
    return found


@pytest.mark.parametrize("module", modules())
def test_engine_imports_nothing_that_reaches_out(module: str) -> None:
    """Only the modules listed here, for the reasons given, have what could reach out."""
    assert outward(tree_of(module)) == set(ALLOWED.get(module, {}))


@pytest.mark.parametrize("module", modules())
def test_engine_runs_no_words(module: str) -> None:
    """No module evaluates text, starts a shell, or loads YAML that builds objects."""
    assert calls_of(tree_of(module)) == set()


def test_list_names_what_is_there() -> None:
    """The list of what is allowed has no module that is gone, and judges what it seems to."""
    assert set(ALLOWED) <= set(modules())
    tree = ast.parse(
        "import urllib.request as u, os\nfrom subprocess import run\nfrom lxml import etree\n"
        "def f():\n    import socket\n    os.system('x'); eval('1'); run('x', shell=True)\n"
    )
    assert outward(tree) == {"urllib.request", "subprocess", "lxml", "socket"}
    assert calls_of(tree) == {"os.system", "eval", "shell="}


# ── At run time ────────────────────────────────────────────────────────────────────────────────


@posix_only
def test_whole_build_reaches_for_nothing(built: Built) -> None:
    """All editions, a clinic's too, are built without a network, a program or a foreign file.

    The build that all tests look at is watched, with all its processes.
    """
    assert built.said == ""
    assert len(built.records) >= 2
    assert built.reached.read_text("utf-8") == ""


@posix_only
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("import socket; socket.socket().connect_ex(('127.0.0.1', 9))", "socket.connect"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import os; os.system('true')", "os.system"),
        ("open(root / 'notes.txt', 'a').close()", "open "),
        ("(root / 'output' / '..' / 'notes.txt').touch()", "open "),
        ("(root / 'outputs').mkdir()", "os.mkdir"),
        ("(root / 'leaflets').rename(root / 'output' / 'leaflets')", "os.rename"),
        ("import shutil; shutil.rmtree(root / 'leaflets')", "os.rmdir"),
        ("import os; os.fork() or (root / 'x').touch(); os._exit(0)", "open "),
        ("(root / 'output' / 'a').mkdir(parents=True); (root / '.cache').mkdir()", ""),
        ("import shutil; (root / 'output').mkdir(); shutil.rmtree(root / 'output')", ""),
        ("print(open(root / 'leaflets' / 'a').read())", ""),
    ],
)  # fmt: skip
def test_watch_sees_what_reaches_out(body: str, says: str, tmp_path: Path) -> None:
    """The watch notes what it is for, also in other processes, and nothing else."""
    home = tmp_path / "project"
    (home / "leaflets").mkdir(parents=True)
    (home / "leaflets" / "a").write_text("a")
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"from pathlib import Path; import reach\nroot = Path({str(home)!r})\n"
        f"reach.watch(root, root.parent / 'log')\n{body}\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, check=False)
    noted = (tmp_path / "log").read_text("utf-8")
    assert says in noted
    assert bool(noted) is bool(says), (noted, done.stderr)
