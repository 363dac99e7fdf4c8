// Keeps slides that were opened with a connection, so that a class can see them without one.

const KEPT = "trang-chieu-{{ edition }}";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const isSlides = (path) => /^\/day-hoc\/[a-z0-9-]+\/chieu\/$/.test(path);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("trang-chieu-") && name !== KEPT);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

// The page that registered this worker was there before it: it says which one it is.
self.addEventListener("message", (event) => {
  const path = new URL(event.data, self.location.origin).pathname;
  if (isSlides(path)) event.waitUntil(caches.open(KEPT).then((cache) => cache.add(path)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate" && isSlides(pathname)) {
    const fresh = fetch(request).then((answer) => {
      if (answer.ok) {
        const copy = answer.clone();
        event.waitUntil(caches.open(KEPT).then((cache) => cache.put(pathname, copy)));
      }
      return answer;
    });
    event.respondWith(fresh.catch(() => caches.match(pathname)));
  } else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});
