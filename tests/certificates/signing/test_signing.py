"""A signed certificate: read by tools that know nothing of us, and held to what was signed."""

import os
import shutil
import stat
import subprocess
from datetime import timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from certificates.signing import keys, signatures
from certificates.signing.checking import Flaw, check
from certificates.signing.keys import Why
from tests.certificates.signing import cast

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module", params=list(cast.PRIVATE))
def key(request, tmp_path_factory):
    private = cast.PRIVATE[request.param]()
    path = tmp_path_factory.mktemp("khoa") / "khoa.p12"
    return keys.from_pkcs12(cast.write(path, private, cast.issue(private)), cast.PASSPHRASE)


@pytest.fixture(scope="module")
def signed(key):
    return signatures.sign(cast.pdf(), key=key, at=cast.NOW, reason="Cấp giấy chứng nhận")


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    path = tmp_path_factory.mktemp("khoa") / "khoa.p12"
    keys.make_for_demonstration(path, cast.PASSPHRASE, at=cast.NOW)
    key = keys.from_pkcs12(path, cast.PASSPHRASE)
    return key, signatures.sign(cast.pdf(), key=key, at=cast.NOW)


def run(*command, content: bytes, tmp_path) -> str:
    path = tmp_path / "tep.pdf"
    path.write_bytes(content)
    ran = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def test_poppler_finds_the_whole_file_validly_signed(signed, tmp_path):
    said = run("pdfsig", "-nocert", content=signed, tmp_path=tmp_path)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "SHA-256" in said


def test_qpdf_finds_nothing_wrong(signed, tmp_path):
    said = run("qpdf", "--check", content=signed, tmp_path=tmp_path)
    assert "WARNING" not in said
    assert "No syntax or stream encoding errors found" in said


def test_the_bytes_that_were_drawn_are_still_there_and_come_out_again(signed):
    assert signed.startswith(cast.pdf())
    assert signatures.unsigned(signed) == cast.pdf()
    assert signatures.unsigned(cast.pdf()) == cast.pdf()


def test_nothing_can_be_seen_of_it_and_it_is_left_out_of_the_tags(usual):
    def picture(content):
        return pypdfium2.PdfDocument(content)[0].render(scale=1, may_draw_forms=True).to_pil()

    assert picture(usual[1]).tobytes() == picture(cast.pdf()).tobytes()
    with pikepdf.open(BytesIO(usual[1])) as read:
        [widget] = read.pages[0].Annots
        assert [int(side) for side in widget.Rect] == [-1, -1, -1, -1]
        assert int(widget.F) == 4 + 128  # printed and locked, not hidden: PDF/A-3, 6.3.2
        assert read.Root.AcroForm.SigFlags == 3
        assert read.Root.MarkInfo.Marked
        assert str(read.pages[0].Tabs) == "/S"


def test_it_weighs_little(usual):
    assert len(usual[1]) - len(cast.pdf()) < 4_000


def test_the_same_file_is_signed_the_same(usual):
    key, signed = usual
    assert signatures.sign(cast.pdf(), key=key, at=cast.NOW) == signed


def test_what_we_signed_is_found_to_be_ours(signed, key):
    finding = check(signed, trusted=[key.certificate])
    assert (finding.flaw, finding.at) == (None, cast.NOW)


def test_an_expired_certificate_still_speaks_for_what_it_signed(tmp_path):
    private = cast.PRIVATE["P-256"]()
    certificate = cast.issue(private, since=cast.NOW - timedelta(days=400), days=399)
    key = keys.from_pkcs12(cast.write(tmp_path / "cu.p12", private, certificate), cast.PASSPHRASE)
    then = cast.NOW - timedelta(days=100)
    signed = signatures.sign(cast.pdf(), key=key, at=then)
    assert check(signed, trusted=[certificate]).flaw is None
    with pytest.raises(keys.BrokenKey) as broken:
        key.refuse_unless_valid(at=cast.NOW)
    assert broken.value.why == Why.NOT_VALID


def test_another_key_is_not_ours_even_under_our_name(usual, tmp_path):
    key, _signed = usual
    keys.make_for_demonstration(tmp_path / "khac.p12", "x", at=cast.NOW)
    other = keys.from_pkcs12(tmp_path / "khac.p12", "x")
    assert other.certificate.subject == key.certificate.subject
    forged = signatures.sign(cast.pdf(), key=other, at=cast.NOW)
    assert check(forged, trusted=[key.certificate]).flaw == Flaw.FOREIGN


def test_what_is_written_behind_the_signature_is_found(usual):
    key, signed = usual
    updated = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    writer.write(updated)
    for added in (updated.getvalue(), signed + b"\n"):
        assert check(added, trusted=[key.certificate]).flaw == Flaw.ADDED_TO


@settings(max_examples=60)
@given(data=st.data())
def test_every_byte_that_is_changed_is_found(usual, data):
    key, signed = usual
    hole = signed.index(b"/Contents <") + len(b"/Contents ")
    end = signed.index(b">", hole) + 1
    places = st.integers(0, hole - 1) | st.integers(end, len(signed) - 1)
    place = data.draw(places)
    changed = bytearray(signed)
    changed[place] ^= data.draw(st.integers(1, 255))
    assert check(bytes(changed), trusted=[key.certificate]).flaw is not None


@settings(max_examples=60)
@given(rubbish=st.binary(max_size=400), cut=st.integers(0, 20_000))
def test_no_file_of_strangers_breaks_the_check(usual, rubbish, cut):
    key, signed = usual
    for content in (rubbish, b"%PDF-1.7\n" + rubbish, signed[:cut] + rubbish, signed[:cut]):
        assert check(content, trusted=[key.certificate]).flaw is not None


