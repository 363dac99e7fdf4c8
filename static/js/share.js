// Offers the phone's own share sheet (Zalo stands in it), or else copies the address.

for (const box of document.querySelectorAll("[data-share]")) {
  const { url, title, copied } = box.dataset;
  const status = box.querySelector("[role=status]");
  const send = box.querySelector("[data-share-send]");
  const copy = box.querySelector("[data-share-copy]");
  const print = box.querySelector("[data-print]");

  if (navigator.share) {
    send.hidden = false;
    send.addEventListener("click", () => navigator.share({ url, title }).catch(() => {}));
  }
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(url);
      status.textContent = copied;
    });
  }
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
}
