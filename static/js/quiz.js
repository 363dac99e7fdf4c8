// Keeps an answer the moment it is given. What cannot be sent waits on the phone, through reloads and
// lost connections, and is sent with how long ago it was given, so that the last one counts. Every
// change has a key of its own: whatever arrives twice counts once.
// Without this script the buttons below the question keep the answer.

const form = document.querySelector("[data-question]");
const handIn = document.querySelector("[data-hand-in]");
const atTheEnd = document.querySelector("[data-at-the-end]");

const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A phone that allows no storage keeps what waits for as long as the page is open.
const memory = {};
const store = {
  get: (name) => {
    try { return localStorage.getItem(name); } catch { return memory[name] ?? null; }
  },
  set: (name, text) => {
    try { localStorage.setItem(name, text); } catch { memory[name] = text; }
  },
};

const device = store.get("device") ?? newKey();
store.set("device", device);

// The order of this device's answers, which no clock that is set back can turn round.
const nextNumber = () => {
  const number = Math.max(Number(store.get("answer-number") ?? 0) + 1, Date.now());
  store.set("answer-number", String(number));
  return number;
};

// What waits: by address of the question the newest answer, and since when.
const waiting = (holder) => {
  const name = `answers-${holder.dataset.person}-${holder.dataset.attempt}`;
  const read = () => JSON.parse(store.get(name) ?? "{}");
  return {
    all: () => Object.values(read()).sort((one, other) => one.at - other.at),
    of: (url) => read()[url],
    put: (entry) => store.set(name, JSON.stringify({ ...read(), [entry.url]: entry })),
    take: (entry) => {
      const all = read();
      if (all[entry.url]?.key === entry.key) delete all[entry.url];
      store.set(name, JSON.stringify(all));
    },
  };
};

class SignedOut extends Error {}

const send = async (entry) => {
  const body = new URLSearchParams(entry.fields);
  // Whoever has signed in anew, in another tab, has a new token.
  const [, token] = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) ?? [];
  body.set("csrfmiddlewaretoken", token ?? document.querySelector("[name=csrfmiddlewaretoken]").value);
  body.set("key", entry.key);
  body.set("device", device);
  body.set("sequence", String(entry.number));
  body.set("ago", String(Math.max(0, Date.now() - entry.at)));
  const answer = await fetch(entry.url, { method: "POST", body, headers: { Accept: "application/json" } });
  if (answer.redirected || answer.status === 403) throw new SignedOut();
  if (answer.status === 409 || answer.status === 400) return { refused: (await answer.json()).message };
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

