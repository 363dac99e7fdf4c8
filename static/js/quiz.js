// Keeps an answer the moment it is given. A lost connection is retried until it is back; every
// change has a key of its own, so that whatever arrives twice counts once.
// Without this script the buttons below the question keep the answer.

const form = document.querySelector("[data-question]");

const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

class SignedOut extends Error {}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

if (form) {
  const status = document.querySelector("[data-saving]");
  const say = (text, kind = "") => {
    status.textContent = text;
    status.className = `saving ${kind}`;
  };
  let wanted = 0; // the number of the newest change
  let kept = 0; // the newest change that the server has
  let working = null;

  const keepOne = async () => {
    const change = wanted;
    // Whoever has signed in anew, in another tab, has a new token.
    const [, token] = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) ?? [];
    if (token) form.elements.csrfmiddlewaretoken.value = token;
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    if (answer.status === 409 || answer.status === 400) {
      say((await answer.json()).message, "failed");
      kept = wanted;
      return;
    }
    if (answer.redirected || answer.status === 403) {
      // Signed out, on another tab perhaps: the answer stays here until somebody is signed in again.
      say(form.dataset.signedOut, "failed");
      throw new SignedOut();
    }
    if (!answer.ok) throw new Error(String(answer.status));
    kept = change;
    const { answered } = await answer.json();
    document.querySelector("[data-map] [aria-current]")?.classList.toggle("answered", answered);
    if (kept === wanted) say(form.dataset.saved, "saved");
  };

  const keepAll = async () => {
    for (let wait = 1_000; kept < wanted; ) {
      try {
        await keepOne();
        wait = 1_000;
      } catch (error) {
        if (!(error instanceof SignedOut)) say(form.dataset.failed, "failed");
        await pause(wait);
        wait = Math.min(wait * 2, 15_000);
      }
    }
    working = null;
  };

  const changed = () => {
    form.elements.key.value = newKey();
    wanted += 1;
    say(form.dataset.savingNow);
    working ??= keepAll();
  };

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
    changed();
  });
  let typing = null;
  form.addEventListener("input", (event) => {
    if (event.target.type !== "text") return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      typing = null;
      changed();
    }, 800);
  });

  // Leaving waits for what is on its way, so that an older answer cannot arrive after a newer one.
  form.addEventListener("submit", async (event) => {
    if (typing !== null) {
      // What was typed last travels with the form, as an answer of its own.
      clearTimeout(typing);
      typing = null;
      form.elements.key.value = newKey();
    }
    if (working === null || form.dataset.leaving) return;
    event.preventDefault();
    form.dataset.leaving = "1";
    await Promise.race([working, pause(4_000)]);
    form.requestSubmit(event.submitter);
  });
  addEventListener("beforeunload", (event) => {
    if (kept < wanted && !form.dataset.leaving) event.preventDefault();
  });
  addEventListener("pageshow", () => delete form.dataset.leaving);
}
