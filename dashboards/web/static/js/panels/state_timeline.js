/** States of things over time, a row a thing. */

import { linesOf } from "../answers.js";
import { FONT, chartIn, nameAxis, overTime, tooltip } from "../chart.js";
import { inkOn } from "../contrast.js";
import { childOf } from "../dom.js";
import { spokenValue } from "../format.js";
import { stretches } from "../gaps.js";
import { colourOfValue, lookOf, seriesColour } from "../look.js";
import { exactMoment } from "../span.js";
import { tip } from "../tip.js";
import { zoomByDragging } from "../zoom.js";
import { drawKey } from "./legend.js";
import { leadDown, nameWidth } from "./names.js";

/* global echarts */

/** @typedef {import("./view.js").View} View */
/** @typedef {{row: number, from: number, to: number, text: string, colour: string}} Piece */

/** A state's word stands in its bar where each letter has so much room. */
const LETTER_PX = 6.5;
const THICKEST_PX = 26;

/**
 * @param {HTMLElement} host
 * @param {View} view
 */
export function drawStateTimeline(host, view) {
  const lines = linesOf(view.answer);
  const names = lines.map(({ name }) => name);
  const pieces = piecesOf(view, lines);
  const chart = chartIn(childOf(host, "chart"), (made) => zoomByDragging(made, view.zoomTo));
  chart.setOption(
    {
      ...overTime(view.span, chart.getWidth()),
      grid: { left: 4, right: 20, top: 4, bottom: 2, containLabel: true },
      yAxis: { ...nameAxis(names, nameWidth(host, names)), triggerEvent: true },
      series: [{
        type: "custom",
        progressive: 0,
        data: pieces.map(({ row, from, to }) => [row, from, to]),
        encode: { x: [1, 2], y: 0 },
        renderItem: (/** @type {any} */ params, /** @type {any} */ api) =>
          bar(pieces[params.dataIndex], params.coordSys, api),
      }],
      tooltip: tooltip("item", ({ dataIndex }) => tipOf(pieces[dataIndex], names)),
    },
    { notMerge: true },
  );
  leadDown(chart, lines.map(({ tags }) => view.hrefOf(tags)), ({ dataIndex }) =>
    pieces[dataIndex].row);
  const words = new Map(pieces.map(({ text, colour }) => [text, colour]));
  drawKey(childOf(host, "legend"), [...words].map(([name, colour]) => ({ name, colour })));
}

/**
 * @param {View} view
 * @param {import("../answers.js").Line[]} lines
 * @returns {Piece[]}
 */
function piecesOf({ panel, answer, span, palette }, lines) {
  const colours = new Map();
  return lines.flatMap(({ column, times, values }, row) => {
    const look = lookOf(panel, column);
    return stretches(times, values, answer.interval_ms).map(({ from, to, value }) => {
      if (!colours.has(value)) {
        const plain = seriesColour(palette, colours.size);
        colours.set(value, colourOfValue(value, look, palette) ?? plain);
      }
      const text = spokenValue(value, look);
      const [start, end] = [Math.max(from, span.from_ms), Math.min(to, span.to_ms)];
      return { row, from: start, to: end, text, colour: colours.get(value) };
    });
  });
}

/**
 * @param {Piece} piece
 * @param {Object} area Of the chart within its axes.
 * @param {any} api
 * @returns {Object|undefined}
 */
function bar({ row, from, to, text, colour }, area, api) {
  const [left, middle] = api.coord([from, row]);
  const [right] = api.coord([to, row]);
  const height = Math.min(THICKEST_PX, api.size([0, 1])[1] * 0.78);
  const shape = echarts.graphic.clipRectByRect(
    { x: left, y: middle - height / 2, width: Math.max(1, right - left), height }, area,
  );
  const isRoomy = right - left > (text.length + 2) * LETTER_PX && height > 12;
  return shape && {
    type: "rect",
    shape: { ...shape, r: 2 },
    style: { fill: colour },
    ...(isRoomy ? { textContent: label(text, colour), textConfig: { position: "inside" } } : {}),
  };
}

/**
 * @param {string} text
 * @param {string} colour
 * @returns {Object}
 */
function label(text, colour) {
  return { type: "text", style: { text, fill: inkOn(colour), fontSize: 11, fontFamily: FONT } };
}

/**
 * @param {Piece} piece
 * @param {string[]} names
 * @returns {HTMLElement}
 */
function tipOf({ row, from, to, text, colour }, names) {
  const seconds = spokenValue((to - from) / 1000, {
    unit: "s", decimals: null, low: null, high: null, thresholds: [], words: [], empty: "",
  });
  return tip(`${exactMoment(from)}, for ${seconds}`, [{ colour, name: names[row], value: text }]);
}
