"""Open Badges 3.0 credentials (W3C Verifiable Credentials 2.0) with a Data Integrity proof.

    document = badges.credential(facts, issuer=did.identifier(base), key=key)
    proofs.verify(document, keys=[key.public_key()], issuer=did.identifier(base))

Knows nothing of the site: whatever is needed is given to it. Nothing is fetched: the contexts lie in
`contexts/`, and any other is refused.
"""
