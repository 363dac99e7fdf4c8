"""Digital signatures on certificates: PAdES B-B with a key of the issuer's, and the check of what comes back.

    key = keys.from_pkcs12(path, passphrase)
    signed = signatures.sign(pdf, key=key, at=now)
    finding = checking.check(signed, trusted=[key.certificate])
    finding = apart.check(signed, trusted=[key.certificate])    # the same in a process of its own

Knows nothing of the site: whatever is needed is given to it. Nothing is imported here, because the
check takes long to load and web processes start often.
"""
