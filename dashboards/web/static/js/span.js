/** Stretches of time as people choose them: `now-6h` to `now`, or two moments in milliseconds. */

/** @typedef {{from: string, to: string}} Range Ends as they stand in an address. */
/** @typedef {import("./types.js").Span} Span */

/** @type {Object<string, number>} */
const UNITS_MS = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 };
/** @type {Object<string, string>} */
const UNITS = { s: "second", m: "minute", h: "hour", d: "day" };
const RELATIVE = /^now(?:-(\d{1,6})([smhd]))?$/;
const SHORTEST_MS = 10e3;

/** @type {Range[]} */
export const PRESETS = [
  { from: "now-15m", to: "now" },
  { from: "now-1h", to: "now" },
  { from: "now-6h", to: "now" },
  { from: "now-24h", to: "now" },
  { from: "now-7d", to: "now" },
];

/**
 * Return the range of so many hours until now.
 * @param {number} hours
 * @returns {Range}
 */
export function lastHours(hours) {
  const minutes = Math.max(1, Math.round(hours * 60));
  return { from: minutes % 60 ? `now-${minutes}m` : `now-${minutes / 60}h`, to: "now" };
}

/**
 * Tell when an end is; null where it cannot be read.
 * @param {string} end
 * @param {number} nowMs
 * @returns {number|null}
 */
export function momentOf(end, nowMs) {
  const relative = RELATIVE.exec(end);
  if (relative) return nowMs - (relative[1] ? Number(relative[1]) * UNITS_MS[relative[2]] : 0);
  return /^\d{9,14}$/.test(end) ? Number(end) : null;
}

/**
 * Return the span of a range, or null where it says nothing or ends before it begins.
 * @param {Range} range
 * @param {number} nowMs
 * @returns {Span|null}
 */
export function spanOf(range, nowMs) {
  const from = momentOf(range.from, nowMs);
  const to = momentOf(range.to, nowMs);
  if (from === null || to === null || to - from < SHORTEST_MS) return null;
  return { from_ms: from, to_ms: to };
}

/**
 * Return the range between two moments, long enough to be looked at.
 * @param {number} fromMs
 * @param {number} toMs
 * @returns {Range}
 */
export function between(fromMs, toMs) {
  const middle = (fromMs + toMs) / 2;
  const half = Math.max(toMs - fromMs, SHORTEST_MS) / 2;
  return { from: String(Math.round(middle - half)), to: String(Math.round(middle + half)) };
}

/**
 * Return the range moved by parts of its length, or made longer about its middle.
 * @param {Span} span
 * @param {{by?: number, longer?: number}} change
 * @param {number} nowMs Nothing has happened later.
 * @returns {Range}
 */
export function moved(span, { by = 0, longer = 1 }, nowMs) {
  const length = span.to_ms - span.from_ms;
  const middle = (span.from_ms + span.to_ms) / 2 + by * length;
  const late = Math.max(0, middle + (length * longer) / 2 - nowMs);
  return between(middle - (length * longer) / 2 - late, middle + (length * longer) / 2 - late);
}

/**
 * Say a range in words.
 * @param {Range} range
 * @param {Span} span What it is now.
 * @returns {string}
 */
export function spoken(range, span) {
  const relative = RELATIVE.exec(range.from);
  if (relative?.[1] && range.to === "now") {
    return `Last ${counted(Number(relative[1]), relative[2])}`;
  }
  return `${moment(span.from_ms)} – ${moment(span.to_ms)}`;
}

/**
 * @param {number} count
 * @param {string} unit
 * @returns {string}
 */
function counted(count, unit) {
  return count === 1 ? UNITS[unit] : `${count} ${UNITS[unit]}s`;
}

/**
 * Say a moment of the local clock, to the minute.
 * @param {number} ms
 * @returns {string}
 */
export function moment(ms) {
  return new Date(ms).toLocaleString("en-GB", {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
}

/**
 * Say a moment of the local clock, to the second.
 * @param {number} ms
 * @returns {string}
 */
export function exactMoment(ms) {
  return new Date(ms).toLocaleString("en-GB", {
    weekday: "short", day: "numeric", month: "short",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
}
