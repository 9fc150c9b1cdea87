"""Templates arrange words: they reach nothing of the program, and say where they are broken."""

import pickle
import re
from pathlib import Path

import jinja2
import pytest
from conftest import ROOT, leaflet_names

from leafletry.content.project import read_project
from leafletry.editions.composition import template_problem
from leafletry.editions.localization import LocalizedLeaflet, localize_leaflet
from leafletry.editions.markup import leaflet_html, template_environment
from leafletry.editions.sandbox import Templates


@pytest.fixture(scope="module")
def leaflet() -> LocalizedLeaflet:
    """A leaflet as templates are given it."""
    return localize_leaflet(read_project(ROOT), leaflet_names()[0], "es", None)


class _Runs:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.mkdir, (Path("ran"),)  # type: ignore[return-value]


PICKLED = pickle.dumps(_Runs(), 0).decode("latin-1").replace("\n", "\\n")
UNPICKLE = "content_type='pickle', proto='pickle', allow_pickle=true"
ATTEMPTS = [
    *(
        f"{{{{ {start}{way} }}}}"
        for start in ("cycler", "joiner", "namespace", "leaflet", "inline", "''", "labels")
        for way in (
            ".__init__.__globals__.os.mkdir('ran')",
            "['__init__']['__globals__']",
            "|attr('__init__')|attr('__globals__')",
            ".__class__.__mro__",
        )
    ),
    "{{ ().__class__.__base__.__subclasses__() }}",
    "{{ ''.__class__.mro() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context.environment.loader }}",
    "{{ ('{0.__class__}').format(leaflet) }}",
    "{{ ('%s{0.__init__.__globals__}' % '').format(cycler) }}",
    "{{ '{x.__class__}'.format_map({'x': leaflet}) }}",
    "{{ ['{0.__class__}'] | map('format', leaflet) | list | first | attr('__class__') }}",
    "{{ leaflet.content.parse_file('/etc/hostname') }}",
    f"{{{{ leaflet.content.parse_raw('{PICKLED}'.encode('latin-1'), {UNPICKLE}) }}}}",
    "{{ leaflet.content.model_construct() }}",
    "{{ leaflet.content.model_copy() }}",
    "{{ leaflet.content['model_dump']() }}",
    "{{ [leaflet.content] | map(attribute='model_dump') | first }}{{ leaflet.content.copy() }}",
    "{{ labels.update({'a': 1}) }}",
    "{{ labels.pop('day') }}",
    "{% do labels.clear() %}",
    "{% set x = labels.setdefault('a', 1) %}",
    "{{ dict.fromkeys('ab').clear() }}",
    "{% include '../leafletry/cli/__init__.py' %}",
    "{% include '/etc/hostname' %}",
    "{% import '../README.md' as x %}",
    "{{ lipsum() }}",
    "{{ range(10000000) }}",
    "{{ 'a' * 10000000 }}",
    "{{ [1] * 10000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
    "{{ 1 / 0 }}",
    "{{ nothing() }}",
    "{{ nothing.at.all }}",
    "{{ labels() }}",
    "{{ 'a'.join() }}",
    "{{ [1][5] + 1 }}",
    "{% for a, b in [1] %}{% endfor %}",
]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=range(len(ATTEMPTS)))
def test_template_reaches_nothing(
    attempt: str, leaflet: LocalizedLeaflet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reaches for the program, or cannot be, is told with its template and line."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text(f"<p>\n\n{attempt}\n</p>\n")
    templates = template_environment(tmp_path)
    with pytest.raises(jinja2.TemplateError) as caught:
        templates.get_template("page.html").render(leaflet=leaflet, labels=dict(leaflet.labels))
    [problem] = template_problem(caught.value).problems
    assert problem.place.file in {"templates/page.html", "templates"}
    assert problem.place.line == (3 if problem.place.file != "templates" else 0)
    assert problem.message.startswith("the template is broken: ")
    assert len(problem.message) > len("the template is broken: ")
    assert not (tmp_path / "ran").exists()


HARMLESS = {
    "{{ 'a-b'.split('-')[1].upper() }}": "B",
    "{{ '%.2f' | format(100 * 1 / 3) }}": "33.33",
    "{{ ([1] * 3) | sum }}{{ '-' * 3 }}": "3---",
    "{% for name, value in {'a': 1}.items() %}{{ loop.index }}{{ name }}{{ value }}{% endfor %}": (
        "1a1"
    ),
    "{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}{{ bold('<') }}": "<b>&lt;</b>",
    "{% set seen = namespace(n=0) %}{% set seen.n = 2 %}{{ seen.n }}": "2",
    "{% set row = cycler('a', 'b') %}{{ row.next() }}{{ row.next() }}": "ab",
    "{% set comma = joiner(', ') %}{% for x in 'ab' %}{{ comma() }}{{ x }}{% endfor %}": "a, b",
    "{% block title %}T{% endblock %}{{ self.title() }}": "TT",
    "{{ '{} {}'.format('a', 1) }}{{ range(3) | list }}{{ dict(a=1).a }}": "a 1[0, 1, 2]1",
    "{{ names(2) }}": "2 names",
}


@pytest.mark.parametrize("template", HARMLESS)
def test_what_templates_are_for_works(template: str, tmp_path: Path) -> None:
    """Words, numbers, lists, macros and blocks are a template's own business."""
    (tmp_path / "page.html").write_text(template)
    page = template_environment(tmp_path).get_template("page.html")
    assert page.render(names=lambda count: f"{count} names") == HARMLESS[template]


def test_page_is_the_one_of_plain_jinja(leaflet: LocalizedLeaflet) -> None:
    """The sandbox changes no letter of a page."""
    ours = template_environment(ROOT / "templates")
    plain = jinja2.Environment(
        loader=ours.loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    plain.filters.update(ours.filters)
    assert leaflet_html(ours, leaflet, "X") == leaflet_html(plain, leaflet, "X")


def test_every_template_is_in_the_sandbox() -> None:
    """No module makes an environment of its own: all that render go through the one."""
    made = [
        path.name
        for path in sorted((ROOT / "leafletry").rglob("*.py"))
        if re.search(r"\bEnvironment\(\s*\S|import Environment", path.read_text("utf-8"))
    ]
    assert made == []
    assert isinstance(template_environment(ROOT), Templates)
