/** Numbers for people: prefixes where they help, as many decimals as mean something. */

/** @typedef {import("./types.js").Look} Look */
/** @typedef {{number: string, unit: string}} Spoken */
/** @typedef {{factor: number, unit: string}} Scale */

export const NOTHING = "–";

const LADDERS = Object.fromEntries(
  ["A", "B", "Pa", "V", "VA", "W", "Wh", "bit/s", "m", "var"].map((unit) => [
    unit,
    ["", "k", "M", "G", "T"].map((prefix, power) => ({
      factor: 1000 ** power, unit: prefix + unit,
    })),
  ]),
);
for (const unit of ["Wh", "var·h"]) {
  LADDERS[`k${unit}`] = ["k", "M", "G", "T"].map((prefix, power) => ({
    factor: 1000 ** power, unit: prefix + unit,
  }));
}
LADDERS.s = [
  { factor: 1e-3, unit: "ms" },
  { factor: 1, unit: "s" },
  { factor: 60, unit: "min" },
  { factor: 3600, unit: "h" },
  { factor: 86400, unit: "d" },
];
const SECONDS_UPTO = [1, 120, 7200, 172800];

/**
 * Return how to write numbers of a size: in kilowatts, in minutes.
 * @param {string} unit
 * @param {number} size The greatest of them; axes have one scale.
 * @returns {Scale}
 */
export function scaleFor(unit, size) {
  if (unit === "ms") {
    const scale = scaleFor("s", size / 1000);
    return { factor: scale.factor * 1000, unit: scale.unit };
  }
  const ladder = LADDERS[unit];
  if (!ladder) return { factor: 1, unit };
  const large = Math.abs(size);
  if (unit === "s") {
    const rung = SECONDS_UPTO.findIndex((upto) => large < upto);
    return large === 0 ? ladder[1] : ladder[rung < 0 ? SECONDS_UPTO.length : rung];
  }
  return ladder.findLast((/** @type {Scale} */ rung) => large >= rung.factor) ?? ladder[0];
}

/**
 * Write a number by the look of its panel, apart from its unit.
 * @param {number|null|undefined} value
 * @param {Look} look
 * @returns {Spoken}
 */
export function spokenNumber(value, look) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return { number: NOTHING, unit: "" };
  }
  const scale = scaleFor(look.unit, value);
  const scaled = value / scale.factor;
  const decimals = scale.factor === 1 ? look.decimals : null;
  return { number: digits(scaled, decimals ?? decimalsOf(scaled)), unit: scale.unit };
}

/**
 * Write any value of the store: a number with its unit, a word by its meaning.
 * @param {import("./types.js").Value|undefined} value
 * @param {Look} look
 * @returns {string}
 */
export function spokenValue(value, look) {
  const word = wordOf(value, look);
  if (word) return word.text;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value || NOTHING;
  const { number, unit } = spokenNumber(value, look);
  return joined(number, unit);
}

/**
 * Put a number and its unit together.
 * @param {string} number
 * @param {string} unit
 * @returns {string}
 */
export function joined(number, unit) {
  return unit && number !== NOTHING ? `${number}\u202f${unit}` : number;
}

/**
 * Return the meaning of a state, or undefined.
 * @param {import("./types.js").Value|undefined} value
 * @param {Look} look
 * @returns {import("./types.js").Word|undefined}
 */
export function wordOf(value, look) {
  return look.words.find((word) => word.value === String(value));
}

/**
 * Return what writes the marks of an axis, all in one unit.
 * @param {string} unit
 * @param {number} size The greatest value.
 * @returns {(value: number) => string}
 */
export function axisWriter(unit, size) {
  const scale = scaleFor(unit, size);
  const most = Math.abs(size / scale.factor) >= 100 ? 1 : 3;
  return (value) => joined(trimmed(value / scale.factor, most), scale.unit);
}

/**
 * Return decimals that leave three or four figures; whole numbers have none.
 * @param {number} value
 * @returns {number}
 */
function decimalsOf(value) {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return 0;
  return size >= 10 ? 1 : size >= 1 ? 2 : 3;
}

/**
 * @param {number} value
 * @param {number} decimals
 * @returns {string}
 */
function digits(value, decimals) {
  const text = value.toLocaleString("en", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text;
}

/**
 * @param {number} value
 * @param {number} most
 * @returns {string}
 */
function trimmed(value, most) {
  return value.toLocaleString("en", { maximumFractionDigits: most });
}
