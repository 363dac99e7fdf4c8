"""What no file of ours does: run scripts inside a page, trust text, hide behind a name that says nothing."""

import ast
import inspect
import re
from importlib import import_module

import pytest
from django.conf import settings
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from tests.environment import ROOT
from tests.guards.tree import APPS, files, named

pytestmark = pytest.mark.one_database

LONGEST = 460  # lines of a file of Python
SAY_NOTHING = {"core", "common", "utils", "util", "helpers", "services", "misc"}

# What the Content-Security-Policy would refuse, so that it never comes to that.
TAG = re.compile(r"\{[%#].*?[%#]\}|\{\{.*?\}\}", re.DOTALL)
INLINE = {
    "a script inside the page": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "a style sheet inside the page": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "a script as an address": re.compile(r"javascript:", re.IGNORECASE),
}
TRUSTING = re.compile(r"\|\s*safe(?:seq)?\b|autoescape\s+off")
LOADED = re.compile(
    r"<(?:script|link|img|iframe|video|audio|source|track|object|embed|use|image)\b"
    r"[^>]*?\s(?:src|href|srcset|data|poster)\s*=\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)
OTHER_HOST = re.compile(r"""(?:url\(\s*|@import\s*|import\s*|from\s*|\()["']?(?:https?:)?//\w""")

# Named for what they do, with nothing that a caller would have to know beside it.
NEED_NO_DOCSTRING = {
    "courses.lifecycle.connect": "called once at start; its module says what for",
    "quizzes.lifecycle.connect": "called once at start; its module says what for",
    "jobs.tasks.beat": "one line; jobs.queue.beat says it",
    "jobs.tasks.sweep": "one line; jobs.queue.sweep says it",
}


def templates():
    found = list(files("*.html", "*.svg", "*.txt", below=ROOT / "templates"))
    assert len(found) > 30
    return {named(path): path.read_text() for path in found}


def python():
    found = list(files("*.py"))
    assert len(found) > 100
    return found


def served_by_an_address():
    """Return the views that the site's addresses and errors name, as "module.function"."""
    resolver = get_resolver()
    handlers = [resolver.resolve_error_handler(status) for status in (400, 403, 404, 500)]
    names = {settings.CSRF_FAILURE_VIEW, settings.AXES_LOCKOUT_CALLABLE}

    def look_into(resolver):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                look_into(pattern)
            else:
                handlers.append(pattern.callback)

    look_into(resolver)
    for view in map(inspect.unwrap, handlers):
        names.add(f"{view.__module__}.{getattr(view, '__name__', '')}")
    return names


def public_functions():
    """Return the public functions of our modules: (name, whether it has a docstring).

    Left out is what Wagtail calls by a hook, and what an address names.
    """
    views = served_by_an_address()
    for path in (
        path for app in APPS if app != "tests" for path in files("*.py", below=ROOT / app)
    ):
        if "migrations" in path.parts:
            continue
        module = named(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            hooked = any("hooks.register" in ast.unparse(name) for name in node.decorator_list)
            if not hooked and f"{module}.{node.name}" not in views:
                yield f"{module}.{node.name}", bool(ast.get_docstring(node))


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds(what):
    holds = [name for name, text in templates().items() if INLINE[what].search(TAG.sub("", text))]
    assert holds == []


def test_no_template_trusts_a_text_unseen():
    assert [name for name, text in templates().items() if TRUSTING.search(text)] == []


def test_no_template_loads_anything_from_another_host():
    assert [name for name, text in templates().items() if LOADED.search(text)] == []


def test_no_style_sheet_or_script_loads_anything_from_another_host():
    found = list(files("*.css", "*.js", below=ROOT / "static"))
    assert len(found) > 20
    assert [named(path) for path in found if OTHER_HOST.search(path.read_text())] == []


def test_a_module_has_a_name_that_says_what_is_in_it():
    bare = [named(p) for p in python() if SAY_NOTHING & {*p.relative_to(ROOT).parts, p.stem}]
    assert bare == []


def test_no_file_is_too_long_to_be_read_at_once():
    lengths = {named(path): len(path.read_text().splitlines()) for path in python()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_every_public_function_says_what_its_caller_must_know():
    found = list(public_functions())
    assert len(found) > 100
    silent = {name for name, has_docstring in found if not has_docstring}
    assert sorted(silent - NEED_NO_DOCSTRING.keys()) == []


def test_what_needs_no_docstring_is_still_there():
    for name in NEED_NO_DOCSTRING:
        module, _dot, function = name.rpartition(".")
        assert callable(getattr(import_module(module), function)), name
