"""Templates that were worked out in part beforehand say the same as those that were not."""

import jinja2
import pytest
from markupsafe import Markup

from app.kernel.web.folding import Folding
from tests.look import rendering

COMPONENTS = {
    "parts.html": """
{% set colours = {"good": "green"} %}
{% macro icon(name) %}<i class="{{ colours[name] }}">{{ _("Well <done>") }}</i>{% endmacro %}
{% macro twice(name) %}{{ icon(name) }}{{ icon(name) }}{% endmacro %}
{% macro keys() %}{{ form_keys() }}{% endmacro %}
{% macro around() %}<b>{{ caller() }}</b>{% endmacro %}
{% macro reads_page() %}{{ reader }}{% endmacro %}
""",
    "base.html": '{% from "parts.html" import icon %}<html>{% block main %}{% endblock %}{{ icon("good") }}</html>',
    "page.html": """{% extends "base.html" %}{% block main %}{% from "parts.html" import around, icon, keys, twice %}
{{ icon("good") }} {{ twice("good") }} {{ keys() }} {% call around() %}{{ text }}{% endcall %} {{ icon(which) }}
{{ _("Hello %(name)s, it's 100 %%", name=text) }} {{ url("/a", q="<") }} {{ url("/a", q=text) }} {{ number }} {{ safe }}
{% for n in numbers %}{{ n }}{% endfor %}{% endblock %}""",
}
SHADOWED = {
    "page.html": COMPONENTS["page.html"].replace("for n in", "for _ in").replace("{{ n }}", "{{ _ }}")
}

_calls = iter(range(1000))
OURS = {"url": lambda path, q="": f"{path}?q={q}"}
MORE = {"form_keys": lambda: Markup("<input value='{}'>").format(next(_calls))}


def translated(text: str) -> str:
    return text.replace("Well", "Très").replace("Hello", "Bonjour")


def environments(source: dict[str, str]) -> tuple[Folding, jinja2.Environment]:
    plain = jinja2.Environment(
        loader=jinja2.DictLoader(source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    folding = Folding(
        translate=translated,
        pure=OURS,
        macros=True,
        loader=jinja2.DictLoader(source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    for each in (plain, folding):
        each.install_gettext_callables(
            translated, lambda one, many, n: translated(one if n == 1 else many), newstyle=True
        )
        each.globals |= OURS | MORE
    return folding, plain


@pytest.mark.parametrize("text", ["plain", "<b>'&\"", "", "100 %"])
@pytest.mark.parametrize("page", [COMPONENTS, SHADOWED])
def test_a_folded_page_is_letter_for_letter_the_page(text, page):
    source = COMPONENTS | {"page.html": page["page.html"].replace("{{ keys() }}", "")}
    values = {"text": text, "which": "good", "number": 3, "safe": Markup("<br>"), "numbers": [1, "<"]}
    folded, plain = (each.get_template("page.html").render(values) for each in environments(source))
    assert folded == plain


def test_what_has_one_outcome_is_part_of_the_compiled_page():
    folding, _ = environments(COMPONENTS)
    source = folding.loader.get_source(folding, "page.html")[0]
    compiled = folding.compile(source, "page.html", raw=True)
    assert compiled.count("Très") == 3
    assert 'Markup("Bonjour %(name)s' in compiled
    assert "/a?q=&lt;" in compiled
    assert "'good'" not in compiled
    assert "resolve('_')" not in compiled


def test_what_belongs_to_one_reader_is_made_for_each_reader():
    folding, _ = environments(COMPONENTS)
    assert folding.pure_macros("parts.html") == {"icon", "twice"}
    template = folding.from_string(
        '{% from "parts.html" import keys %}{% block main %}{{ keys() }}{% endblock %}'
    )
    assert template.render() != template.render()


def test_an_icon_that_is_not_there_is_said_when_the_page_is_made():
    folding, _ = environments(COMPONENTS)
    template = folding.from_string('{% from "parts.html" import icon %}{{ icon("no such") }}')
    with pytest.raises(jinja2.UndefinedError):
        template.render()


def test_every_part_of_the_look_comes_out_the_same():
    plain = rendering.environment()
    sure = {name: plain.globals[name] for name in ("url", "asset", "number", "percent", "date")}
    folding = Folding(
        translate=str,
        pure=sure,
        macros=True,
        loader=plain.loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    folding.globals |= {**plain.globals}
    whole, folded = (each.get_template("gallery.html").render(rendering.page()) for each in (plain, folding))
    assert folded == whole
