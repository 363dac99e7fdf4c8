// Sends photos one after the other, made smaller first, and says what came of each.

const form = document.querySelector("[data-photos]");
const status = form.querySelector("[data-status]");
const said = form.querySelector("[data-said]");
const input = form.elements.anh;
const LARGEST = 2600; // pixels of a side: more is not looked at

const smaller = async (file) => {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LARGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  } catch { return file; } // no picture that this browser knows: the server says so
};

const say = (text) => {
  const line = document.createElement("li");
  line.textContent = text;
  said.append(line);
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const files = [...input.files];
  let failed = 0;
  for (const [place, file] of files.entries()) {
    status.textContent = form.dataset.reading.replace("[1]", place + 1).replace("[2]", files.length);
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("anh", await smaller(file), file.name);
    try {
      const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
      for (const text of (await answer.json()).said) say(text);
    } catch {
      failed += 1;
      say(`${file.name}: ${form.dataset.lost}`);
    }
  }
  status.textContent = "";
  if (!failed) setTimeout(() => location.reload(), 1200);
});
