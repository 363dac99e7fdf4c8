"""What we attest, and how a stranger checks it."""
