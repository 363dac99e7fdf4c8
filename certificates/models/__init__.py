from certificates.models.batches import Batch, BatchFile, BatchItem
from certificates.models.certificates import Certificate, Register
from certificates.models.life import CertificateEvent, Review
from certificates.models.templates import CertificateTemplate, TemplateVersion

__all__ = [
    "Batch",
    "BatchFile",
    "BatchItem",
    "Certificate",
    "CertificateEvent",
    "CertificateTemplate",
    "Register",
    "Review",
    "TemplateVersion",
]
