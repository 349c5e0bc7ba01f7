/** Colours of data that stand out from the panel behind them, in dark and in light. */

import { colourOf } from "./theme.js";

/** What WCAG 2.2 asks of graphics is 3; yellow on white gets as near as it can be yellow. */
const WANTED = 2.4;
const STEP = 0.06;

/** @typedef {[number, number, number]} Rgb Each from 0 to 255. */

/**
 * Return a colour, made darker or lighter until it can be seen on a panel.
 * @param {string} colour `#rrggbb`.
 * @returns {string}
 */
export function visible(colour) {
  const behind = rgbOf(colourOf("panel"));
  const towards = luminance(behind) > 0.4 ? 0 : 255;
  let rgb = rgbOf(colour);
  for (let turn = 0; turn < 12 && contrast(rgb, behind) < WANTED; turn += 1) {
    rgb = /** @type {Rgb} */ (rgb.map((part) => part + (towards - part) * STEP));
  }
  return `rgb(${rgb.map(Math.round).join(", ")})`;
}

/**
 * Return black or white, whichever can be read on a colour.
 * @param {string} colour
 * @returns {string}
 */
export function inkOn(colour) {
  return luminance(rgbOf(colour)) > 0.3 ? "#10151d" : "#ffffff";
}

/**
 * @param {string} colour `#rrggbb` or `rgb(r, g, b)`.
 * @returns {Rgb}
 */
function rgbOf(colour) {
  const parts = colour.startsWith("#")
    ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
    : (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  return /** @type {Rgb} */ (parts);
}

/** @param {Rgb} rgb */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * @param {Rgb} one
 * @param {Rgb} other
 */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
