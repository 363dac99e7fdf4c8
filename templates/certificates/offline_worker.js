// Keeps the page that checks without a connection, and answers with it where there is none.

const KEPT = "xac-minh-{{ edition }}";
const PAGE = "{{ page }}";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

// As a stranger sees it: what is kept on a device names nobody who was signed in.
const keepPage = async () => {
  const answer = await fetch(new Request(PAGE, { credentials: "omit", cache: "reload" }));
  if (answer.ok) await (await caches.open(KEPT)).put(PAGE, answer);
};

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(KEPT).then((cache) => cache.addAll(FILES)).then(keepPage).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("xac-minh-") && name !== KEPT);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const asked = new URL(request.url);
  if (request.mode === "navigate") {
    const fresh = fetch(request);
    event.respondWith(fresh.catch(() => caches.match(PAGE)));
    // The page itself is kept anew each time that it is opened with a connection.
    if (asked.pathname === PAGE) event.waitUntil(fresh.then(keepPage).catch(() => {}));
  } else if (FILES.includes(asked.pathname)) {
    event.respondWith(caches.match(asked.pathname).then((kept) => kept ?? fetch(request)));
  }
});
