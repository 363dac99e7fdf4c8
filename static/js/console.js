// The teacher's page follows the class and goes on at a key. Two of them (laptop and phone) may be open at once.

import { pupilLines } from "./pupil-lines.js";

const box = document.querySelector("[data-console]");
const words = document.querySelector("[data-words]").dataset;
const acts = box.querySelector("[data-acts]");
const part = (name) => box.querySelector(`[data-${name}]`);
const EVERY = 700; // ms
let shown = null;
let busy = false;

const text = (name, value) => { part(name).textContent = value ?? ""; };

const options = (question, counts) => {
  const most = Math.max(1, ...(counts ?? [0]));
  return question.options.map(({ letter, text: words_ }, place) => {
    const line = document.createElement("li");
    const name = document.createElement("strong");
    const said = document.createElement("span");
    name.textContent = letter;
    said.textContent = words_;
    line.append(name, " ", said);
    if (counts) {
      const count = document.createElement("b");
      count.textContent = counts[place];
      line.append(count);
      line.style.setProperty("--share", `${(100 * counts[place]) / most}%`);
      line.classList.add("counted");
      if (question.right.includes(place)) line.classList.add("right");
    }
    return line;
  });
};

const show = (state) => {
  shown = state;
  for (const section of box.querySelectorAll("[data-when]")) {
    section.hidden = !section.dataset.when.split(" ").includes(state.state);
  }
  if (state.state === "closed") { location.assign(box.dataset.results); return; }
  const { question } = state;
  if (question) {
    text("place", words.of.replace("[1]", state.position).replace("[2]", state.count));
    text("stem", question.stem);
    part("message").hidden = !question.message;
    text("sender", question.sender);
    text("bubble", question.message);
    part("options").replaceChildren(...options(question, state.chosen));
    part("explanation").hidden = !question.explanation;
    text("explanation", question.explanation);
  }
  text("progress", state.progress);
  part("pupils").replaceChildren(...pupilLines(state.pupils));
  buttons();
};

const buttons = () => {
  const { state, position, count } = shown;
  const on = { ask: state !== "asking" && position < count, reveal: state === "asking", again: state === "revealed", end: true };
  for (const [name, isOn] of Object.entries(on)) acts.querySelector(`[data-act=${name}]`).hidden = !isOn;
  acts.querySelector("[data-act=ask]").textContent = position ? words.next : words.first;
};

const send = async (what) => {
  if (busy || !shown) return;
  busy = true;
  const body = new FormData(acts);
  body.set("viec", what);
  body.set("cau", what === "hoi" ? shown.position + 1 : shown.position);
  try {
    const answer = await fetch(box.dataset.command, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) show(await answer.json());
    else text("progress", box.dataset.lost);
  } catch { text("progress", box.dataset.lost); }
  busy = false;
};

acts.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter.value);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !shown) return;
  if (event.target.closest("a, button, input, select") && [" ", "Enter"].includes(event.key)) return;
  if (![" ", "ArrowRight", "PageDown"].includes(event.key)) return;
  event.preventDefault();
  if (shown.state === "asking") send("mo");
  else if (shown.position < shown.count) send("hoi");
});

const follow = async () => {
  if (!busy && !document.hidden) {
    try {
      const answer = await fetch(box.dataset.state);
      if (answer.ok && !busy) show(await answer.json());
    } catch { text("progress", box.dataset.lost); }
  }
  setTimeout(follow, EVERY);
};
follow();
