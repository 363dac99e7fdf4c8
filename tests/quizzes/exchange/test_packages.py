import io
import stat
import struct
import zipfile

import pytest

from quizzes.exchange import packages
from quizzes.exchange.packages import open_package
from quizzes.exchange.parsed import Refused


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def test_a_package_gives_its_files_by_their_names():
    package = open_package(zipped(("imsmanifest.xml", b"<m/>"), ("a/", b""), ("a/./b.xml", b"b")))
    assert package.names() == ("imsmanifest.xml", "a/b.xml")
    assert package.read("a/b.xml") == package.read("a/x/../b.xml") == b"b"
    with pytest.raises(KeyError):
        package.read("../imsmanifest.xml")


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/etc/passwd", "C:evil", "c:/evil", "a\\..\\evil", "a/.."]
)
def test_a_name_that_climbs_out_of_the_folder_is_refused(name):
    with pytest.raises(Refused, match="outside its folder"):
        open_package(zipped(("good", b""), (name, b"x")))


def test_a_name_with_a_zero_in_it_is_refused():
    raw = zipped(("a_b.xml", b"x")).replace(b"a_b.xml", b"a\0b.xml")
    with pytest.raises(Refused, match="outside its folder"):
        open_package(raw)


def test_a_symbolic_link_is_refused():
    entry = zipfile.ZipInfo("link")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(Refused, match="is a link"):
        open_package(zipped((entry, b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("again", ["a.xml", "./a.xml", "b/../a.xml"])
def test_two_files_of_one_name_are_refused(again):
    with pytest.raises(Refused, match=r"twice|outside"):
        open_package(zipped(("a.xml", b"1"), (again, b"2")))


def test_a_file_that_shrank_to_less_than_a_hundredth_is_refused():
    with pytest.raises(Refused, match="hundred times"):
        open_package(zipped(("bomb", bytes(11_000_000))))


def test_a_short_text_may_shrink_as_it_likes():
    assert open_package(zipped(("spaces", b" " * 1_000_000))).read("spaces")[:1] == b" "


def test_files_that_are_too_much_together_are_refused(monkeypatch):
    monkeypatch.setattr(packages, "MOST_INFLATED", 3_000)
    with pytest.raises(Refused, match="unpacks to more"):
        open_package(zipped(("a", bytes(2_000)), ("b", bytes(2_000))))


def lying(raw: bytes, *, size: int) -> bytes:
    """Return a zip of one file whose headers say another size."""
    at = raw.index(b"PK\x01\x02")
    raw = raw[: at + 24] + struct.pack("<I", size) + raw[at + 28 :]
    return raw[:22] + struct.pack("<I", size) + raw[26:]


@pytest.mark.parametrize("size", [1, 999_999, 1_000_001])
def test_a_file_that_lies_about_its_size_is_refused(size):
    with pytest.raises(Refused, match="another size"):
        open_package(lying(zipped(("liar", bytes(1_000_000))), size=size))


def test_a_file_that_hides_a_bomb_behind_a_small_size_is_noticed_while_it_unpacks(monkeypatch):
    monkeypatch.setattr(packages, "MOST_INFLATED", 500_000)
    with pytest.raises(Refused, match="unpacks to more"):
        open_package(lying(zipped(("liar", bytes(1_000_000))), size=10))


def test_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(packages, "MOST_MEMBERS", 3)
    with pytest.raises(Refused, match="more than 3 files"):
        open_package(zipped(*((str(number), b"") for number in range(4))))


def test_a_package_with_a_password_is_refused():
    raw = bytearray(zipped(("secret", b"x")))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Refused, match="password"):
        open_package(bytes(raw))


@pytest.mark.parametrize(
    "raw",
    [b"", b"no zip", b"PK\x03\x04", zipped(("a", b"b" * 99))[:60], zipped(("a", b"b"))[:-5]],
    ids=["empty", "text", "a beginning", "cut off", "without its end"],  # zips say the time
)
def test_what_is_no_zip_is_refused(raw):
    with pytest.raises(Refused, match="damaged"):
        open_package(raw)


def test_a_file_whose_bytes_were_changed_is_refused():
    raw = bytearray(zipped(("a", b"some text that is there")))
    raw[40] ^= 0xFF
    with pytest.raises(Refused, match=r"damaged|another size"):
        open_package(bytes(raw))


def test_nothing_is_written_to_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_package(zipped(("a/b", b"c"))).read("a/b")
    assert list(tmp_path.iterdir()) == []
