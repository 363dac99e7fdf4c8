// Shows one slide at a time: keyboard, remote control, finger, full screen. Without it all stand below one another.

const body = document.body;
const slides = [...document.querySelectorAll(".slide")];
const place = document.querySelector("[data-place]");
let now = Math.min(Math.max(Number.parseInt(location.hash.slice(1), 10) || 1, 1), slides.length) - 1;

const show = (wanted) => {
  now = Math.min(Math.max(wanted, 0), slides.length - 1);
  for (const [number, slide] of slides.entries()) slide.hidden = number !== now;
  place.textContent = `${now + 1} / ${slides.length}`;
  history.replaceState(null, "", `#${now + 1}`);
  body.classList.remove("dark");
};
const fullScreen = () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
};

// A remote control sends PageUp and PageDown, and a full stop or B for the dark screen.
const keys = {
  ArrowRight: () => show(now + 1), ArrowDown: () => show(now + 1), PageDown: () => show(now + 1),
  ArrowLeft: () => show(now - 1), ArrowUp: () => show(now - 1), PageUp: () => show(now - 1),
  Home: () => show(0), End: () => show(slides.length - 1),
  " ": () => show(now + 1), Enter: () => show(now + 1),
  f: fullScreen, F5: fullScreen, b: () => body.classList.toggle("dark"), ".": () => body.classList.toggle("dark"),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("a, button") && [" ", "Enter"].includes(event.key)) return;
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.querySelector("[data-back]").addEventListener("click", () => show(now - 1));
document.querySelector("[data-on]").addEventListener("click", () => show(now + 1));
document.querySelector("[data-full]").addEventListener("click", fullScreen);

let from = null;
document.addEventListener("pointerdown", (event) => { from = event.clientX; });
document.addEventListener("pointerup", (event) => {
  const moved = event.clientX - from;
  if (Math.abs(moved) > 60) show(moved < 0 ? now + 1 : now - 1);
});
window.addEventListener("hashchange", () => show((Number.parseInt(location.hash.slice(1), 10) || 1) - 1));

body.classList.add("one-at-a-time");
show(now);

if (navigator.serviceWorker) {
  navigator.serviceWorker
    .register(body.dataset.worker, { scope: body.dataset.scope })
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => ready.active.postMessage(location.pathname))
    .then(() => body.setAttribute("data-kept", ""))
    .catch(() => {}); // a browser that allows no workers shows the slides with a connection
}
