"""A real site in a process of its own, and Chromium as its visitors' phones and laptops."""

import shutil
from pathlib import Path

import pytest

from tests import template
from tests.environment import BUILD, WORKER
from tests.served import Site

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
PASSWORD = "minh-hoa-2026"


def pytest_collection_modifyitems(items):
    """Journeys run in one process, on one site, while the other processes run the other tests."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.one_database)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def site():
    folder = BUILD / f"site-{WORKER}"
    template.copy_data(template.make(), to=folder)
    running = Site(folder)
    running.start()
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium():
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip("SKIPPED: Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser of their own, on the site."""

    def __init__(self, site: Site, context):
        self.site = site
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.errors.append(line.text) if "Content Security" in line.text else None,
        )

    def open(self, path: str):
        return self.page.goto(self.site.url + path)

    def press(self, name: str) -> None:
        """Press the button, or follow the link, that is called so."""
        button = self.page.get_by_role("button", name=name, exact=True)
        (button if button.count() else self.page.get_by_role("link", name=name, exact=True)).first.click()  # fmt: skip

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.open("/tai-khoan/dang-nhap/")
        self.page.fill("[name=username]", login)
        self.page.fill("[name=password]", password)
        self.page.locator("main form .button").click()
        self.page.wait_for_url(lambda url: "dang-nhap" not in url)

    def sees(self, text: str) -> bool:
        self.page.get_by_text(text).first.wait_for()
        return True


@pytest.fixture
def visit(site, chromium):
    """Open a browser: `visit()` a phone, `visit(**LAPTOP)`, `visit(java_script_enabled=False)`."""
    contexts, visitors = [], []

    def open_browser(**options) -> Visitor:
        context = chromium.new_context(locale="vi-VN", **({**PHONE, **options}))
        contexts.append(context)
        visitors.append(Visitor(site, context))
        return visitors[-1]

    yield open_browser
    for context in contexts:
        context.close()
    assert not [error for visitor in visitors for error in visitor.errors]
