"""The provider in a process of its own, and a browser there."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import requests

from tests.environment import ROOT
from tests.oidc_provider.__main__ import CLIENT, PASSWORD, SECRET

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([\w_]+)" (?:value="([^"]*)")?')


class Provider:
    """Where the provider is served, and what our site must know of it."""

    def __init__(self, folder: Path, *, return_address: str):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.issuer = f"{self.url}/o"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.oidc_provider", return_address],
            cwd=ROOT,
            env={
                **os.environ,
                "PROVIDER_URL": self.url,
                "PROVIDER_DATABASE": str(folder / "provider.sqlite3"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "READY\n"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)

    def settings(self) -> dict:
        """Return what OIDC holds in our settings."""
        return {
            "CLIENT_ID": CLIENT,
            "CLIENT_SECRET": SECRET,
            "AUTHORIZATION_ENDPOINT": f"{self.issuer}/authorize/",
            "TOKEN_ENDPOINT": f"{self.issuer}/token/",
            "JWKS_ENDPOINT": f"{self.issuer}/.well-known/jwks.json",
        }

    def visit(self, address: str, *, as_: str, agree: bool = True) -> str:
        """Sign in there and agree, or not; return the address that the provider sends back to."""
        browser = requests.Session()
        page = browser.get(address)
        assert page.url.startswith(f"{self.url}/sign-in/"), page.url
        page = browser.post(
            page.url,
            {"username": as_, "password": PASSWORD, "csrfmiddlewaretoken": _token(page)},
        )
        assert page.url.startswith(f"{self.issuer}/authorize/"), page.url
        answer = {**dict(HIDDEN.findall(page.text)), "csrfmiddlewaretoken": _token(page)}
        if agree:
            answer["allow"] = "Authorize"
        page = browser.post(page.url, answer, allow_redirects=False)
        assert page.status_code == 302, page.text
        return urljoin(page.url, page.headers["Location"])


def _token(page) -> str:
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[1]
