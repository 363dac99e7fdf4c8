"""What the documents say of the tree is true, as far as a machine can tell."""

import re

import pytest

from tests.environment import ROOT
from tests.guards.tree import files, named

pytestmark = pytest.mark.one_database

DOCUMENTS = [path for path in files("*.md") if "content" not in path.parts]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
FILE = re.compile(r"`((?:[\w-]+/)+[\w.-]*\.(?:py|html|css|js|md|toml|yaml))`")
PAGE = re.compile(r"\bdocs/[\w/-]+\.md\b")


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_what_a_document_names_exists(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = LINK.findall(re.sub(r"`[^`]*`", "", text))
    paths = [path.parent / link for link in links]
    paths += [ROOT / name for name in [*FILE.findall(text), *PAGE.findall(text)]]
    assert [str(one) for one in paths if not one.exists()] == []


def test_a_decision_is_told_in_at_most_400_words():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert len(decisions) >= 9
    assert {path.name: n for path in decisions if (n := len(path.read_text().split())) > 400} == {}
