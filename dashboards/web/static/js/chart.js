/** Charts on canvases that follow the size of their place, and are given up with it. */

import { axisWriter } from "./format.js";
import { colourOf } from "./theme.js";

/* global echarts */

export const FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
/** How marks of time are written: midnight by its day, all others by the clock. */
const MOMENTS = {
  year: "{yyyy}",
  month: "{d} {MMM}",
  day: "{d} {MMM}",
  hour: "{HH}:{mm}",
  minute: "{HH}:{mm}",
  second: "{HH}:{mm}:{ss}",
};
const LABEL_PX = 11;
/** Of a name, on average. */
export const LETTER_PX = 6.6;
/** Room for the label of a moment, and for quiet beside it. */
const TIME_LABEL_PX = 90;

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) echarts.getInstanceByDom(target)?.resize();
});

/**
 * Return the chart of an element, made where there is none yet.
 * @param {HTMLElement} host
 * @param {(chart: any) => void} made Called once, with a new chart.
 * @returns {any} An `echarts.ECharts`.
 */
export function chartIn(host, made) {
  const found = echarts.getInstanceByDom(host);
  if (found) return found;
  const chart = echarts.init(host);
  resized.observe(host);
  made(chart);
  return chart;
}

/**
 * Give up the charts under an element that is about to go.
 * @param {HTMLElement} root
 */
export function disposeCharts(root) {
  for (const host of root.querySelectorAll("[_echarts_instance_]")) {
    resized.unobserve(host);
    echarts.getInstanceByDom(/** @type {HTMLElement} */ (host))?.dispose();
  }
}

/**
 * Return what all charts over time share.
 * @param {import("./types.js").Span} span
 * @param {number} widthPx
 * @returns {Object}
 */
export function overTime({ from_ms: min, to_ms: max }, widthPx) {
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    xAxis: {
      type: "time",
      min,
      max,
      splitNumber: Math.max(2, Math.min(10, Math.floor(widthPx / TIME_LABEL_PX))),
      axisLine: { lineStyle: { color: colourOf("line-strong") } },
      axisTick: { show: false },
      axisLabel: { ...labelStyle(), hideOverlap: true, formatter: MOMENTS },
      splitLine: { show: false },
    },
  };
}

/**
 * Return an axis of numbers in one unit.
 * @param {string} unit
 * @param {import("./extent.js").Extent} extent
 * @returns {{min: number, [option: string]: unknown}}
 */
export function numberAxis(unit, { low, high, step }) {
  return {
    type: "value",
    min: low,
    max: high,
    interval: step,
    axisLabel: {
      ...labelStyle(),
      formatter: axisWriter(unit, Math.max(Math.abs(low), Math.abs(high))),
      showMinLabel: true,
      hideOverlap: true,
    },
    splitLine: { lineStyle: { color: colourOf("line") } },
  };
}

/**
 * Return an axis of names, the first at the top.
 * @param {string[]} names
 * @param {number} widthPx Where longer ones are cut, at their beginning: ends tell them apart.
 * @returns {Object}
 */
export function nameAxis(names, widthPx) {
  return {
    type: "category",
    data: names,
    inverse: true,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      ...labelStyle(),
      formatter: (/** @type {string} */ name) => cut(name, Math.floor(widthPx / LETTER_PX)),
      hideOverlap: true,
    },
  };
}

/**
 * @param {string} name
 * @param {number} letters
 * @returns {string}
 */
function cut(name, letters) {
  return name.length > letters ? `…${name.slice(1 - letters)}` : name;
}

/** @returns {Object} */
export function labelStyle() {
  return { color: colourOf("muted"), fontSize: LABEL_PX, fontFamily: FONT };
}

/**
 * Return a tooltip that is made of elements.
 * @param {"axis"|"item"} trigger
 * @param {(params: any) => HTMLElement} formatter
 * @returns {Object}
 */
export function tooltip(trigger, formatter) {
  return {
    trigger,
    formatter,
    appendTo: "body",
    className: "tip",
    transitionDuration: 0,
    backgroundColor: colourOf("raised"),
    borderColor: colourOf("line-strong"),
    textStyle: { color: colourOf("text"), fontSize: 12, fontFamily: FONT },
    axisPointer: { lineStyle: { color: colourOf("muted"), width: 1, type: "solid" } },
  };
}
