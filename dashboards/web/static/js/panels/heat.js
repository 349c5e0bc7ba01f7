/** Colours from low to high that everybody can put in order: cividis (Nuñez et al., 2018). */

const STOPS = [
  [0, 32, 77], [29, 57, 105], [71, 83, 108], [104, 109, 114], [139, 137, 119], [174, 163, 113],
  [210, 193, 95], [255, 234, 70],
];

/**
 * Return the colour of a value.
 * @param {number} share Where it is between low, 0, and high, 1.
 * @returns {string}
 */
export function heat(share) {
  const place = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const below = Math.min(STOPS.length - 2, Math.floor(place));
  const parts = STOPS[below].map((part, index) =>
    Math.round(part + (STOPS[below + 1][index] - part) * (place - below)));
  return `rgb(${parts.join(", ")})`;
}
