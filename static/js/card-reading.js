// Reads answer cards in a picture. The letter is the one on the side of the card that is held up.
// `AR` is js-aruco2's; a marker's first corner is its upper left one as the card is printed.

const LETTERS = "ABCD"; // clockwise on the card, from the top of the marker
const MOST_TILTED = 33; // degrees from upright; further, and nobody could say which letter is up
const MOST_CELLS_WRONG = 3; // of 36; any two markers differ in 12
const MOST_NUMBERS = 60;
const SMALLEST = 14; // pixels of a side
const LONGEST = 6; // times its shortest side, that a marker's longest may be

export const newDetector = (AR) => new AR.Detector({ dictionaryName: "ARUCO_MIP_36h12", maxHammingDistance: MOST_CELLS_WRONG });

const sides = (corners) => corners.map((from, place) => {
  const to = corners[(place + 1) % 4];
  return Math.hypot(to.x - from.x, to.y - from.y);
});

// The letter that is up, or null where the card is held too far askew.
export const letterOf = (corners) => {
  const middle = { x: 0, y: 0 };
  for (const { x, y } of corners) { middle.x += x / 4; middle.y += y / 4; }
  const top = { x: (corners[0].x + corners[1].x) / 2, y: (corners[0].y + corners[1].y) / 2 };
  // Where A is, clockwise from straight up; A to the left means that the card was turned so that B is up.
  const turned = (Math.atan2(top.x - middle.x, middle.y - top.y) * 180) / Math.PI;
  const quarter = Math.round(turned / 90);
  if (Math.abs(turned - 90 * quarter) > MOST_TILTED) return null;
  return LETTERS[(4 - ((quarter + 4) % 4)) % 4];
};

// Brightens a dim picture and smooths what the sensor made of it: each pixel the mean of nine.
const clearer = ({ width, height, data }) => {
  const grey = new Uint8Array(width * height);
  const counts = new Uint32Array(256);
  for (let pixel = 0; pixel < grey.length; pixel += 1) {
    grey[pixel] = (data[4 * pixel] * 3 + data[4 * pixel + 1] * 6 + data[4 * pixel + 2]) / 10;
    counts[grey[pixel]] += 1;
  }
  let white = 255;
  for (let above = 0; white > 40 && above < grey.length * 0.01; white -= 1) above += counts[white];
  const gain = Math.max(1, 235 / white) / 9;
  const made = new Uint8ClampedArray(data.length).fill(255);
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const sum = grey[at - width - 1] + grey[at - width] + grey[at - width + 1] + grey[at - 1] + grey[at]
        + grey[at + 1] + grey[at + width - 1] + grey[at + width] + grey[at + width + 1];
      made[4 * at] = made[4 * at + 1] = made[4 * at + 2] = sum * gain;
    }
  }
  return { width, height, data: made };
};

// The same card, outlined twice; or, where they are apart or say two things, nothing.
const agreed = (one, other) => {
  if (!one || one.letter !== other.letter) return null;
  const apart = Math.hypot(one.corners[0].x - other.corners[0].x, one.corners[0].y - other.corners[0].y);
  return apart < Math.max(one.size, other.size) / 2 ? one : null;
};

const found = (detector, { width, height, data }) => {
  const seen = new Map();
  for (const { id, corners } of detector.detectImage(width, height, data)) {
    const lengths = sides(corners);
    const shortest = Math.min(...lengths);
    if (id < 1 || id > MOST_NUMBERS || shortest < SMALLEST || Math.max(...lengths) > LONGEST * shortest) continue;
    const card = { number: id, letter: letterOf(corners), corners, size: shortest };
    seen.set(id, seen.has(id) ? agreed(seen.get(id), card) : card);
  }
  return seen;
};

// Returns { number, letter, corners } for each card. A number that is seen twice, or says one thing as the
// picture is and another once it is made clearer, is left out.
export const readCards = (detector, picture) => {
  const seen = found(detector, picture);
  for (const [number, card] of found(detector, clearer(picture))) {
    if (!seen.has(number)) seen.set(number, card);
    else if (seen.get(number) && card) seen.set(number, agreed(seen.get(number), card));
  }
  return [...seen.values()].filter((card) => card?.letter);
};

// Believes a card once it has said the same in `often` pictures running; the last that it said so counts.
export class Sweep {
  constructor({ often = 2 } = {}) {
    this.often = often;
    this.running = new Map();
    this.believed = new Map();
  }

  // Returns what has come to be believed by these cards: [[number, letter], …].
  see(cards) {
    const news = [];
    for (const { number, letter } of cards) {
      const before = this.running.get(number);
      const times = before?.letter === letter ? before.times + 1 : 1;
      this.running.set(number, { letter, times });
      if (times >= this.often && this.believed.get(number) !== letter) {
        this.believed.set(number, letter);
        news.push([number, letter]);
      }
    }
    return news;
  }
}
