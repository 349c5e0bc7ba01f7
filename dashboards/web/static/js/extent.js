/** How far an axis of numbers reaches. */

import { scaleFor } from "./format.js";

/** @typedef {import("./types.js").Look} Look */
/** @typedef {{low: number, high: number, step: number}} Extent `step` is between two marks. */

/** A limit is shown where it is no farther from the data than so many times their spread. */
const NEAR = 0.6;
const MARGIN = 0.06;

/**
 * Return the ends of an axis: what the look says, else what holds the data and the limits near it.
 * @param {number[]} values
 * @param {Look} look
 * @param {boolean} fromZero Whether areas stand on it.
 * @returns {Extent}
 */
export function extentOf(values, look, fromZero) {
  const data = reachOf(values, fromZero, look);
  const spread = data.high - data.low || Math.abs(data.high) * 0.1 || 1;
  const near = look.thresholds.map(({ value }) => value).filter((value) =>
    value > data.low - NEAR * spread && value < data.high + NEAR * spread);
  const [low, high] = [Math.min(data.low, ...near), Math.max(data.high, ...near)];
  const margin = high > low ? MARGIN * (high - low) : spread;
  const least = look.low ?? (low >= 0 ? Math.max(0, low - margin) : low - margin);
  const most = look.high ?? (high <= 0 && low < 0 ? Math.min(0, high + margin) : high + margin);
  const { factor } = scaleFor(look.unit, Math.max(Math.abs(least), Math.abs(most)));
  const step = factor * stepOf((most - least) / factor);
  return {
    low: look.low ?? tidy(Math.floor(least / step + 1e-9) * step),
    high: look.high ?? tidy(Math.ceil(most / step - 1e-9) * step),
    step,
  };
}

/**
 * @param {number[]} values
 * @param {boolean} fromZero
 * @param {Look} look
 * @returns {{low: number, high: number}}
 */
function reachOf(values, fromZero, look) {
  let low = fromZero ? 0 : Infinity;
  let high = fromZero ? 0 : -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? { low: look.low ?? 0, high: look.high ?? 1 } : { low, high };
}

/**
 * Return a round number that some four of make a length.
 * @param {number} length
 * @returns {number}
 */
function stepOf(length) {
  const rough = (length || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = [1, 2, 2.5, 5, 10].map((each) => each * power);
  return tidy(steps.find((step) => step >= rough * 0.8) ?? power);
}

/** @param {number} value */
function tidy(value) {
  return Number(value.toPrecision(12));
}
