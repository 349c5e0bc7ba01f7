/** What colours values have: by their meaning, by the limits that they are beyond. */

import { visible } from "./contrast.js";
import { wordOf } from "./format.js";

/** @typedef {import("./types.js").Look} Look */
/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {import("./types.js").Palette} Palette */

/** Severities, the worst last. */
export const WORSE = ["info", "warning", "critical"];

/**
 * Return the look of a column.
 * @param {Panel} panel
 * @param {string} column
 * @returns {Look}
 */
export function lookOf(panel, column) {
  return panel.looks[column] ?? panel.look;
}

/**
 * Return what people call a column or tag.
 * @param {Panel} panel
 * @param {string} name
 * @returns {string}
 */
export function headingOf(panel, name) {
  return panel.headings[name] ?? name.replaceAll("_", " ");
}

/**
 * Return the worst limit that a value is beyond.
 * @param {import("./types.js").Value|undefined} value
 * @param {Look} look
 * @returns {import("./types.js").Threshold|undefined}
 */
export function limitBeyond(value, look) {
  if (typeof value !== "number") return undefined;
  return look.thresholds
    .filter((limit) => (limit.below ? value < limit.value : value > limit.value))
    .sort((one, other) => WORSE.indexOf(other.severity) - WORSE.indexOf(one.severity))[0];
}

/**
 * Return the colour that says how a value is: of its word, or of the limit that it is beyond; null
 * where there is nothing to say.
 * @param {import("./types.js").Value|undefined} value
 * @param {Look} look
 * @param {Palette} palette
 * @returns {string|null}
 */
export function colourOfValue(value, look, palette) {
  const word = wordOf(value, look);
  if (word) return visible(word.colour);
  const limit = limitBeyond(value, look);
  return limit ? visible(palette.severities[limit.severity]) : null;
}

/**
 * Return the colour of a column that counts how many things are in a state: that of the state's
 * word; null for any other.
 * @param {string} column
 * @param {Look} look
 * @returns {string|null}
 */
export function countedColour(column, look) {
  const word = look.words.find(({ value }) => value === column);
  return word ? visible(word.colour) : null;
}

/**
 * Return the colour of a series by its place in the legend.
 * @param {Palette} palette
 * @param {number} index
 * @returns {string}
 */
export function seriesColour(palette, index) {
  return visible(palette.series[index % palette.series.length]);
}
