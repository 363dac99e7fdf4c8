"""What travels to a phone, measured on the wire."""

from urllib.parse import urlsplit

COURSE = "/khoa-hoc/tu-bao-ve/"
FIRST_VISIT = 100_000  # bytes, everything counted
NEXT_PAGE = 12_000
MOST_REQUESTS = 8


class Wire:
    """Counts what a page fetches: bytes as they travel, compressed and with their headers."""

    def __init__(self, visitor):
        self.session = visitor.context.new_cdp_session(visitor.page)
        self.session.send("Network.enable")
        self.urls: dict[str, str] = {}
        self.bytes: dict[str, float] = {}
        self.session.on("Network.requestWillBeSent", self._sent)
        self.session.on("Network.loadingFinished", self._finished)

    def _sent(self, event):
        if not event["request"]["url"].startswith("data:"):
            self.urls[event["requestId"]] = event["request"]["url"]

    def _finished(self, event):
        if event["requestId"] in self.urls:
            self.bytes[event["requestId"]] = event["encodedDataLength"]

    def clear(self):
        self.urls.clear()
        self.bytes.clear()

    def fetched(self) -> list[tuple[str, float]]:
        """Return what came over the wire: address and bytes. What the browser had kept costs none."""
        return [
            (url, self.bytes.get(key, 0)) for key, url in self.urls.items() if self.bytes.get(key)
        ]


def lesson_addresses(visitor) -> list[str]:
    visitor.open(COURSE)
    links = visitor.page.locator(".lessons a")
    return [link.get_attribute("href") for link in links.all()]


def test_a_lesson_is_light_on_the_first_visit_and_lighter_on_the_next(visit, record_property):
    first, second, *_others = lesson_addresses(visit())
    newcomer = visit()
    wire = Wire(newcomer)
    newcomer.open(first)
    newcomer.page.wait_for_load_state("networkidle")
    # Reading on to the end may fetch nothing more than what was counted.
    newcomer.page.locator("[data-lesson-end]").scroll_into_view_if_needed()
    newcomer.page.wait_for_load_state("networkidle")
    fetched = wire.fetched()
    total = sum(size for _url, size in fetched)
    record_property("first_visit_bytes", total)
    record_property("first_visit_requests", len(fetched))
    assert total < FIRST_VISIT, fetched
    assert len(fetched) <= MOST_REQUESTS, fetched
    assert {urlsplit(url).netloc for url, _size in fetched} == {urlsplit(newcomer.site.url).netloc}

    wire.clear()
    newcomer.open(second)
    newcomer.page.wait_for_load_state("networkidle")
    total = sum(size for _url, size in wire.fetched())
    record_property("next_page_bytes", total)
    assert total < NEXT_PAGE, wire.fetched()


def test_no_lesson_is_heavier_than_the_next_page_may_be(visit):
    visitor = visit()
    sizes = {}
    for course in ("dich-vu-cong", "mua-sam", "thanh-toan", "tu-bao-ve", "nen-tang-khac"):
        visitor.open(f"/khoa-hoc/{course}/")
        links = visitor.page.locator(".lessons a").all()
        for address in [link.get_attribute("href") for link in links]:
            answer = visitor.context.request.get(
                visitor.site.url + address, headers={"Accept-Encoding": "gzip"}
            )
            sizes[address] = int(answer.headers["content-length"])
    assert len(sizes) >= 25
    assert {address: size for address, size in sizes.items() if size >= NEXT_PAGE} == {}
