"""Style sheets travel as one file; every file has a name of its content and is compressed already."""

import gzip
import re

import brotli
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test.utils import override_settings

from lms.staticfiles import COMMENT
from tests.environment import ROOT

pytestmark = pytest.mark.one_database

STYLES = ROOT / "static" / "css"


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Our own static files, collected as for production."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(
        STATIC_ROOT=folder,
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STORAGES={"staticfiles": {"BACKEND": "lms.staticfiles.BundledStaticFilesStorage"}},
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        urls = {name: staticfiles_storage.url(name) for name in ("css/site.css", "js/quiz.js")}
    return folder, urls


@pytest.fixture(scope="module")
def bundle(collected):
    """The style sheet that pages ask for."""
    folder, urls = collected
    return (folder / urls["css/site.css"].removeprefix("/static/")).read_text()


def rules(text):
    """Return a style sheet without what says nothing, and without where its fonts lie."""
    return re.sub(r"\s+", "", re.sub(r"url\([^)]*\)", "", COMMENT.sub("", text)))


def test_every_style_sheet_is_in_the_bundle(bundle):
    # The bundle itself, what only editors load, and what slides load alone.
    apart = {"site.css", "admin.css", "admin-bank.css", "plot.css", "slides.css"}
    sheets = [path for path in STYLES.rglob("*.css") if path.name not in apart]
    assert len(sheets) > 20
    assert [path.name for path in sheets if rules(path.read_text()) not in rules(bundle)] == []


def test_the_bundle_fetches_no_other_style_sheet(bundle):
    assert "@import" in (STYLES / "site.css").read_text()
    assert "@import" not in bundle


def test_every_style_sheet_stands_in_its_layer(bundle):
    order = re.search(r"@layer ([^;{]+);", bundle)
    assert order
    layers = set(order[1].replace(" ", "").split(","))
    assert set(re.findall(r"@layer ([\w.]+) \{", bundle)) == layers


def test_the_bundle_finds_its_fonts(collected, bundle):
    folder, _urls = collected
    fonts = re.findall(r"url\(\"?\.\./(fonts/[^\")]+)", bundle)
    assert fonts
    assert [font for font in fonts if not (folder / font).is_file()] == []
    assert all(re.search(r"\.[0-9a-f]{12}\.woff2$", font) for font in fonts)


def test_a_file_has_its_content_in_its_name(collected):
    _folder, urls = collected
    for name, url in urls.items():
        stem, _dot, ending = name.rpartition(".")
        assert re.fullmatch(rf"/static/{stem}\.[0-9a-f]{{12}}\.{ending}", url)


def test_a_file_is_compressed_already(collected):
    folder, urls = collected
    for url in urls.values():
        path = folder / url.removeprefix("/static/")
        plain = path.read_bytes()
        packed = {kind: path.with_name(f"{path.name}.{kind}").read_bytes() for kind in ("gz", "br")}
        assert gzip.decompress(packed["gz"]) == brotli.decompress(packed["br"]) == plain
        assert max(map(len, packed.values())) < len(plain)
