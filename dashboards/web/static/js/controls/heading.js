/** The top of the page: all boards, where this one stands among them, what it answers. */

import { shared } from "../choices.js";
import { element } from "../dom.js";

/** @typedef {import("../types.js").Board} Board */
/** @typedef {import("../address.js").Address} Address */
/** @typedef {(address: Address) => string|null} HrefOf */

/**
 * Return links to all boards that are listed, with the same time range.
 * @param {Board[]} boards
 * @param {Address} address
 * @param {HrefOf} hrefOf
 * @returns {HTMLElement[]}
 */
export function boardLinks(boards, address, hrefOf) {
  const top = new Set(pathTo(boards, address.uid).map(({ uid }) => uid));
  return boards.filter(({ listed, uid }) => listed && hrefTo(uid)).map(({ uid, title }) => element(
    "a",
    {
      href: hrefTo(uid),
      "aria-current": uid === address.uid && "page",
      class: top.has(uid) && "is-above",
    },
    title,
  ));

  /** @param {string} uid */
  function hrefTo(uid) {
    return hrefOf({ ...address, uid, choices: {} });
  }
}

/**
 * Return the way down to a board.
 * @param {Board[]} boards
 * @param {Address} address
 * @param {HrefOf} hrefOf
 * @returns {HTMLElement}
 */
export function breadcrumb(boards, address, hrefOf) {
  const steps = pathTo(boards, address.uid).slice(0, -1).map((board) => element(
    "li", {},
    element("a", {
      href: hrefOf({ ...address, uid: board.uid, choices: shared(board, address.choices) }),
    }, board.title),
  ));
  return element("ol", { class: "breadcrumb", "aria-label": "Boards above" }, ...steps);
}

/**
 * @param {Board[]} boards
 * @param {string} uid
 * @returns {Board[]} From the top; ends where a board stands above itself.
 */
function pathTo(boards, uid) {
  /** @type {Board[]} */
  const path = [];
  for (let next = find(uid); next && !path.includes(next); next = find(next.up)) path.unshift(next);
  return path;

  /** @param {string} wanted */
  function find(wanted) {
    return boards.find((board) => board.uid === wanted);
  }
}
