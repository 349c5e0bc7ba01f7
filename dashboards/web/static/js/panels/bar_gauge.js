/** Horizontal bars, one a series, coloured by the limits that they are beyond. */

import { latest, linesOf } from "../answers.js";
import { visible } from "../contrast.js";
import { element, styled } from "../dom.js";
import { spokenValue } from "../format.js";
import { colourOfValue, lookOf } from "../look.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {{name: string, value: number, look: import("../types.js").Look, href: string|null}}
 *   Bar */

/**
 * @param {HTMLElement} host
 * @param {View} view
 */
export function drawBarGauge(host, view) {
  const bars = linesOf(view.answer).flatMap(({ name, column, tags, values }) => {
    const { value } = latest(values);
    const look = lookOf(view.panel, column);
    return typeof value === "number" ? [{ name, value, look, href: view.hrefOf(tags) }] : [];
  });
  const low = Math.min(0, ...bars.map(({ value, look }) => look.low ?? value));
  const high = Math.max(low < 0 ? 0 : 1e-12, ...bars.map(({ value, look }) => look.high ?? value));
  const percent = (/** @type {number} */ value) =>
    100 * Math.min(1, Math.max(0, (value - low) / (high - low)));
  host.replaceChildren(
    element("div", { class: "bars" }, ...bars.map((each) => bar(each, view, percent))),
  );
}

/**
 * @param {Bar} bar
 * @param {View} view
 * @param {(value: number) => number} percent Of the width.
 * @returns {HTMLElement}
 */
function bar({ name, value, look, href }, { palette, panel }, percent) {
  const [from, to] = [percent(0), percent(value)].sort((one, other) => one - other);
  const fill = styled(element("i", { class: "bar-fill" }), {
    left: `${from}%`,
    width: `${Math.max(0.4, to - from)}%`,
    "--colour": colourOfValue(value, look, palette) ?? "var(--accent)",
  });
  const limits = look.thresholds
    .filter((limit) => percent(limit.value) > 0 && percent(limit.value) < 100)
    .map((limit) => styled(element("i", { class: "bar-limit" }), {
      left: `${percent(limit.value)}%`,
      "--colour": visible(palette.severities[limit.severity]),
    }));
  return element(
    href ? "a" : "div",
    { class: "bar", href, title: href && panel.link?.title },
    element("span", { class: "bar-name", title: name }, element("bdi", {}, name)),
    element("span", { class: "bar-track" }, fill, ...limits),
    element("span", { class: "bar-value" }, spokenValue(value, look)),
  );
}
