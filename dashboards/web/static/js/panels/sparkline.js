/** A line without axes. */

import { svg } from "../dom.js";

const WIDTH = 200;
const HEIGHT = 40;
const MARGIN = 2;

/**
 * Draw a small line, or nothing where fewer than two points are there.
 * @param {[number, number|null][]} points
 * @param {import("../types.js").Span} span
 * @returns {SVGElement|null}
 */
export function sparkline(points, span) {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  if (values.length < 2) return null;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = (/** @type {number} */ time) =>
    (WIDTH * (time - span.from_ms)) / (span.to_ms - span.from_ms);
  const y = (/** @type {number} */ value) => (high === low
    ? HEIGHT / 2
    : HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * (value - low)) / (high - low));
  let isDown = false;
  const path = points.map(([time, value]) => {
    if (value === null) {
      isDown = false;
      return "";
    }
    const step = `${isDown ? "L" : "M"}${x(time).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = true;
    return step;
  });
  return svg(
    "svg",
    {
      class: "sparkline",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    svg("path", { d: path.join("") }),
  );
}
