/** Rows and columns; a click on a heading sorts. */

import { rowsOf } from "../answers.js";
import { inkOn } from "../contrast.js";
import { element, styled } from "../dom.js";
import { spokenValue, wordOf } from "../format.js";
import { colourOfValue, headingOf, lookOf } from "../look.js";
import { exactMoment } from "../span.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("../answers.js").Row} Row */
/**
 * @typedef {{heading: string, valueOf: (row: Row) => import("../types.js").Value,
 *   look: import("../types.js").Look|null}} Column Without a look, it holds names.
 * @typedef {{heading: string, isDown: boolean}} Order
 */

const TIME = "Time";

/** How people have sorted, by the element they see. */
const orderIn = /** @type {WeakMap<HTMLElement, Order>} */ (new WeakMap());

/**
 * @param {HTMLElement} host
 * @param {View} view
 */
export function drawTable(host, view) {
  const rows = rowsOf(view.panel, view.answer);
  const columns = columnsOf(view, rows);
  const order = orderIn.get(host) ?? null;
  const sort = (/** @type {string} */ heading) => {
    orderIn.set(host, { heading, isDown: order?.heading === heading && !order.isDown });
    drawTable(host, view);
  };
  const head = columns.map((column) => headCell(column, order, sort));
  const body = (order ? sorted(rows, columns, order) : asGiven(rows, view.panel)).map((row) =>
    element("tr", {}, ...columns.map((column, at) => cell(row, column, view, at === 0))));
  const table = element(
    "table", {},
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
  const scrolled = host.firstElementChild?.scrollTop ?? 0;
  host.replaceChildren(element("div", { class: "table", tabindex: "0" }, table));
  if (host.firstElementChild) host.firstElementChild.scrollTop = scrolled;
}

/**
 * Return time, legend, tags and columns, as far as rows have them.
 * @param {View} view
 * @param {Row[]} rows
 * @returns {Column[]}
 */
function columnsOf({ panel }, rows) {
  const tags = new Set(rows.flatMap((row) => Object.keys(row.tags)));
  const cells = new Set(rows.flatMap((row) => Object.keys(row.cells)));
  return [
    ...(rows.some(({ time }) => time !== null)
      ? [{ heading: TIME, valueOf: (/** @type {Row} */ row) => row.time, look: null }] : []),
    ...(rows.some(({ legend }) => legend)
      ? [{ heading: headingOf(panel, "legend"), valueOf: (/** @type {Row} */ row) => row.legend, look: null }]
      : []),
    ...[...tags].map((tag) => ({
      heading: headingOf(panel, tag),
      valueOf: (/** @type {Row} */ row) => row.tags[tag] ?? null,
      look: null,
    })),
    ...[...cells].filter((name) => !tags.has(name)).map((name) => ({
      heading: headingOf(panel, name),
      valueOf: (/** @type {Row} */ row) => row.cells[name] ?? null,
      look: lookOf(panel, name),
    })),
  ];
}

/**
 * @param {Column} column
 * @param {Order|null} order
 * @param {(heading: string) => void} sort
 * @returns {HTMLElement}
 */
function headCell({ heading }, order, sort) {
  const isSorted = order?.heading === heading;
  const direction = order?.isDown ? "descending" : "ascending";
  return element(
    "th",
    { scope: "col", "aria-sort": isSorted ? direction : "none" },
    element("button", { type: "button", onclick: () => sort(heading) }, heading),
  );
}

/**
 * @param {Row} row
 * @param {Column} column
 * @param {View} view
 * @param {boolean} isFirst Where the link is.
 * @returns {HTMLElement}
 */
function cell(row, { heading, valueOf, look }, { hrefOf, palette, panel }, isFirst) {
  const value = valueOf(row);
  const text = heading === TIME && typeof value === "number"
    ? exactMoment(value) : spokenValue(value, look ?? panel.look);
  const href = isFirst ? hrefOf({ ...row.tags, ...row.cells }) : null;
  const content = href ? element("a", { href, title: panel.link?.title }, text) : text;
  const colour = look && colourOfValue(value, look, palette);
  const isNumber = typeof value === "number" && heading !== TIME;
  if (!colour) return element("td", { class: isNumber && "number" }, content);
  const isWord = look && wordOf(value, look);
  const marked = element("span", { class: isWord ? "pill" : "coloured" }, content);
  styled(marked, { "--colour": colour, "--ink": inkOn(colour) });
  return element("td", { class: isNumber && "number" }, marked);
}

/**
 * @param {Row[]} rows
 * @param {Column[]} columns
 * @param {Order} order
 * @returns {Row[]}
 */
function sorted(rows, columns, order) {
  const column = columns.find(({ heading }) => heading === order.heading);
  if (!column) return rows;
  const sign = order.isDown ? -1 : 1;
  return rows.toSorted((one, other) => sign * compared(column.valueOf(one), column.valueOf(other)));
}

/**
 * Sort rows as the board has them.
 * @param {Row[]} rows
 * @param {import("../types.js").Panel} panel
 * @returns {Row[]}
 */
function asGiven(rows, { sorted_by: names }) {
  const valueOf = (/** @type {Row} */ { tags, legend, cells }, /** @type {string} */ name) =>
    (name === "legend" ? legend : cells[name] ?? tags[name] ?? null);
  return rows.toSorted((one, other) => names.reduce(
    (order, name) => order || compared(valueOf(one, name), valueOf(other, name)), 0,
  ));
}

/**
 * @param {import("../types.js").Value} one
 * @param {import("../types.js").Value} other
 * @returns {number}
 */
function compared(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one ?? "").localeCompare(String(other ?? ""), "en", { numeric: true });
}
