"""Make the database, one application and its users; then serve until the process is ended."""

import os
import sys
from socketserver import ThreadingMixIn
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIServer, make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from tests.oidc_provider.tricks import TRICKS

CLIENT, SECRET, PASSWORD = "ky-nang-so", "giu-kin", "mat-khau-o-ben-kia"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def fill(return_address: str) -> None:
    """Write down the application that people sign in to, and the people."""
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    for name in ("tam", "nam", *TRICKS):
        User.objects.create_user(name, password=PASSWORD)
    Application.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        redirect_uris=return_address,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
    )


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.oidc_provider.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    fill(sys.argv[1])
    port = urlsplit(os.environ["PROVIDER_URL"]).port or 80
    with make_server("127.0.0.1", port, get_wsgi_application(), server_class=Server) as server:
        print("READY", flush=True)
        server.serve_forever()
