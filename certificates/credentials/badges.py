"""A certificate as an Open Badges 3.0 credential (1EdTech Open Badges 3.0, an AchievementCredential)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credentials import proofs


@dataclass(frozen=True)
class Facts:
    """What a certificate attests. Addresses are whole; days are in `zone`."""

    address: str  # of the credential itself
    achievement: str  # an address that names what was achieved
    evidence: str  # where a person checks the certificate
    name: str
    title: str
    audience: str
    number: str
    issuer: str
    issued_at: datetime
    expires_on: date | None
    per_cent: int | None
    zone: tzinfo


def credential(facts: Facts, *, issuer: str, key: Ed25519PrivateKey) -> dict:
    """Return the credential with its proof, which was made at the time of issue: always the same."""
    document = {
        "@context": [proofs.CREDENTIALS, proofs.OPEN_BADGES],
        "id": facts.address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts.title,
        "issuer": {"id": issuer, "type": ["Profile"], "name": facts.issuer},
        "validFrom": proofs.moment(facts.issued_at),
        "credentialSubject": _subject(facts),
        "evidence": [
            {
                "id": facts.evidence,
                "type": ["Evidence"],
                "name": f"Giấy chứng nhận số {facts.number}",
            }
        ],
    }
    if facts.expires_on is not None:
        end = datetime.combine(facts.expires_on + timedelta(days=1), time(), facts.zone)
        document["validUntil"] = proofs.moment(end - timedelta(seconds=1))
    return proofs.sign(document, issuer=issuer, key=key, created=facts.issued_at)


def _subject(facts: Facts) -> dict:
    subject: dict = {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityHash": facts.name,
                "identityType": "name",
                "hashed": False,
            }
        ],
        "achievement": {
            "id": facts.achievement,
            "type": ["Achievement"],
            "name": facts.title,
            "description": f"{facts.title}, khóa tập huấn dành cho: {facts.audience}.",
            "criteria": {"narrative": "Đạt bài kiểm tra của khóa tập huấn."},
            "achievementType": "Certificate",
            "inLanguage": "vi",
        },
    }
    if facts.per_cent is not None:
        subject["result"] = [{"type": ["Result"], "value": f"{facts.per_cent}%"}]
    return subject
