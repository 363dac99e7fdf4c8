// The teacher's phone reads the answer cards of the whole class, frame by frame, and sends what it is sure of.

import { newDetector, readCards, Sweep } from "./card-reading.js";
import { pupilLines } from "./pupil-lines.js";

const box = document.querySelector("[data-scan]");
const words = document.querySelector("[data-words]").dataset;
const part = (name) => box.querySelector(`[data-${name}]`);
const acts = part("acts");
const video = part("video");
const marks = part("marks");
const frame = document.createElement("canvas");
const detector = newDetector(globalThis.AR);
const WIDTH = 1280; // pixels that are read, whatever the camera gives
const EVERY = 120; // ms between two frames, for the phone to breathe
let shown = null;
let sweep = new Sweep();
let toSend = new Map();
let sending = false;

const problem = (text) => { part("problem").hidden = !text; part("problem").textContent = text ?? ""; };

const show = (state) => {
  if (state.state === "closed") { location.assign(box.dataset.results); return; }
  if (shown && shown.position !== state.position) { sweep = new Sweep(); toSend = new Map(); }
  shown = state;
  part("progress").textContent = state.state === "asking" ? state.progress : box.dataset.idle;
  part("stem").textContent = state.question?.stem ?? "";
  part("pupils").replaceChildren(...pupilLines(state.pupils));
  acts.querySelector("[data-act=ask]").hidden = state.state === "asking" || state.position >= state.count;
  acts.querySelector("[data-act=ask]").textContent = state.position ? words.next : words.first;
  acts.querySelector("[data-act=reveal]").hidden = state.state !== "asking";
  if (state.strangers) problem(state.strangers.length ? `${box.dataset.strangers} ${state.strangers.join(", ")}` : "");
};

const token = () => acts.elements.csrfmiddlewaretoken.value;
const ask = async (address, options) => {
  const answer = await fetch(address, options);
  const said = await answer.json();
  if (answer.ok) show(said);
  else problem(said.problem);
  return answer.ok;
};

acts.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new FormData(acts);
  const what = event.submitter.value;
  body.set("viec", what);
  body.set("cau", what === "hoi" ? shown.position + 1 : shown.position);
  try { await ask(box.dataset.command, { method: "POST", body, headers: { Accept: "application/json" } }); }
  catch { part("progress").textContent = box.dataset.lost; }
});

const send = async () => {
  if (sending || !toSend.size || shown?.state !== "asking") return;
  sending = true;
  const batch = new Map(toSend);
  const body = JSON.stringify({ cau: shown.position, the: Object.fromEntries(batch) });
  try {
    await ask(box.dataset.read, { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token() } });
    for (const [number, letter] of batch) if (toSend.get(number) === letter) toSend.delete(number);
  } catch { part("progress").textContent = box.dataset.lost; } // they wait for the next time
  sending = false;
};

const draw = (cards) => {
  marks.width = frame.width;
  marks.height = frame.height;
  const pen = marks.getContext("2d");
  pen.lineWidth = 5;
  pen.strokeStyle = "#37c98b";
  pen.fillStyle = "#37c98b";
  pen.font = "bold 34px sans-serif";
  for (const { number, letter, corners } of cards) {
    pen.beginPath();
    for (const { x, y } of corners) pen.lineTo(x, y);
    pen.closePath();
    pen.stroke();
    pen.fillText(`${number} ${letter}`, corners[0].x, corners[0].y - 8);
  }
};

const look = () => {
  if (!document.hidden && video.readyState >= 2) {
    const scale = Math.min(1, WIDTH / video.videoWidth);
    frame.width = Math.round(video.videoWidth * scale);
    frame.height = Math.round(video.videoHeight * scale);
    const pen = frame.getContext("2d", { willReadFrequently: true });
    pen.drawImage(video, 0, 0, frame.width, frame.height);
    const cards = readCards(detector, pen.getImageData(0, 0, frame.width, frame.height));
    draw(cards);
    if (shown?.state === "asking") for (const [number, letter] of sweep.see(cards)) toSend.set(number, letter);
    send();
  }
  setTimeout(look, EVERY);
};

const start = async () => {
  if (!navigator.mediaDevices) { problem(box.dataset.insecure); return; }
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    await video.play();
    part("start").hidden = true;
    problem("");
    look();
  } catch { problem(box.dataset.denied); }
};
part("start").addEventListener("click", start);

const follow = async () => {
  try { if (!sending && !document.hidden) await ask(box.dataset.state); }
  catch { part("progress").textContent = box.dataset.lost; }
  setTimeout(follow, 1000);
};
follow();
start();
