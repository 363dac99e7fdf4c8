// Shows how far work in the background has come, and opens what comes of it.

const box = document.querySelector("[data-progress]");

if (box) {
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-so-far]");
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
      const { state, per_cent: perCent, text: soFar } = await answer.json();
      if (state !== box.dataset.progress) return location.reload();
      if (bar.hasAttribute("value")) bar.value = perCent;
      if (text) text.textContent = soFar;
    } catch {
      // No connection just now: the next look may have one.
    }
    setTimeout(look, 1_000);
  };
  setTimeout(look, 600);
}
