// Marks a lesson as read once its end has been in sight and a fair part of its time has passed.
// Without this script the button below the lesson does the same.

const form = document.querySelector("[data-reading]");

if (form) {
  const end = document.querySelector("[data-lesson-end]");
  const status = form.querySelector("[role=status]");
  // Fast readers take a quarter of the time we reckon with; nobody scrolls through in it.
  const enough = Number(form.dataset.minutes) * 60_000 * 0.25;
  let readFor = 0;
  let since = document.hidden ? null : performance.now();
  let endSeen = false;
  let sent = false;

  const elapsed = () => readFor + (since === null ? 0 : performance.now() - since);

  const send = async () => {
    if (sent || !endSeen || elapsed() < enough) return;
    sent = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      // Whoever is signed out meanwhile is led to sign-in, which answers well.
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      status.textContent = form.dataset.saved;
    } catch {
      sent = false; // tried again with the next tick; the button works meanwhile
    }
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      readFor = elapsed();
      since = null;
    } else {
      since = performance.now();
    }
  });
  new IntersectionObserver((entries) => {
    endSeen ||= entries.some((entry) => entry.isIntersecting);
    send();
  }).observe(end);
  setInterval(send, 5_000);
}

// On paper every sign of a scam is shown.
addEventListener("beforeprint", () => {
  for (const signs of document.querySelectorAll("details.signs")) signs.open = true;
});
