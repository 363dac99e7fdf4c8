"""A small OpenID Connect provider (django-oauth-toolkit), a site of its own: `python -m tests.oidc_provider`."""
