/** What stands in a chart besides its lines: limits that rules fire on, alerts that began. */

import { visible } from "../contrast.js";
import { spokenValue } from "../format.js";
import { WORSE } from "../look.js";
import { colourOf } from "../theme.js";

/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("../types.js").Mark} Mark */

/** What began within this share of the time range belongs to the moment under the pointer. */
const NEAR = 0.006;

/**
 * Return a series that draws nothing but limits.
 * @param {import("../types.js").Look} look
 * @param {Palette} palette
 * @param {number} low End of the axis; the label of a limit there stands above it, off the times.
 * @returns {Object}
 */
export function limitLines(look, palette, low) {
  return {
    type: "line",
    data: [],
    z: 5,
    markLine: { symbol: "none", silent: true, animation: false, data: limits(look, palette, low) },
  };
}

/**
 * @param {import("../types.js").Look} look
 * @param {Palette} palette
 * @param {number} low
 * @returns {Object[]}
 */
function limits(look, palette, low) {
  return look.thresholds.map((limit) => {
    const color = visible(palette.severities[limit.severity]);
    return {
      yAxis: limit.value,
      lineStyle: { type: [5, 4], width: 1.2, color },
      label: {
        formatter: `${limit.below ? "≥" : "≤"} ${spokenValue(limit.value, look)}`,
        position: limit.below && limit.value > low ? "insideEndBottom" : "insideEndTop",
        distance: 2,
        padding: [1, 3],
        backgroundColor: colourOf("panel"),
        color,
        fontSize: 11,
      },
    };
  });
}

/**
 * Return a series of small triangles on the time axis, the worst in front.
 * @param {Mark[]} marks
 * @param {Palette} palette
 * @param {number} low End of the axis that they stand on.
 * @returns {Object}
 */
export function alertMarks(marks, palette, low) {
  return {
    type: "scatter",
    silent: true,
    clip: false,
    symbol: "triangle",
    symbolSize: 7,
    symbolOffset: [0, -3],
    z: 3,
    data: [...marks]
      .sort((one, other) => WORSE.indexOf(one.severity) - WORSE.indexOf(other.severity))
      .map(({ time_ms: time, severity }) => ({
        value: [time, low], itemStyle: { color: visible(palette.severities[severity]) },
      })),
  };
}

/**
 * Say which alerts began about a moment.
 * @param {Mark[]} marks
 * @param {number} time
 * @param {import("../types.js").Span} span
 * @param {Palette} palette
 * @returns {import("../tip.js").Entry[]}
 */
export function marksNear(marks, time, span, palette) {
  const near = (span.to_ms - span.from_ms) * NEAR;
  return marks.filter(({ time_ms: at }) => Math.abs(at - time) <= near)
    .map(({ severity, alerts }) => ({
      colour: visible(palette.severities[severity]),
      name: `${severity} ${alerts === 1 ? "alert" : "alerts"} began`,
      value: String(alerts),
    }));
}
