// The screen of a session follows its code, and says so when it no longer can.

const box = document.querySelector("[data-screen]");
const part = (name) => box.querySelector(`[data-${name}]`);
const words = part("left-words").textContent;
const EVERY = 5000; // ms: who is there; the code comes when its time is over
let ends = 0;
let asking = false;

const ask = async () => {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(box.dataset.address, { headers: { Accept: "application/json" } });
    const state = await answer.json();
    if (!state.code) { location.reload(); return; }
    part("code").textContent = state.code;
    part("here").textContent = state.here;
    if (part("qr").src !== state.qr) part("qr").src = state.qr;
    ends = Date.now() + state.seconds * 1000;
    part("lost").hidden = true;
  } catch { part("lost").hidden = false; }
  asking = false;
};

const tick = () => {
  const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  part("left-words").textContent = words.replace("[1]", left);
  part("left-words").hidden = false;
  if (!left) ask();
};

ask().then(tick);
setInterval(tick, 1000);
setInterval(ask, EVERY);
