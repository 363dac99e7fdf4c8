// Three pictures, pressed one after the other, are sent when the third is there.

const form = document.querySelector("[data-pictures]");
const grid = form.querySelector("[data-grid]");
const clear = form.querySelector("[data-clear]");
const chosen = form.querySelector("[data-chosen]");
const length = Number(form.dataset.length);
let said = [];

const show = () => {
  chosen.replaceChildren(
    ...Array.from({ length }, (_none, place) => {
      const slot = document.createElement("span");
      if (said[place]) {
        slot.append(said[place].firstElementChild.cloneNode(true));
        slot.title = said[place].getAttribute("aria-label");
      }
      return slot;
    }),
  );
  clear.hidden = said.length === 0;
};
grid.hidden = false;
show();
grid.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || said.length >= length) return;
  said.push(button);
  show();
  if (said.length < length) return;
  form.elements.hinh.value = said.map((one) => one.value).join(",");
  form.requestSubmit();
});
clear.addEventListener("click", () => { said = []; show(); });
