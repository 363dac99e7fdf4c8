// Copies a reminder, in old in-app browsers too, and hands it to the phone's own share sheet.

const copy = async (field) => {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Zalo's own browser has no clipboard: what is selected can still be copied the old way.
    field.focus();
    field.setSelectionRange(0, field.value.length);
    return document.execCommand("copy");
  }
};

for (const box of document.querySelectorAll("[data-remind]")) {
  const field = box.querySelector("textarea");
  const status = box.querySelector("[role=status]");
  const button = box.querySelector("[data-remind-copy]");
  const send = box.querySelector("[data-remind-send]");

  button.hidden = false;
  button.addEventListener("click", async () => {
    if (await copy(field)) status.textContent = box.dataset.copied;
  });
  if (navigator.share) {
    send.hidden = false;
    send.addEventListener("click", () => navigator.share({ text: field.value }).catch(() => {}));
  }
}
