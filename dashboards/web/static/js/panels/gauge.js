/** Arcs that say how far a value is on its scale. */

import { latest, linesOf } from "../answers.js";
import { visible } from "../contrast.js";
import { element, styled, svg } from "../dom.js";
import { extentOf } from "../extent.js";
import { spokenValue } from "../format.js";
import { colourOfValue, lookOf } from "../look.js";

/** @typedef {import("./view.js").View} View */

const RADIUS = 80;
const CENTRE = { x: 100, y: 96 };

/**
 * @param {HTMLElement} host
 * @param {View} view
 */
export function drawGauge(host, view) {
  const lines = linesOf(view.answer).filter(({ values }) => latest(values).at >= 0);
  const gauges = lines.map((line) => gauge(line, view, lines.length > 1));
  host.replaceChildren(element("div", { class: "gauges" }, ...gauges));
}

/**
 * @param {import("../answers.js").Line} line
 * @param {View} view
 * @param {boolean} isNamed
 * @returns {HTMLElement}
 */
function gauge(line, { panel, palette }, isNamed) {
  const { value } = latest(line.values);
  const look = lookOf(panel, line.column);
  const { low, high } = extentOf([Number(value)], look, true);
  const share = (/** @type {number} */ at) => Math.min(1, Math.max(0, (at - low) / (high - low)));
  const limits = look.thresholds.map((limit) => styled(
    arc(share(limit.value) - 0.006, share(limit.value) + 0.006, "gauge-limit"),
    { "--colour": visible(palette.severities[limit.severity]) },
  ));
  const filled = styled(
    arc(0, share(Number(value)), "gauge-value"),
    { "--colour": colourOfValue(value, look, palette) ?? "var(--accent)" },
  );
  const text = svg("text", { x: CENTRE.x, y: CENTRE.y - 6, class: "gauge-number" },
    spokenValue(value, look));
  return element(
    "div",
    { class: "gauge" },
    svg("svg", { viewBox: "0 0 200 110" }, arc(0, 1, "gauge-track"), filled, ...limits, text),
    ...(isNamed ? [element("div", { class: "gauge-name" }, line.name)] : []),
  );
}

/**
 * @param {number} from Share of the half circle, from the left.
 * @param {number} to
 * @param {string} name
 * @returns {SVGElement}
 */
function arc(from, to, name) {
  const at = (/** @type {number} */ share) => {
    const angle = Math.PI * (1 - Math.min(1, Math.max(0, share)));
    const x = CENTRE.x + RADIUS * Math.cos(angle);
    return `${x.toFixed(2)} ${(CENTRE.y - RADIUS * Math.sin(angle)).toFixed(2)}`;
  };
  return svg("path", { class: name, d: `M${at(from)} A${RADIUS} ${RADIUS} 0 0 1 ${at(to)}` });
}
