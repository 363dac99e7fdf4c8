// Waits for a certificate that is being drawn, then shows it.

const waiting = document.querySelector("[data-waiting]");

if (waiting) {
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
      const { ready, failed } = await answer.json();
      if (ready || failed) return location.reload();
    } catch {
      // No connection just now: the next look may have one.
    }
    setTimeout(look, 1_000);
  };
  setTimeout(look, 600);
}
