// Shows the places that a text finds while it is being typed. Without this module the button does it.

const box = document.querySelector("[data-places]");

if (box) {
  const field = box.querySelector("[name=q]");
  const search = field.form;
  const list = box.querySelector("[data-places-list]");
  const said = box.querySelector("[data-places-said]");
  let waiting;
  let asking;

  // Answers false where nothing could be fetched: then the page itself is sent.
  const show = async (question, { focus = false } = {}) => {
    clearTimeout(waiting);
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.places}?${question}`, { signal: asking.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const found = await answer.text();
      // Whoever chose while this was under way has chosen, if the place is still among them.
      const chosen = list.querySelector("[name=noi]:checked")?.value;
      list.innerHTML = found;
      const same = chosen && list.querySelector(`[name=noi][value="${chosen}"]`);
      if (same) same.checked = true;
    } catch (error) {
      return error.name === "AbortError";
    }
    // Whoever comes back to this page finds it as they left it.
    question.set("next", search.elements.next.value);
    history.replaceState(null, "", `?${question}`);
    const heading = list.querySelector("[data-places-heading]");
    said.textContent = heading?.textContent ?? "";
    if (focus) heading?.focus();
    return true;
  };

  const find = (options) => show(new URLSearchParams({ q: field.value.trim() }), options);

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 250);
  });
  search.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await find({ focus: true }))) search.submit();
  });
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("button[name=trong]");
    if (!button) return;
    event.preventDefault();
    const there = new URLSearchParams({ trong: button.value });
    if (!(await show(there, { focus: true }))) button.form.requestSubmit(button);
  });
}
