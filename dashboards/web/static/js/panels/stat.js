/** Big numbers, each the latest of its line, with the line small below them. */

import { latest, linesOf } from "../answers.js";
import { element, styled } from "../dom.js";
import { spokenNumber, spokenValue, wordOf } from "../format.js";
import { broken } from "../gaps.js";
import { colourOfValue, lookOf } from "../look.js";
import { moment } from "../span.js";
import { sparkline } from "./sparkline.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("../answers.js").Line} Line */

/** A number is shown with its time where it is older than so many intervals. */
const STALE_INTERVALS = 6;
const STALE_LEAST_MS = 120e3;

/**
 * @param {HTMLElement} host
 * @param {View} view
 */
export function drawStat(host, view) {
  const lines = linesOf(view.answer).filter(({ values }) => latest(values).at >= 0);
  const stats = lines.length
    ? lines.map((line) => stat(line, view, lines.length > 1))
    : [element("div", { class: "stat" }, element("div", { class: "stat-value" }, view.panel.look.empty))];
  const count = { "--count": stats.length };
  host.replaceChildren(styled(element("div", { class: "stats" }, ...stats), count));
}

/**
 * @param {Line} line
 * @param {View} view
 * @param {boolean} isNamed
 * @returns {HTMLElement}
 */
function stat(line, view, isNamed) {
  const { value, at } = latest(line.values);
  const look = lookOf(view.panel, line.column);
  const colour = colourOfValue(value, look, view.palette);
  const parts = [
    ...(isNamed ? [element("div", { class: "stat-name" }, line.name)] : []),
    element("div", { class: "stat-value" }, ...spoken(value, look)),
    ...age(line.times[at], view),
  ];
  const node = element("div", { class: "stat" }, ...parts);
  const drawing = look.words.length ? null : sparkline(
    broken(line.times, line.values, view.answer.interval_ms), view.span,
  );
  if (drawing) node.append(drawing);
  return colour ? styled(node, { "--colour": colour }) : node;
}

/**
 * @param {import("../types.js").Value} value
 * @param {import("../types.js").Look} look
 * @returns {(Node|string)[]}
 */
function spoken(value, look) {
  if (typeof value !== "number" || wordOf(value, look)) return [spokenValue(value, look)];
  const { number, unit } = spokenNumber(value, look);
  return unit ? [number, element("span", { class: "stat-unit" }, unit)] : [number];
}

/**
 * Say when an old number was new, so that it is not taken for one of now.
 * @param {number|undefined} time
 * @param {View} view
 * @returns {HTMLElement[]}
 */
function age(time, { span, answer }) {
  const limit = Math.max(STALE_LEAST_MS, STALE_INTERVALS * answer.interval_ms);
  if (time === undefined || span.to_ms - time <= limit) return [];
  return [element("div", { class: "stat-age" }, `as of ${moment(time)}`)];
}