def test_what_is_too_large_is_not_even_read(usual):
    assert check(b"%PDF-" + bytes(2_000_000), trusted=[]).flaw == Flaw.TOO_LARGE


def test_what_has_no_signature_says_so(usual):
    assert check(cast.pdf(), trusted=[usual[0].certificate]).flaw == Flaw.UNSIGNED


def test_what_is_signed_already_or_no_certificate_is_refused(usual):
    for content in (usual[1], b"%PDF-1.7", b""):
        with pytest.raises(signatures.NotSignable):
            signatures.sign(content, key=usual[0], at=cast.NOW)


def test_pyhanko_signs_the_same_file_and_is_found_to_be_ours_too(usual, tmp_path):
    key, _signed = usual
    path = tmp_path / "khoa.p12"
    keys.make_for_demonstration(path, "x", at=cast.NOW)
    other = keys.from_pkcs12(path, "x")
    simple = signers.SimpleSigner.load_pkcs12(str(path), passphrase=b"x")
    assert simple
    output = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(cast.pdf())),
        signers.PdfSignatureMetadata(field_name="Signature1"),
        signer=simple,
    )
    finding = check(output.getvalue(), trusted=[other.certificate, key.certificate])
    assert finding.flaw is None


# Keys


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("khong-co.p12", None, Why.MISSING),
        ("rong.p12", b"", Why.UNREADABLE),
        ("rac.p12", b"\x30\x82\x01\x00" + bytes(80), Why.UNREADABLE),
    ],
)
def test_a_file_that_holds_no_key_says_what_is_wrong(name, content, why, tmp_path):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(keys.BrokenKey) as broken:
        keys.from_pkcs12(tmp_path / name, "x")
    assert broken.value.why == why


def test_a_wrong_passphrase_and_a_cut_file_are_refused(tmp_path):
    path = tmp_path / "khoa.p12"
    keys.make_for_demonstration(path, "x", at=cast.NOW)
    with pytest.raises(keys.BrokenKey) as broken:
        keys.from_pkcs12(path, "y")
    assert broken.value.why == Why.UNREADABLE
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(keys.BrokenKey) as broken:
        keys.from_pkcs12(path, "x")
    assert broken.value.why == Why.UNREADABLE


def test_a_kind_of_key_that_no_reader_knows_is_refused(tmp_path):
    private = ed25519.Ed25519PrivateKey.generate()
    elliptic = cast.PRIVATE["P-256"]()
    with pytest.raises(keys.BrokenKey) as broken:
        keys._key(private, cast.issue(elliptic), [])
    assert broken.value.why == Why.UNSUPPORTED


def test_the_demonstration_key_says_what_it_is_and_is_never_written_over(tmp_path):
    path = tmp_path / "khoa" / "trinh-dien.p12"
    keys.make_for_demonstration(path, "x", at=cast.NOW)
    before = path.read_bytes()
    keys.make_for_demonstration(path, "x", at=cast.NOW)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    certificate = keys.from_pkcs12(path, "x").certificate
    assert keys.is_for_demonstration(certificate)
    assert "Không có giá trị pháp lý" in certificate.subject.rfc4514_string()


# Keys on a token


@pytest.fixture(scope="module", params=["P-256", "RSA"])
def token(request, tmp_path_factory):
    """A token in software that holds a key with its certificate."""
    import pkcs11
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    if shutil.which("softhsm2-util") is None:
        pytest.skip("SKIPPED: softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(config)
    # A library is loaded once in a process and finds its tokens then, so both keys get their own label.
    name = f"kns-{request.param}"
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", name, "--pin", "1234",
         "--so-pin", "123456"],
        check=True, capture_output=True,
    )  # fmt: skip
    private = cast.PRIVATE[request.param]()
    certificate = cast.issue(private)
    library = pkcs11.lib(SOFTHSM)
    library.reinitialize()
    decode = decode_ec_private_key if request.param == "P-256" else decode_rsa_private_key
    encoded = private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    with library.get_token(token_label=name).open(rw=True, user_pin="1234") as session:
        attributes = decode(encoded) | {
            pkcs11.Attribute.LABEL: "ky",
            pkcs11.Attribute.TOKEN: True,
        }
        session.create_object(attributes)
        session.create_object(
            decode_x509_certificate(certificate.public_bytes(Encoding.DER))
            | {pkcs11.Attribute.LABEL: "ky", pkcs11.Attribute.TOKEN: True}
        )
    return name, certificate


SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


@pytest.fixture(autouse=True)
def _signed_out_of_tokens():
    yield
    if os.environ.get("SOFTHSM2_CONF"):
        import pkcs11

        pkcs11.lib(SOFTHSM).reinitialize()


def test_a_key_on_a_token_signs_what_poppler_and_we_accept(token, tmp_path):
    name, certificate = token
    key = keys.from_pkcs11(SOFTHSM, token=name, label="ky", pin="1234")
    assert key.certificate == certificate
    signed = signatures.sign(cast.pdf(), key=key, at=cast.NOW)
    assert "Signature is Valid." in run("pdfsig", "-nocert", content=signed, tmp_path=tmp_path)
    assert check(signed, trusted=[certificate]).flaw is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"token": "khong-co"}, Why.TOKEN),
        ({"pin": "9999"}, Why.TOKEN),
        ({"label": "khong-co"}, Why.EMPTY),
        ({"module": "/khong/co.so"}, Why.TOKEN),
    ],
)
def test_a_token_that_does_not_give_its_key_says_why(token, given, why):
    asked = {"token": token[0], "label": "ky", "pin": "1234", "module": SOFTHSM, **given}
    with pytest.raises(keys.BrokenKey) as broken:
        keys.from_pkcs11(asked.pop("module"), **asked)
    assert broken.value.why == why
