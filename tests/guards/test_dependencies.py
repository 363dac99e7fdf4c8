"""Why each dependency is there, and that the locks pin every one by its content alone."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.environment import ROOT

pytestmark = pytest.mark.one_database

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-tools.lock")
ADDRESS = re.compile(r"https?:|git\+|file:|@|^\s*-(?!-hash=)|^\s*[./]|[\\/][\w.]", re.MULTILINE)


def lines_of(key):
    """Return the lines of a list in pyproject.toml, as they are written."""
    text = (ROOT / "pyproject.toml").read_text()
    found = re.search(rf"^{key} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1].splitlines()


def pinned(lock):
    """Return what a lock pins: (name, version, when it is needed) → number of hashes."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    pins = {}
    for line in text.splitlines():
        needed, *hashes = line.split("--hash=sha256:")
        requirement = Requirement(needed)
        pins[requirement.name, str(requirement.specifier), str(requirement.marker)] = len(hashes)
    return pins


@pytest.mark.parametrize("key", ["dependencies", "dev"])
def test_every_dependency_says_why_it_is_there(key):
    lines = lines_of(key)
    assert len(lines) > 10
    assert [line for line in lines if not re.fullmatch(r' +"[^"]+", +# \S.{6,}', line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_one_version_of_each_with_its_hashes(lock):
    pins = pinned(lock)
    assert pins
    assert [pin for pin, hashes in pins.items() if not hashes or not pin[1].startswith("==")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_that_packages_come_from(lock):
    text = (ROOT / lock).read_text()
    assert ADDRESS.findall(text.replace("--hash=sha256:", "")) == []


def test_what_the_site_needs_is_pinned_the_same_for_the_tests():
    assert pinned("requirements.lock").keys() - pinned("requirements-dev.lock").keys() == set()


def test_the_locks_hold_a_version_that_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, asked in [
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["dependency-groups"]["dev"]),
    ]:
        versions = {canonicalize_name(n): v.removeprefix("==") for n, v, _when in pinned(lock)}
        for requirement in map(Requirement, asked):
            version = versions[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), requirement
