"""The keys of this site's issuer: what certificates are signed with, and what is trusted when they come back."""

from functools import cache
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.signing import keys
from certificates.signing.keys import BrokenKey, Key, Why


def signing_key() -> Key | None:
    """Return the key that certificates are signed with now; None where the site signs none.

    Read once: a process is started anew for another key. Raises BrokenKey.
    """
    key = _configured()
    if key is not None:
        key.refuse_unless_valid(at=timezone.now())
    return key


def signs() -> bool:
    """Whether certificates are signed on this site; asks no key."""
    return bool(settings.CERTIFICATE_TOKEN or settings.CERTIFICATE_KEY)


def _configured() -> Key | None:
    """Return the key on the token, if the site has one, else that in the file; None without either."""
    if settings.CERTIFICATE_TOKEN:
        return _on_token(
            settings.CERTIFICATE_TOKEN_MODULE,
            settings.CERTIFICATE_TOKEN,
            settings.CERTIFICATE_TOKEN_LABEL,
            settings.CERTIFICATE_TOKEN_PIN,
        )
    if settings.CERTIFICATE_KEY:
        return _in_file(Path(settings.CERTIFICATE_KEY), settings.CERTIFICATE_KEY_PASSPHRASE)
    return None


@cache
def _in_file(path: Path, passphrase: str) -> Key:
    return keys.from_pkcs12(path, passphrase)


@cache
def _on_token(module: str, token: str, label: str, pin: str) -> Key:
    return keys.from_pkcs11(module, token=token, label=label, pin=pin)


def trusted() -> list[x509.Certificate]:
    """Return the certificates of the key of now and of those before it. Raises BrokenKey."""
    key = _configured()
    found = [key.certificate] if key else []
    for path in settings.CERTIFICATE_EARLIER:
        try:
            found += x509.load_pem_x509_certificates(Path(path).read_bytes())
        except OSError as error:
            raise BrokenKey(Why.MISSING) from error
        except ValueError as error:
            raise BrokenKey(Why.UNREADABLE) from error
    return found


def make_demonstration_key() -> None:
    """Make the key of a demonstration, once. Elsewhere a key comes from whoever is responsible."""
    if settings.DEMONSTRATION and settings.CERTIFICATE_KEY:
        keys.make_for_demonstration(
            Path(settings.CERTIFICATE_KEY),
            settings.CERTIFICATE_KEY_PASSPHRASE,
            at=timezone.now(),
        )


def in_words(error: BrokenKey) -> str:
    """Return what is wrong with the key, for whoever looks after the site."""
    return {
        Why.MISSING: _("The file of the signing key is missing or cannot be read."),
        Why.UNREADABLE: _("The file of the signing key is broken, or its passphrase is another."),
        Why.EMPTY: _(
            "There is no private key with its certificate in the file of the signing key."
        ),
        Why.UNSUPPORTED: _("The signing key is of a kind that is not supported."),
        Why.TOKEN: _("The token with the signing key is not there, or its PIN is another."),
        Why.NOT_VALID: _("The certificate of the signing key has expired or is not valid yet."),
    }[error.why]
