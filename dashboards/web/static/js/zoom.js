/** Choosing a time range by dragging over a chart. */

import { element, styled } from "./dom.js";

const LEAST_PX = 8;

/**
 * Let dragging over a chart choose a range.
 * @param {any} chart An `echarts.ECharts` with one grid and a time axis.
 * @param {(fromMs: number, toMs: number) => void} chosen
 */
export function zoomByDragging(chart, chosen) {
  const band = element("div", { class: "zoom-band" });
  chart.getDom().append(band);
  let startPx = /** @type {number|null} */ (null);
  const ends = (/** @type {number} */ px) => [startPx ?? px, px].sort((a, b) => a - b);

  chart.getZr().on("mousedown", (/** @type {any} */ event) => {
    if (!chart.containPixel("grid", [event.offsetX, event.offsetY])) return;
    startPx = event.offsetX;
  });
  chart.getZr().on("mousemove", (/** @type {any} */ event) => {
    if (startPx === null) return;
    const [left, right] = ends(event.offsetX);
    styled(band, { left: `${left}px`, width: `${right - left}px` });
    band.classList.toggle("is-drawn", right - left >= LEAST_PX);
  });
  const finish = (/** @type {any} */ event) => {
    if (startPx === null) return;
    const [left, right] = ends(event.offsetX);
    startPx = null;
    band.classList.remove("is-drawn");
    if (right - left < LEAST_PX) return;
    const momentAt = (/** @type {number} */ px) => chart.convertFromPixel({ xAxisIndex: 0 }, px);
    chosen(momentAt(left), momentAt(right));
  };
  chart.getZr().on("mouseup", finish);
  chart.getZr().on("globalout", () => {
    startPx = null;
    band.classList.remove("is-drawn");
  });
}
