// Reads raw pictures of 1280 × 720 in grey, one after the other from the standard input, as the page
// reads a frame of the camera; says for each what it saw, a line of JSON.

const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "../../..");
const [width, height] = [1280, 720];

(async () => {
  const { AR } = require(path.join(root, "static/vendor/js-aruco2/aruco.js"));
  const { newDetector, readCards } = await import(path.join(root, "static/js/card-reading.js"));
  const detector = newDetector(AR);
  const input = fs.readFileSync(0);
  for (let at = 0; at < input.length; at += width * height) {
    const data = new Uint8ClampedArray(4 * width * height).fill(255);
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      const grey = input[at + pixel];
      data[4 * pixel] = grey;
      data[4 * pixel + 1] = grey;
      data[4 * pixel + 2] = grey;
    }
    const began = performance.now();
    const cards = readCards(detector, { width, height, data });
    console.log(JSON.stringify({ ms: performance.now() - began, cards: cards.map(({ number, letter }) => [number, letter]) }));
  }
})();
