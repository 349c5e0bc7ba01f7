/** Lines and areas over time. */

import { linesOf } from "../answers.js";
import { chartIn, numberAxis, overTime, tooltip } from "../chart.js";
import { childOf } from "../dom.js";
import { extentOf } from "../extent.js";
import { spokenValue } from "../format.js";
import { broken, isAlone } from "../gaps.js";
import { countedColour, lookOf, seriesColour } from "../look.js";
import { exactMoment } from "../span.js";
import { tip } from "../tip.js";
import { zoomByDragging } from "../zoom.js";
import { drawLegend } from "./legend.js";
import { alertMarks, limitLines, marksNear } from "./marks.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("../answers.js").Line & {colour: string, points: [number, number|null][],
 *   axis: number}} Drawn */

/** Lines that a person has hidden, by the element they are drawn in. */
const hiddenIn = /** @type {WeakMap<HTMLElement, Set<string>>} */ (new WeakMap());

/**
 * @param {HTMLElement} host
 * @param {View} view
 */
export function drawTimeSeries(host, view) {
  const hidden = hiddenIn.get(host) ?? new Set();
  hiddenIn.set(host, hidden);
  const chart = chartIn(childOf(host, "chart"), (made) => zoomByDragging(made, view.zoomTo));
  const lines = drawnLines(view);
  const shown = lines.filter(({ name }) => !hidden.has(name));
  chart.setOption(optionOf(view, shown, chart.getWidth()), { notMerge: true });
  const isSame = Boolean(view.hrefOf({}));
  drawLegend(
    childOf(host, "legend"),
    lines.map(({ name, colour, tags }) => ({
      name, colour, href: isSame ? null : view.hrefOf(tags),
    })),
    {
      hidden,
      lead: view.panel.link?.title ?? "",
      toggled: (name) => {
        if (!hidden.delete(name)) hidden.add(name);
        drawTimeSeries(host, view);
      },
    },
  );
}

/**
 * @param {View} view
 * @returns {Drawn[]}
 */
function drawnLines({ panel, answer, palette }) {
  const units = unitsOf(panel, answer);
  return linesOf(answer).map((line, index) => ({
    ...line,
    colour: countedColour(line.column, lookOf(panel, line.column)) ?? seriesColour(palette, index),
    points: broken(line.times, line.values, answer.interval_ms),
    axis: Math.min(1, units.indexOf(lookOf(panel, line.column).unit)),
  }));
}

/**
 * @param {View} view
 * @param {Drawn[]} lines
 * @param {number} widthPx
 * @returns {Object}
 */
function optionOf(view, lines, widthPx) {
  const { panel, answer, span, palette, marks } = view;
  const shared = overTime(span, widthPx);
  const units = unitsOf(panel, answer);
  const axes = units.slice(0, 2).map((unit, axis) => yAxis(view, lines, unit, axis));
  return {
    ...shared,
    grid: { left: 4, right: units.length > 1 ? 4 : 20, top: 10, bottom: 2, containLabel: true },
    yAxis: axes,
    series: [
      ...lines.map((line) => series(line, panel, panel.stacked && lines.length > 1)),
      limitLines(panel.look, palette, axes[0].min),
      alertMarks(marks, palette, axes[0].min),
    ],
    tooltip: tooltip("axis", (params) => tip(
      exactMoment(params[0].value[0]),
      params
        .filter((/** @type {any} */ each) => each.seriesIndex < lines.length
          && typeof each.value[1] === "number")
        .map((/** @type {any} */ each) => ({ line: lines[each.seriesIndex], value: each.value[1] }))
        .sort((/** @type {any} */ one, /** @type {any} */ other) =>
          (panel.stacked ? 0 : other.value - one.value))
        .map((/** @type {any} */ { line, value }) => ({
          colour: line.colour, name: line.name, value: spokenValue(value, lookOf(panel, line.column)),
        }))
        .concat(marksNear(marks, params[0].value[0], span, palette)),
    )),
  };
}

/**
 * @param {View} view
 * @param {Drawn[]} lines
 * @param {string} unit
 * @param {number} axis
 * @returns {{min: number, [option: string]: unknown}}
 */
function yAxis({ panel }, lines, unit, axis) {
  const own = lines.filter((line) => line.axis === axis);
  const look = own.length ? lookOf(panel, own[0].column) : panel.look;
  const values = panel.stacked ? tops(own) : own.flatMap(({ points }) => numbersOf(points));
  const extent = extentOf(values, look, panel.filled || panel.stacked);
  return {
    ...numberAxis(unit, extent),
    position: axis === 0 ? "left" : "right",
    ...(axis === 0 ? {} : { splitLine: { show: false } }),
  };
}

/**
 * @param {Drawn} line
 * @param {import("../types.js").Panel} panel
 * @param {boolean} isLayer Of several areas: without an edge, or one without height would be seen.
 * @returns {Object}
 */
function series({ name, colour, points, axis }, panel, isLayer) {
  return {
    type: "line",
    name,
    data: points,
    yAxisIndex: axis,
    color: colour,
    lineStyle: { width: isLayer ? 0 : 1.6 },
    showSymbol: true,
    symbol: (/** @type {any} */ _, /** @type {{dataIndex: number}} */ { dataIndex }) =>
      (isAlone(points, dataIndex) ? "circle" : "none"),
    symbolSize: 4,
    connectNulls: false,
    emphasis: { disabled: true },
    ...(panel.stacked ? { stack: "whole", stackStrategy: "all" } : {}),
    ...(panel.filled || panel.stacked
      ? { areaStyle: { opacity: isLayer ? 0.7 : panel.stacked ? 0.45 : 0.15 } } : {}),
  };
}

/**
 * Return the tops of areas that stand on one another.
 * @param {Drawn[]} lines
 * @returns {number[]}
 */
function tops(lines) {
  const sums = new Map();
  for (const { points } of lines) {
    for (const [time, value] of points) sums.set(time, (sums.get(time) ?? 0) + (value ?? 0));
  }
  return [...sums.values()];
}

/**
 * @param {[number, number|null][]} points
 * @returns {number[]}
 */
function numbersOf(points) {
  return points.flatMap(([, value]) => (value === null ? [] : [value]));
}

/**
 * Return the units of a panel's lines, the first for the axis on the left.
 * @param {import("../types.js").Panel} panel
 * @param {import("../types.js").Answer} answer
 * @returns {string[]}
 */
function unitsOf(panel, answer) {
  const units = linesOf(answer).map(({ column }) => lookOf(panel, column).unit);
  return units.length ? [...new Set(units)] : [panel.look.unit];
}
