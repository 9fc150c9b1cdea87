"""The bytes of a case: real files and seeds, spoiled in a way that follows from its number.

The same number gives the same bytes on every computer and every day, as long as the files it
begins with are the same.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import struct
import zlib
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

from fuzz.readers import READERS
from leafletry.printing import uptodate

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.readers import Reader

    Mutation = Callable[[Random, bytes], bytes]

ROOT = Path(__file__).parent.parent.parent
SEEDS = Path(__file__).parent / "seeds"
BEHIND = "and-"
"""A seed with such a name is laid behind the reader's own file, which may change meanwhile."""
_HUGE = 60
"""Of so many cases one is huge, as these take long."""


def seed_names(reader: str) -> list[str]:
    """Give the names of the seeds of a reader: what was once found, and what it begins with."""
    folder = SEEDS / reader
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def content(reader: str, case: str, project: Path) -> bytes:
    """Give the bytes of a case: a number, or the name of a seed.

    `project` is the small project whose files are spoiled.
    """
    if not case.isdecimal():
        return _seed(reader, case, project)
    random = Random(f"{reader} {case}")  # noqa: S311 - the same every time, and no secret
    spoiled = random.choice(_beginnings(reader, project))
    ways = random.choice(_ways(READERS[reader]))
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 6))):
        spoiled = random.choice(ways)(random, spoiled)
    if not random.randrange(_HUGE):
        spoiled = random.choice(_ENLARGE)(random, spoiled)
    return spoiled


@cache
def _beginnings(reader: str, project: Path) -> tuple[bytes, ...]:
    row = READERS[reader]
    own = [project / row.file] if (project / row.file).is_file() else []
    files = [path.read_bytes() for path in (*own, *(ROOT / name for name in row.beginnings))]
    return (*files, *files, *(_seed(reader, name, project) for name in seed_names(reader)))


def _seed(reader: str, name: str, project: Path) -> bytes:
    seed = (SEEDS / reader / name).read_bytes()
    own = (project / READERS[reader].file).read_bytes() if name.startswith(BEHIND) else b""
    return own + seed


# ── Bytes ──────────────────────────────────────────────────────────────────────────────────────

