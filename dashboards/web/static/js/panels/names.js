/** Names of rows beside a chart, which lead down when clicked. */

import { LETTER_PX } from "../chart.js";

const WIDEST_SHARE = 0.34;
const WIDEST_PX = 180;

/**
 * Return how much room names get; longer ones are cut.
 * @param {HTMLElement} host
 * @param {string[]} names
 * @returns {number} Pixels.
 */
export function nameWidth(host, names) {
  const longest = Math.max(1, ...names.map((name) => name.length));
  return Math.min(longest * LETTER_PX + 4, WIDEST_PX, host.clientWidth * WIDEST_SHARE);
}

/**
 * Let a click on a row lead where it should.
 * @param {any} chart An `echarts.ECharts`, whose earlier leads are forgotten.
 * @param {(string|null)[]} hrefs By row, from the top.
 * @param {(params: any) => number} rowOf Tells the row of what was clicked in the chart.
 */
export function leadDown(chart, hrefs, rowOf) {
  chart.off("click");
  if (!hrefs.some(Boolean)) return;
  chart.on("click", (/** @type {any} */ params) => {
    const row = params.componentType === "yAxis" ? params.dataIndex : rowOf(params);
    const href = hrefs[row];
    if (href) dispatchEvent(new CustomEvent("follow", { detail: href }));
  });
}
