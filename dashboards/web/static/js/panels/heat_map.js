/** A row a thing and a column a moment, coloured by value. */

import { linesOf } from "../answers.js";
import { chartIn, nameAxis, overTime, tooltip } from "../chart.js";
import { childOf, element, styled } from "../dom.js";
import { spokenValue } from "../format.js";
import { spacingOf } from "../gaps.js";
import { lookOf } from "../look.js";
import { exactMoment } from "../span.js";
import { tip } from "../tip.js";
import { zoomByDragging } from "../zoom.js";
import { heat } from "./heat.js";
import { leadDown, nameWidth } from "./names.js";

/* global echarts */

/** @typedef {import("./view.js").View} View */
/** @typedef {{row: number, time: number, value: number, colour: string}} Cell */

/**
 * @param {HTMLElement} host
 * @param {View} view
 */
export function drawHeatMap(host, view) {
  const lines = linesOf(view.answer);
  const names = lines.map(({ name }) => name);
  const look = lines.length ? lookOf(view.panel, lines[0].column) : view.panel.look;
  const scale = scaleOf(lines.flatMap(({ values }) => values), look);
  const cells = cellsOf(lines, scale);
  const widthMs = Math.max(0, ...lines.map(({ times }) => spacingOf(times, view.answer.interval_ms)));
  const chart = chartIn(childOf(host, "chart"), (made) => zoomByDragging(made, view.zoomTo));
  chart.setOption(
    {
      ...overTime(view.span, chart.getWidth()),
      grid: { left: 4, right: 20, top: 4, bottom: 2, containLabel: true },
      yAxis: { ...nameAxis(names, nameWidth(host, names)), triggerEvent: true },
      series: [{
        type: "custom",
        progressive: 0,
        data: cells.map(({ row, time }) => [row, time]),
        encode: { x: 1, y: 0 },
        renderItem: (/** @type {any} */ params, /** @type {any} */ api) =>
          square(cells[params.dataIndex], widthMs, params.coordSys, api),
      }],
      tooltip: tooltip("item", ({ dataIndex }) => {
        const { row, time, value, colour } = cells[dataIndex];
        return tip(exactMoment(time), [
          { colour, name: names[row], value: spokenValue(value, look) },
        ]);
      }),
    },
    { notMerge: true },
  );
  leadDown(chart, lines.map(({ tags }) => view.hrefOf(tags)), ({ dataIndex }) =>
    cells[dataIndex].row);
  childOf(host, "legend").replaceChildren(ramp(scale, look));
}

/**
 * @param {import("../types.js").Value[]} values
 * @param {import("../types.js").Look} look
 * @returns {{low: number, high: number}} What the ends of the colours stand for.
 */
function scaleOf(values, look) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (typeof value === "number") [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return { low: look.low ?? low, high: look.high ?? (high > low ? high : low + 1) };
}

/**
 * @param {import("../answers.js").Line[]} lines
 * @param {{low: number, high: number}} scale
 * @returns {Cell[]}
 */
function cellsOf(lines, { low, high }) {
  return lines.flatMap(({ times, values }, row) => times.flatMap((time, at) => {
    const value = values[at];
    if (typeof value !== "number") return [];
    return [{ row, time, value, colour: heat((value - low) / (high - low)) }];
  }));
}

/**
 * @param {Cell} cell
 * @param {number} widthMs
 * @param {Object} area Of the chart within its axes.
 * @param {any} api
 * @returns {Object|undefined}
 */
function square({ row, time, colour }, widthMs, area, api) {
  const [left, middle] = api.coord([time, row]);
  const [right] = api.coord([time + widthMs, row]);
  const height = api.size([0, 1])[1];
  const shape = echarts.graphic.clipRectByRect(
    { x: left, y: middle - height / 2, width: right - left + 0.5, height: height + 0.5 }, area,
  );
  return shape && { type: "rect", shape, style: { fill: colour } };
}

/**
 * @param {{low: number, high: number}} scale
 * @param {import("../types.js").Look} look
 * @returns {HTMLElement}
 */
function ramp({ low, high }, look) {
  const steps = Array.from({ length: 32 }, (_, step) =>
    styled(element("i", {}), { background: heat(step / 31) }));
  return element(
    "span",
    { class: "ramp" },
    spokenValue(low, look),
    element("span", { class: "ramp-colours" }, ...steps),
    spokenValue(high, look),
  );
}
