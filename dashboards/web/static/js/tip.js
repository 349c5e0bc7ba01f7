/** What a tooltip says: a moment, and below it names with values. */

import { element, styled } from "./dom.js";

/** @typedef {{colour: string, name: string, value: string}} Entry */

const MOST = 14;

/**
 * Return the contents of a tooltip.
 * @param {string} title
 * @param {Entry[]} entries
 * @returns {HTMLElement}
 */
export function tip(title, entries) {
  const rest = entries.length - MOST;
  return element(
    "div",
    { class: "tip-body" },
    element("div", { class: "tip-title" }, title),
    ...entries.slice(0, MOST).map(row),
    ...(rest > 0 ? [element("div", { class: "tip-rest" }, `and ${rest} more`)] : []),
  );
}

/** @param {Entry} entry */
function row({ colour, name, value }) {
  return element(
    "div",
    { class: "tip-row" },
    styled(element("i", { class: "swatch" }), { "--colour": colour }),
    element("span", { class: "tip-name" }, name),
    element("b", {}, value),
  );
}
