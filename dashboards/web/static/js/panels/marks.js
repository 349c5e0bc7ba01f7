/** Lines across a chart: limits that rules fire on, moments at which alerts began. */

import { visible } from "../contrast.js";
import { spokenValue } from "../format.js";

/** @typedef {import("../types.js").Palette} Palette */

/** More beginnings than this would hide what they mark. */
const MOST = 40;

/**
 * Return a series that draws nothing but limits.
 * @param {import("../types.js").Look} look
 * @param {Palette} palette
 * @returns {Object}
 */
export function limitLines(look, palette) {
  return bare({
    data: look.thresholds.map((limit) => {
      const color = visible(palette.severities[limit.severity]);
      return {
        yAxis: limit.value,
        lineStyle: { type: [5, 4], width: 1.2, color },
        label: {
          formatter: `${limit.below ? "≥" : "≤"} ${spokenValue(limit.value, look)}`,
          position: limit.below ? "insideEndBottom" : "insideEndTop",
          distance: 2,
          color,
          fontSize: 11,
        },
      };
    }),
  });
}

/**
 * Return a series that draws nothing but the beginnings of alerts.
 * @param {import("../types.js").Mark[]} marks
 * @param {import("../types.js").Span} span
 * @param {Palette} palette
 * @returns {Object}
 */
export function markLines(marks, span, palette) {
  const begun = marks.filter(({ state, time_ms: at }) =>
    state === "firing" && at >= span.from_ms && at <= span.to_ms);
  return bare({
    data: begun.slice(0, MOST).map(({ time_ms: at, severity }) => ({
      xAxis: at,
      symbol: ["triangle", "none"],
      symbolSize: 7,
      symbolOffset: [0, -3],
      label: { show: false },
      lineStyle: { type: [1, 3], width: 1, color: visible(palette.severities[severity]), opacity: 0.7 },
    })),
  });
}

/** @param {Object} markLine */
function bare(markLine) {
  return {
    type: "line",
    data: [],
    markLine: { symbol: "none", silent: true, animation: false, ...markLine },
  };
}
