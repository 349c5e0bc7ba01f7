/** Where a line is broken: a gap must look like a gap. */

/** @typedef {import("./types.js").Value} Value */

/** So many usual spacings without a row are a gap. */
const MISSED = 3;

/**
 * Return the usual distance between rows.
 * @param {number[]} times
 * @param {number} intervalMs
 * @returns {number} Milliseconds, at least the interval.
 */
export function spacingOf(times, intervalMs) {
  const steps = times.slice(1).map((time, index) => time - times[index]).sort((a, b) => a - b);
  return Math.max(intervalMs, steps[Math.floor(steps.length / 2)] ?? 0);
}

/**
 * Return points with an absent one in each gap.
 * @param {number[]} times
 * @param {Value[]} values
 * @param {number} intervalMs
 * @returns {[number, number|null][]}
 */
export function broken(times, values, intervalMs) {
  const farthest = MISSED * spacingOf(times, intervalMs);
  /** @type {[number, number|null][]} */
  const points = [];
  times.forEach((time, at) => {
    const value = values[at];
    const before = times[at - 1];
    if (at > 0 && time - before > farthest) points.push([(before + time) / 2, null]);
    points.push([time, typeof value === "number" ? value : null]);
  });
  return points;
}

/**
 * Tell whether a point has no neighbour that a line could lead to.
 * @param {[number, number|null][]} points
 * @param {number} at
 * @returns {boolean}
 */
export function isAlone(points, at) {
  const [before, after] = [points[at - 1]?.[1] ?? null, points[at + 1]?.[1] ?? null];
  return points[at][1] !== null && before === null && after === null;
}

/**
 * @typedef {{from: number, to: number, value: Value}} Stretch
 */

/**
 * Return how long each value held: until the next row, but not over a gap.
 * @param {number[]} times
 * @param {Value[]} values
 * @param {number} intervalMs
 * @returns {Stretch[]}
 */
export function stretches(times, values, intervalMs) {
  const spacing = spacingOf(times, intervalMs);
  /** @type {Stretch[]} */
  const found = [];
  times.forEach((from, at) => {
    const value = values[at];
    if (value === null) return;
    const next = times[at + 1] ?? Infinity;
    const to = next - from > MISSED * spacing ? from + spacing : next;
    const last = found.at(-1);
    if (last && last.to === from && last.value === value) last.to = to;
    else found.push({ from, to, value });
  });
  return found;
}
