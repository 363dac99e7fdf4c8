// Checks the signed text of a QR code without asking anybody: certificates/offline.py says how it is made.

const DAY = 86_400_000; // milliseconds
const FIRST_DAY = Date.UTC(2020, 0, 1);
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 12;
const HEAD = 21;
const SIGNATURE = 64;

const keys = JSON.parse(document.getElementById("keys").textContent);
const shown = document.querySelector("[data-shown]");

const bytesOf = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

/** Returns the day that the calendar of this device shows, in days since FIRST_DAY. */
const today = () => {
  const now = new Date();
  return (Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - FIRST_DAY) / DAY;
};

const dayOf = (days) => {
  const day = new Date(FIRST_DAY + days * DAY);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${day.getUTCFullYear()}`;
};

const codeOf = (number) => {
  let letters = "";
  for (let place = 0; place < CODE_LENGTH; place += 1) {
    letters = ALPHABET[Number((number >> BigInt(5 * place)) & 31n)] + letters;
  }
  return letters;
};

/** Returns a code however it is written in an address: as certificates/codes.py normalises it. */
const normalCode = (written) =>
  written.toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");

const textsOf = (bytes) => {
  const read = new TextDecoder("utf-8", { fatal: true });
  const nameEnd = 1 + bytes[0];
  const titleEnd = nameEnd + 1 + bytes[nameEnd];
  if (titleEnd !== bytes.length) throw new Error("cut off");
  return [read.decode(bytes.slice(1, nameEnd)), read.decode(bytes.slice(nameEnd + 1, titleEnd))];
};

const isSigned = async (point, signature, body) => {
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("raw", bytesOf(point), curve, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, body);
};

/** Returns what is attested, or the name of what is wrong: "unreadable", "unknown-key" or "altered". */
const unpack = async (text) => {
  let bytes, head, body;
  try {
    bytes = bytesOf(text);
    body = bytes.slice(0, -SIGNATURE);
    head = new DataView(body.buffer, 0, HEAD);
    if (head.getUint8(0) !== 1) return { wrong: "unreadable" };
  } catch {
    return { wrong: "unreadable" };
  }
  const points = keys[head.getUint8(1)];
  if (!points) return { wrong: "unknown-key" };
  const signature = bytes.slice(-SIGNATURE);
  const found = await Promise.all(points.map((point) => isSigned(point, signature, body)));
  if (!found.includes(true)) return { wrong: "altered" };
  const [name, title] = textsOf(body.slice(HEAD));
  const year = head.getUint16(10);
  const expires = head.getUint16(18);
  const perCent = head.getUint8(20);
  return {
    code: codeOf(head.getBigUint64(2)),
    number: `${String(head.getUint32(12)).padStart(4, "0")}/${year}/GCN-KNS`,
    issued: dayOf(head.getUint16(16)),
    expires: expires ? dayOf(expires) : "",
    expired: expires !== 0 && expires < today(),
    result: perCent === 255 ? "" : `${perCent}%`,
    name,
    title,
  };
};

const show = (kind, texts = {}) => {
  const filled = document.getElementById(`shown-${kind}`).content.cloneNode(true);
  for (const place of filled.querySelectorAll("[data-text]")) {
    const text = texts[place.dataset.text];
    if (text) place.textContent = text;
    else (place.closest("[data-line]") ?? place).remove();
  }
  shown.replaceChildren(filled);
  // What was asked below the first screen is answered at the top.
  shown.scrollIntoView({ block: "nearest" });
};

/** Checks an address as a QR code has it, or its last part alone. */
const check = async (written) => {
  const [before, text] = written.trim().includes("#") ? written.trim().split("#") : ["", written.trim()];
  const found = await unpack(text);
  if (found.wrong) return show(found.wrong);
  const code = normalCode(before.match(/xac-minh\/([^/?]*)/)?.[1] ?? "");
  if (code.length === CODE_LENGTH && code !== found.code) return show("other-code");
  show(found.expired ? "expired" : "genuine", { ...found, code: found.code.replace(/(.{4})(?=.)/g, "$1-") });
};

const form = document.querySelector("[data-paste]");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const written = form.elements.noi_dung.value;
  if (written.trim()) check(written);
});

/** Returns what the QR code in a photo says; nothing where there is none, or no picture. */
const readPhoto = async (detector, file) => {
  try {
    const [code] = await detector.detect(await createImageBitmap(file));
    return code?.rawValue;
  } catch {
    return undefined;
  }
};

const offerPhotos = async () => {
  // A browser may have the detector and yet be unable to read any code on this device.
  const formats = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const photo = document.querySelector("[data-photo]");
  photo.hidden = false;
  photo.querySelector("input").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    const text = await readPhoto(detector, file);
    target.value = ""; // so that the same photo can be chosen again
    if (text) check(text);
    else show("no-code");
  });
};
offerPhotos();

const checkAddress = () => {
  const text = location.hash.slice(1);
  // The link past the head of the page leads to a part of it.
  if (text && !document.getElementById(text)) check(location.href);
};
addEventListener("hashchange", checkAddress);
checkAddress();

if ("serviceWorker" in navigator) {
  const kept = document.querySelector("[data-kept]");
  navigator.serviceWorker
    .register(document.body.querySelector("[data-worker]").dataset.worker)
    .then(() => navigator.serviceWorker.ready)
    .then(() => { kept.hidden = false; })
    .catch(() => {
      // Without it the page still checks, as long as it is open.
    });
}