NASTY: list[bytes | str] = [
    *(b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\r"),
    *(b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\xe2\x80\xa8", b"\xe2\x80\x8b", b"\xf3\xa0\x81\x81"),
    *(
        "\u0301" * 300,
        "a\u0323\u0301" * 200,
        "\u1100" * 99,
        "\ufdfa" * 200,
        "\U0001f469\u200d" * 90,
    ),
    *(
        "\u0130\u0131\u00df\u017f\u212a",
        "\u01c4\ufb03",
        "١٢٣",
        "①Ⅷ½",
        "一二三",
        "\u2028",
        "\x85",
        "\x1b[31m",
        "\x07",
    ),
    *("{{ 7*7 }}", "{% include 'x' %}", "{#", "{x.__class__}", "{0}", "{a!r:>99}", "%(x)s", "%n"),
    *("../../../etc/passwd", "..\\..\\x", "C:\\CON", "/dev/zero", "file:///etc/passwd", "~root"),
    *("http://127.0.0.1:9/x", "javascript:x()", "<script>x()</script>", "&#x202e;", "]]>", "-->"),
    *("`id`", "$(id)", "; id", "| id", "__import__('os')", "\\u202e", "\\ud800", "\\x00", "\\N"),
    *("1e999", "-1", "0", "00", "0x10", "0o7", "1_0", ".inf", ".nan", "9" * 400, "1" * 20, "-0.0"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "0000-00-00", "2026-1-1", "2026-01-01T00:00:00Z"),
    *("true", "yes", "NULL", "~", "*", "**", "****", "* *", "?", "!", "@", "`", "'", '"', "\\"),
]
_NASTY = [piece if isinstance(piece, bytes) else piece.encode() for piece in NASTY]


def _place(random: Random, spoiled: bytes) -> int:
    return random.randint(0, len(spoiled))


def _flip(random: Random, spoiled: bytes) -> bytes:
    changed = bytearray(spoiled or b"x")
    for _ in range(random.choice((1, 1, 2, 8))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _overwrite(random: Random, spoiled: bytes) -> bytes:
    changed = bytearray(spoiled or b"x")
    at = random.randrange(len(changed))
    new = random.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0"))
    changed[at : at + 4] = new[: random.choice((1, 2, 4))]
    return bytes(changed)


def _cut_out(random: Random, spoiled: bytes) -> bytes:
    at = _place(random, spoiled)
    return spoiled[:at] + spoiled[at + random.choice((1, 2, 9, 99, 999)) :]


def _cut_off(random: Random, spoiled: bytes) -> bytes:
    return spoiled[: _place(random, spoiled)]


def _again(random: Random, spoiled: bytes) -> bytes:
    at, length = _place(random, spoiled), random.choice((1, 9, 99, 999))
    return spoiled[:at] + spoiled[at : at + length] * random.choice((1, 2, 20)) + spoiled[at:]


def _insert(random: Random, spoiled: bytes) -> bytes:
    at = _place(random, spoiled)
    noise = random.randbytes(random.choice((1, 4, 40)))
    return spoiled[:at] + random.choice((*_NASTY, noise)) + spoiled[at:]


def _encode(random: Random, spoiled: bytes) -> bytes:
    text = spoiled.decode("utf-8", "replace")
    way = random.choice(
        ("utf-16", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "shift_jis", "utf-8-sig")
    )
    return text.encode(way, "replace")


def _line_ends(random: Random, spoiled: bytes) -> bytes:
    ends = (b"\r\n", b"\r", b"\n\n", b"\x85", b"\xe2\x80\xa8", b" \n", b"\t\n", b"\0\n", b"")
    return spoiled.replace(b"\n", random.choice(ends))


_BYTES: list[Mutation] = [_flip, _overwrite, _cut_out, _cut_off, _again, _insert]


# ── Lines and words ────────────────────────────────────────────────────────────────────────────


def _lines(random: Random, spoiled: bytes) -> bytes:
    lines = spoiled.split(b"\n")
    i, j = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(7):
        case 0:
            lines[i], lines[j] = lines[j], lines[i]
        case 1:
            lines.insert(i, lines[j])
        case 2:
            del lines[i : i + random.choice((1, 2, 5))]
        case 3:
            lines[i] = b" " * random.choice((1, 2, 3, 8)) + lines[i]
        case 4:
            lines[i] = lines[i].strip()
        case 5:
            lines[i : i + 1] = [lines[i]] * random.choice((2, 50, 400))
        case _:
            lines[i] += lines[j]
    return b"\n".join(lines)


_WORD = re.compile(rb"[A-Za-z]{2,}|[0-9][0-9.\-]*|\"[^\"\n]*\"|[\[\]{},:#&*|>\-]")


def _word(random: Random, spoiled: bytes) -> bytes:
    """Put another word of the file, or something nasty, in the place of a word."""
    words = list(_WORD.finditer(spoiled))
    if not words:
        return spoiled
    word, other = random.choice(words), random.choice(words)
    new = random.choice((other[0], other[0], random.choice(_NASTY), b"", word[0] * 9))
    return spoiled[: word.start()] + new + spoiled[word.end() :]


_YAML_SIGNS = [
    *(
        b"&a ",
        b"*a",
        b"!!python/object/apply:os.system [id]",
        b"!x ",
        b"<<: *a",
        b"---\n",
        b"...\n",
    ),
    *(b"%YAML 9.9\n", b"%TAG ! tag:x,2000:\n", b"? ", b"? [a]: b", b": ", b"|+9\n", b">-\n", b"- "),
    *(
        b"[" * 30,
        b"{a: " * 30,
        b"- " * 30,
        b"]",
        b"}",
        b"#",
        b"\t",
        b"!!binary |\n  //8=",
        b"!!set ",
    ),
    *(
        b"needs: x\n",
        b"otherwise: {text: a}\n",
        b"text: ",
        b"cites: [x]\n",
        b"same_meaning_as: a\n",
    ),
]
_PO_SIGNS = [
    *(b'msgid ""\n', b'msgid "a"\n', b'msgstr "b"\n', b'msgctxt "c"\n', b'msgid_plural "d"\n'),
    *(b'msgstr[9] "e"\n', b"#, fuzzy\n", b"#~ ", b"#| ", b'"', b'"\n"', b"\\", b"domain x\n"),
    *(b'"Plural-Forms: nplurals=999999999; plural=n/0;\\n"\n', b'"Language: ../x\\n"\n'),
    b'"Content-Type: text/plain; charset=utf-7\\n"\n',
    b'"Plural-Forms: nplurals=2; plural=' + b"(" * 500 + b"n" + b')\\n"\n',
]
_SVG_SIGNS = [
    *(b"<script/>", b"<image href='http://127.0.0.1:9/'/>", b"<use href='#a'/>", b"<g>" * 300),
    *(
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]>",
        b"&a;",
        b"<?xml-stylesheet href='x'?>",
        b"<!--",
        b"<a/>",
    ),
    *(b" onload='x()'", b" style='x'", b" href='#a'", b" xml:base='http://x/'", b" fill='url(#a)'"),
    *(b" d='M0 0" + b"L1e9 1" * 50 + b"'", b" width='1e308'", b" viewBox='0 0 0 0'", b" r='-1'"),
    *(
        b"<style>@import 'http://x/'</style>",
        b"<foreignObject/>",
        b"<svg>",
        b"</svg>",
        b"<![CDATA[",
    ),
    *(b" xmlns:x='http://www.w3.org/2001/XInclude'", b"<x:include href='/etc/passwd'/>", b"/>"),
    b"<linearGradient id='a' href='#a'/>",
]
_JSON_SIGNS = [
    *(b"[" * 2000, b'{"a":' * 2000, b"NaN", b"Infinity", b"1" * 5000, b'"\\ud800"', b'"../../x"'),
    *(b"null", b"[]", b"{}", b'""', b'"/etc/passwd"', b"-1", b"1e400", b"true", b'"\\u0000"', b","),
]
_SIGNS = {"yaml": _YAML_SIGNS, "po": _PO_SIGNS, "svg": _SVG_SIGNS, "json": _JSON_SIGNS}


def _sign_of(kind: str) -> Mutation:
    """Give what inserts a sign that means something in files of a kind, where a word ends."""

    def insert(random: Random, spoiled: bytes) -> bytes:
        ends = [found.start() for found in re.finditer(rb"\n|>| |,", spoiled)] or [0]
        at = random.choice(ends) + random.randrange(2)
        return spoiled[:at] + random.choice(_SIGNS[kind]) + spoiled[at:]

    return insert


# ── Trees ──────────────────────────────────────────────────────────────────────────────────────

_VALUES: list[Any] = [
    *(0, -1, 1, 2, 17, 10**15, -(10**15), 0.0, -0.0, 0.5, 1e-15, 99999999.9, True, False, None),
    *("", " ", "a", "0", "a" * 901, "a" * 5_000, [], {}, [[]], [""], {"": ""}, [None], {"a": None}),
    *(dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2026, 2, 28), dt.date(1582, 10, 10)),
    *(piece for piece in NASTY if isinstance(piece, str)),
    *([0, 0], [1], [1, -1], [10**15] * 2, ["a"] * 500, ["a b"] * 99, {"text": "a", "needs": "x"}),
]


def _spots(value: Any) -> list[tuple[Any, Any]]:
    """Give every container below a value with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (dict, list)):
            keys = list(part) if isinstance(part, dict) else range(len(part))
            found += [(part, key) for key in keys]
            waiting += part.values() if isinstance(part, dict) else part
    return found


def _change_tree(random: Random, tree: Any) -> Any:
    """Change a value, a key or a list of plain data; give the whole of it."""
    spots = _spots(tree)
    if not spots:
        return random.choice(_VALUES)
    part, key = random.choice(spots)
    other, other_key = random.choice(spots)
    match random.randrange(8):
        case 0:
            del part[key]
        case 1:
            value = part[key]
            for _ in range(random.choice((1, 2, 20, 30))):
                value = random.choice(([value], {"text": value}, {"otherwise": value}))
            part[key] = value
        case 2 if isinstance(part, list):
            part[key:key] = [part[key]] * random.choice((1, 3, 200))
        case 2 | 3 if isinstance(part, dict):
            part[str(random.choice(_VALUES))[:200]] = part.pop(key)
        case 4:
            # A copy: no part of the tree may hold itself.
            part[key] = json.loads(json.dumps(other[other_key], default=str))
        case _:
            part[key] = random.choice(_VALUES)
    return tree


def _yaml_tree(random: Random, spoiled: bytes) -> bytes:
    try:
        tree = yaml.load(spoiled, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return spoiled
    for _ in range(random.choice((1, 1, 2, 4))):
        tree = _change_tree(random, tree)
    try:
        written: bytes = yaml.dump(
            tree,
            Dumper=_PlainDumper,
            allow_unicode=True,
            sort_keys=False,
            width=10**6,
            encoding="utf-8",
        )
    except RecursionError:
        return spoiled  # Deeper than it can be written; the readers get such depths as bytes.
    return written


class _PlainDumper(yaml.CSafeDumper):
    """Writes equal values out each time: what has an alias is refused anyway."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _json_tree(random: Random, spoiled: bytes) -> bytes:
    """Change a tree, and let half of them have the seal that vouches for them."""
    try:
        tree = json.loads(spoiled)
    except (ValueError, RecursionError):
        return spoiled
    for _ in range(random.choice((1, 1, 2, 4))):
        tree = _change_tree(random, tree)
    plain = json.loads(json.dumps(tree, default=str))
    if isinstance(plain, dict) and random.randrange(4):
        plain.pop("seal", None)
        plain["format"] = uptodate.FORMAT
        plain["seal"] = uptodate.seal(plain)
    return json.dumps(plain).encode()


def _chunk(random: Random, spoiled: bytes) -> bytes:
    """Change a chunk of a PNG, and let its checksum be right."""
    at, chunks = 8, []
    while at + 12 <= len(spoiled):
        (length,) = struct.unpack_from(">I", spoiled, at)
        chunks.append((spoiled[at + 4 : at + 8], spoiled[at + 8 : at + 8 + length]))
        at += 12 + length
    if not chunks:
        return spoiled
    i = random.randrange(len(chunks))
    name, inner = chunks[i]
    match random.randrange(5):
        case 0:
            inner = _flip(random, inner)
        case 1:
            inner = _overwrite(random, inner)
        case 2:
            chunks.insert(i, (random.choice((b"iCCP", b"zTXt", b"acTL", b"fdAT", b"tRNS")), inner))
        case 3:
            packed = zlib.compress(bytes(3_000_000), 9)
            bomb = random.choice((b"iCCPx\0\0", b"zTXtx\0\0", b"iTXtx\0\1\0\0\0", b"IDAT"))
            chunks.insert(i, (bomb[:4], bomb[4:] + packed))
        case _:
            del chunks[i]
            chunks.insert(random.randint(0, len(chunks)), (name, inner))
    if i < len(chunks) and chunks[i][0] == name:
        chunks[i] = (name, inner)
    return spoiled[:8] + b"".join(
        struct.pack(">I", len(inner)) + name + inner + struct.pack(">I", zlib.crc32(name + inner))
        for name, inner in chunks
    )


# ── Sizes ──────────────────────────────────────────────────────────────────────────────────────


def _long_line(random: Random, spoiled: bytes) -> bytes:
    at = _place(random, spoiled)
    piece = random.choice(
        (b"a", b"a ", b"[", b"{a: ", b"- ", b'"', b"\\", b"\xcc\x81", b"(", b"<a>")
    )
    return spoiled[:at] + piece * random.choice((20_000, 150_000)) + spoiled[at:]


def _many_values(random: Random, spoiled: bytes) -> bytes:
    return spoiled + b"x: [" + random.choice((b"a,", b"[],", b"{},", b"'',")) * 120_000 + b"]\n"


def _many_lines(random: Random, spoiled: bytes) -> bytes:
    lines = spoiled.split(b"\n") or [b""]
    return spoiled + (random.choice(lines) + b"\n") * random.choice((5_000, 30_000))


_ENLARGE: list[Mutation] = [_long_line, _many_values, _many_lines]


def _ways(reader: Reader) -> list[list[Mutation]]:
    """Give lists of ways to spoil a file; one list is for what goes deepest, and that alone."""
    if reader.kind == "bytes":
        return [_BYTES]
    if reader.kind == "png":
        return [_BYTES, [_chunk]]
    ways = [*_BYTES, _encode, _line_ends, *[_lines] * 3, *[_word] * 4, *[_sign_of(reader.kind)] * 4]
    if reader.kind == "yaml":
        return [[*ways, _yaml_tree], [_yaml_tree]]
    return [[*ways, _json_tree], [_json_tree]] if reader.kind == "json" else [ways]
