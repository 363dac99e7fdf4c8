// Lets people see the password that they type: on a small keyboard it is easily mistyped.

for (const label of document.querySelectorAll("[data-show-password]")) {
  const box = label.querySelector("input");
  const fields = label.closest("form").querySelectorAll("input[type=password]");
  label.hidden = false;
  box.checked = false; // a browser that comes back to the page remembers the tick
  box.addEventListener("change", () => {
    for (const field of fields) field.type = box.checked ? "text" : "password";
  });
  // What is sent was typed into a password field, for browsers that offer to keep it.
  label.closest("form").addEventListener("submit", () => {
    for (const field of fields) field.type = "password";
  });
}