if (form) {
  const queue = waiting(form);
  const status = document.querySelector("[data-saving]");
  const say = (text, kind = "") => {
    status.textContent = text;
    status.className = `saving ${kind}`;
  };
  const url = new URL(form.action).pathname;
  let working = null;
  let typing = null;
  let savedHere = false;
  let elsewhere = false;

  const tell = (entry, said) => {
    if (entry.url !== url) return;
    if (said.refused) return say(said.refused, "failed");
    savedHere = true;
    const map = document.querySelector("[data-map]");
    const here = map?.querySelector("[aria-current]");
    here?.classList.toggle("answered", said.answered);
    here?.setAttribute("aria-label", `${map.dataset.word} ${here.textContent}, ${said.answered ? map.dataset.answered : map.dataset.open}`);
    // Said once, it stays: the next answer, which may wait already, is told of this device alone.
    elsewhere ||= said.elsewhere;
    if (queue.of(url)) return;
    if (elsewhere) say(`${form.dataset.saved} ${form.dataset.elsewhere}`, "saved elsewhere");
    else say(form.dataset.saved, "saved");
  };

  const sendAll = async () => {
    for (let wait = 1_000; queue.all().length; ) {
      const [entry] = queue.all();
      try {
        const said = await send(entry);
        queue.take(entry);
        tell(entry, said);
        wait = 1_000;
      } catch (error) {
        say(error instanceof SignedOut ? form.dataset.signedOut : form.dataset.failed, "failed");
        await Promise.race([pause(wait), new Promise((done) => addEventListener("online", done, { once: true }))]);
        wait = Math.min(wait * 2, 15_000);
      }
    }
    working = null;
  };

  const fields = () =>
    [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "key", "to"].includes(name));

  const changed = () => {
    const entry = { url, key: newKey(), number: nextNumber(), at: Date.now(), fields: fields() };
    form.elements.key.value = entry.key;
    queue.put(entry);
    say(form.dataset.savingNow);
    working ??= sendAll();
  };

  // What was answered without a connection stands in the form again after a reload.
  const restore = ({ fields: kept }) => {
    for (const input of form.querySelectorAll("input[type=radio], input[type=checkbox]")) {
      input.checked = kept.some(([name, value]) => name === input.name && value === input.value);
    }
    for (const [name, value] of kept) {
      const input = form.elements[name];
      if (input?.matches?.("select, input[type=text]")) input.value = value;
    }
  };
  if (queue.of(url)) restore(queue.of(url));
  if (queue.all().length) {
    say(form.dataset.savingNow);
    working = sendAll();
  }

  // Two steps cannot stand at one place: whoever takes a place gives theirs in exchange.
  const exchange = (select) => {
    const before = select.dataset.before ?? "";
    for (const other of form.querySelectorAll("select[data-place]")) {
      if (other !== select && select.value && other.value === select.value) {
        other.value = before;
        other.dataset.before = before;
      }
    }
    select.dataset.before = select.value;
  };

  for (const select of form.querySelectorAll("select[data-place]")) select.dataset.before = select.value;
  form.addEventListener("change", (event) => {
    if (event.target.matches("select[data-place]")) exchange(event.target);
    clearTimeout(typing);
    typing = null;
    changed();
  });
  form.addEventListener("input", (event) => {
    if (event.target.type !== "text") return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      typing = null;
      changed();
    }, 800);
  });

  // Leaving waits for what is on its way; what cannot be sent stays on the phone, and so does the page.
  form.addEventListener("submit", async (event) => {
    if (typing !== null) {
      clearTimeout(typing);
      typing = null;
      changed();
    }
    if (form.dataset.leaving) return;
    if (working === null && savedHere) {
      // It is kept already: there is nothing to send but where to go.
      event.preventDefault();
      const to = event.submitter?.value;
      location.assign(to ? url.replace(/cau-\d+\/$/, `cau-${to}/`) : form.dataset.overview);
      return;
    }
    if (working === null) return;
    event.preventDefault();
    await Promise.race([working, pause(4_000)]);
    if (working !== null) return say(form.dataset.failed, "failed");
    form.dataset.leaving = "1";
    const to = event.submitter?.value;
    location.assign(to ? url.replace(/cau-\d+\/$/, `cau-${to}/`) : form.dataset.overview);
  });
  addEventListener("pageshow", () => delete form.dataset.leaving);

  // Whoever comes back to this page hears what has been answered on another device meanwhile.
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden || queue.of(url)) return;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.redirected) return;
      const last = await answer.json();
      if (last.device && last.device !== device) say(form.dataset.elsewhere, "failed");
    } catch {
      // No connection just now: it is said when the next answer is kept.
    }
  });
}

if (handIn) {
  const queue = waiting(handIn);
  const box = document.querySelector("[data-unsaved]");
  const show = () => {
    const count = queue.all().length;
    box.hidden = count === 0;
    box.textContent = `${count} ${box.dataset.one}`;
  };
  const sendAll = async () => {
    for (let wait = 1_000; queue.all().length; wait = Math.min(wait * 2, 15_000)) {
      show();
      const [entry] = queue.all();
      try {
        await send(entry);
        queue.take(entry);
        wait = 500;
      } catch {
        await Promise.race([pause(wait), new Promise((done) => addEventListener("online", done, { once: true }))]);
      }
    }
    show();
  };
  let sending = null;
  if (queue.all().length) {
    // What is sent now is not in what this page shows as answered.
    sending = sendAll().then(() => (handIn.dataset.wanted ? handIn.requestSubmit() : location.reload()));
  }
  handIn.addEventListener("submit", (event) => {
    if (!queue.all().length) return;
    event.preventDefault();
    handIn.dataset.wanted = "1";
    show();
  });
}

// The clock. The server's decides; this one only shows it.
const clock = document.querySelector("[data-seconds-left]");
if (clock) {
  const end = Date.now() + Number(clock.dataset.secondsLeft) * 1000;
  const face = clock.querySelector("[data-clock]");
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    const [minutes, seconds] = [Math.floor(left / 60), String(left % 60).padStart(2, "0")];
    face.textContent = left < 300 ? `${minutes}:${seconds}` : String(Math.ceil(left / 60));
    clock.classList.toggle("soon", left < 300);
    if (left > 0) return setTimeout(tick, 1_000);
    clock.textContent = clock.dataset.over;
    // A moment for what is on its way.
    setTimeout(() => atTheEnd?.requestSubmit(), 3_000);
  };
  tick();
}
