// Shows how far a sheet has come that is being checked or brought in, and opens what comes of it.

const box = document.querySelector("[data-import]");

if (box) {
  const bar = box.querySelector("progress");
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
      const { state, per_cent: perCent } = await answer.json();
      if (state !== box.dataset.import) return location.reload();
      if (bar.hasAttribute("value")) bar.value = perCent;
    } catch {
      // No connection just now: the next look may have one.
    }
    setTimeout(look, 1_000);
  };
  setTimeout(look, 600);
}
