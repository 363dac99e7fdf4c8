// A pupil's phone follows the class: it asks often while something goes on, seldom when nothing does, and
// comes back to where the class is after a lost connection. An answer that could not be sent is sent again.

const box = document.querySelector("[data-here]");
const words = document.querySelector("[data-words]").dataset;
const form = box.querySelector("[data-form]");
const part = (name) => box.querySelector(`[data-${name}]`);
const QUICK = 600; // ms: what the teacher presses is here within a second
const SLOW = 3000;
const QUIET_AFTER = 10 * 60 * 1000; // nothing has changed for as long: the class has gone on without phones
let shown = null;
let known = "";
let changed = Date.now();
let waiting = null; // an answer on its way

const text = (name, value) => { part(name).textContent = value ?? ""; };

const buttons = ({ question, mine, state }) => question.options.map(({ letter, text: words_ }, place) => {
  const button = document.createElement("button");
  const name = document.createElement("strong");
  const said = document.createElement("span");
  button.className = "pupil-option";
  button.name = "chon";
  button.value = letter;
  button.disabled = state !== "asking";
  name.textContent = letter;
  said.textContent = words_;
  button.append(name, " ", said);
  button.setAttribute("aria-pressed", String(place === mine));
  if (question.right?.includes(place)) button.classList.add("right");
  return button;
});

const said = ({ state, mine, question }) => {
  if (state === "asking") return mine === null ? "" : box.dataset.sent;
  if (state !== "revealed") return "";
  if (mine === null) return box.dataset.none;
  return question.right.includes(mine) ? box.dataset.right : box.dataset.wrong;
};

const show = (state) => {
  shown = state;
  known = `${state.session}.${state.tick}`;
  changed = Date.now();
  const { question } = state;
  text("stem", question ? question.stem : words[state.state === "closed" ? "closed" : "waiting"]);
  part("message").hidden = !question?.message;
  text("sender", question?.sender);
  text("bubble", question?.message);
  form.elements.cau.value = state.item ?? "";
  part("options").replaceChildren(...(question ? buttons(state) : []));
  text("said", said(state));
  const why = state.state === "revealed" ? [question.feedback[state.mine], question.explanation].filter(Boolean).join(" ") : "";
  part("explanation").hidden = !why;
  text("explanation", why);
};

const send = async () => {
  const body = new FormData(form);
  body.set("cau", waiting.item);
  body.set("chon", waiting.letter);
  const sent = waiting;
  try {
    const answer = await fetch(box.dataset.answer, { method: "POST", body, headers: { Accept: "application/json" } });
    const { problem } = await answer.json();
    if (waiting === sent) waiting = null;
    text("said", problem || box.dataset.sent);
  } catch { text("said", box.dataset.lost); }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { submitter } = event;
  if (!shown || shown.state !== "asking") return;
  shown.mine = "ABCD".indexOf(submitter.value);
  for (const button of part("options").children) button.setAttribute("aria-pressed", String(button === submitter));
  waiting = { item: shown.item, letter: submitter.value };
  send();
});

const follow = async () => {
  if (!document.hidden) {
    try {
      if (waiting && waiting.item === shown?.item) await send();
      const answer = await fetch(`${box.dataset.state}?luc=${known}`);
      if (answer.status === 403) { location.assign(box.dataset.join); return; }
      if (answer.status === 200) show(await answer.json());
      else if (part("said").textContent === box.dataset.lost) text("said", shown ? said(shown) : "");
    } catch { text("said", box.dataset.lost); }
  }
  setTimeout(follow, Date.now() - changed > QUIET_AFTER ? SLOW : QUICK);
};
document.addEventListener("visibilitychange", () => { if (!document.hidden) changed = Date.now(); });
follow();
