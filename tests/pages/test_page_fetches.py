"""Pages fetch nothing: whatever address stands in a sheet, a drawing, a template or a text."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from one_edition import print_one
from small_project import ACT, CALL, build_here, built, messages_of, replace, root
from test_bad_input import WATCH

from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition

__all__ = ["built", "root"]  # Fixtures of the tests of the build.


@pytest.fixture
def hits() -> Iterator[tuple[str, list[str]]]:
    """An address of this computer where somebody counts who asks, and what was asked."""
    asked: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


CSS = [
    '@import url("URL");',
    '@import "URL";',
    "body { background: url(URL) }",
    'body { background-image: image-set("URL" 1x) }',
    "li::before { content: url(URL) }",
    "li { list-style-image: url(URL) }",
    "main { border-image: url(URL) 1 }",
    "@page { background: url(URL) }",
    "@font-face { font-family: A; src: url(URL) } h1 { font-family: A }",
    "@font\\2d face { font-family: A; src: url(URL) } h1 { font-family: A }",
    "@FONT-FACE{font-family:A;src:url(URL)} h1 { font-family: A }",
    "@color-profile --a { src: url(URL) } h1 { color: color(--a 0 0 0) }",
    "h1 { mask-image: url(URL); filter: url(URL#a); cursor: url(URL), auto }",
    "@namespace url(URL);",
]
SVG = [
    '<image href="URL" width="9" height="9"/>',
    '<image xlink:href="URL" width="9" height="9"/>',
    '<use href="URL#a"/>',
    '<style>@import "URL"; rect { fill: url(URL#a) }</style><rect width="9" height="9"/>',
    '<rect width="9" height="9" fill="url(URL#a)" style="mask: url(URL#b)"/>',
    '<foreignObject><img src="URL"/></foreignObject><script href="URL"/>',
]
HTML = [
    '<link rel="stylesheet" href="URL"/>',
    '<link rel="attachment" href="URL"/>',
    '<link rel="icon" href="URL"/>',
    '<img src="URL" alt=""/>',
    '<object data="URL"></object><embed src="URL"/><iframe src="URL"></iframe>',
    '<p style="background: url(URL)">x</p>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="URL"/></svg>',
    '<a href="URL" rel="attachment">x</a>',
    '<base href="URL"/><img src="a.png" alt=""/>',
]
PLACES = [
    *(("styles/blocks.css", rule) for rule in CSS),
    *(("templates/figures/sleeping-baby.svg", part) for part in SVG),
    *(("templates/leaflet.html", part) for part in HTML),
]
KINDS = ["http://HOST/x", "//HOST/x", "file://FILE"]


@pytest.mark.usefixtures("press_here")
@pytest.mark.parametrize(("name", "part"), PLACES, ids=range(len(PLACES)))
def test_page_fetches_nothing(
    name: str, part: str, root: Path, tmp_path: Path, hits: tuple[str, list[str]]
) -> None:
    """Whatever address stands in a sheet, drawing or template, nobody is asked, no file read."""
    host, asked = hits
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for left in (f"leaflets/{ACT}.yaml", "locales/nl/LC_MESSAGES/messages.po"):
        (root / left).unlink()
    (root / "locales" / "nl" / "glossary.yaml").unlink()
    (root / "locales" / "nl" / "LC_MESSAGES").rmdir()
    (root / "locales" / "nl").rmdir()
    addresses = [kind.replace("HOST", host).replace("FILE", str(secret)) for kind in KINDS]
    path = root / name
    sound = path.read_text("utf-8")
    for address in addresses:
        hostile = part.replace("URL", address)
        if name.endswith(".css"):
            path.write_text(f"{hostile}\n{sound}", "utf-8")
        elif name.endswith(".svg"):
            path.write_text(sound.replace("</svg>", f"{hostile}</svg>"), "utf-8")
        else:
            path.write_text(sound.replace("<main>", f"<main>{hostile}"), "utf-8")
        with WATCH.over(root):
            tried = print_one(root, CALL)
        assert asked == []
        reached = [seen for seen in WATCH.seen if str(secret) in seen or "socket" in seen]
        assert reached == [], hostile
        assert (tried.record is None) is bool(tried.said), tried.said
        assert "please report this line" not in tried.said


def test_count_of_who_asks_is_right(hits: tuple[str, list[str]]) -> None:
    """Somebody who does ask is counted, so that silence means something."""
    with pytest.raises(HTTPError):
        urlopen(f"http://{hits[0]}/x")
    assert hits[1] == ["/x"]


@pytest.mark.parametrize("words", ["{{ 7 * 7 }}", "{% include 'secret' %}", "{# gone #}", "${7*7}"])
def test_words_are_no_template(words: str, root: Path) -> None:
    """What looks like a template in a text is refused, or printed as it is; it is never run."""
    (root / f"leaflets/{ACT}.yaml").unlink()
    replace(root, f"leaflets/{CALL}.yaml", "Signs in a baby", f'"Signs {words}"')
    assert "a brace belongs to no placeholder" in messages_of(build_here(root))
    replace(root, f"leaflets/{CALL}.yaml", f'"Signs {words}"', "Signs in a baby")
    replace(root, "leaflets/sources.yaml", "A study of leukemia", f'"A study {words}"')

    job = Composition.of(read_project(root)).job(Edition(CALL, "en", "a4"), None)
    assert words.replace("'", "&#39;") in job.html
