/** How far an axis of numbers reaches. */

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
  let low = fromZero ? 0 : Infinity;
  let high = fromZero ? 0 : -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [look.low ?? 0, look.high ?? 1];
  const spread = high - low || Math.abs(high) * 0.1 || 1;
  for (const { value } of look.thresholds) {
    if (value > low - NEAR * spread && value < high + NEAR * spread) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const margin = MARGIN * (high - low || spread);
  const rounded = nice(
    low < 0 || low - margin >= 0 ? low - (low === 0 ? 0 : margin) : 0,
    high > 0 || high + margin <= 0 ? high + (high === 0 ? 0 : margin) : 0,
  );
  const [least, most] = [look.low ?? rounded.low, look.high ?? rounded.high];
  return { low: least, high: most, step: stepOf(most - least) };
}

/**
 * Return ends on round numbers.
 * @param {number} low
 * @param {number} high
 * @returns {{low: number, high: number}}
 */
function nice(low, high) {
  const step = stepOf(high - low);
  return {
    low: tidy(Math.floor(low / step + 1e-9) * step),
    high: tidy(Math.ceil(high / step - 1e-9) * step || step),
  };
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
