// A card's QR code leads here with login and code behind "#", which no server sees: fill the form in.
const said = new URLSearchParams(location.hash.slice(1));
const form = document.querySelector("[data-card]");
if (form && said.get("login")) {
  form.elements.login.value = said.get("login");
  form.elements.code.value = said.get("code") ?? "";
  history.replaceState(null, "", location.pathname);
  form.querySelector("button").focus();
}
