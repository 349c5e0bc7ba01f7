/** Where clicks on series and rows lead: to another board, with the same time range. */

import { shared } from "./choices.js";

/** @typedef {import("./types.js").Board} Board */
/** @typedef {import("./types.js").Choices} Choices */

/**
 * Return what tells where the link of a panel leads from a series; null where the series lacks a
 * tag that the link needs, or there is no such board.
 * @param {import("./types.js").Link|null} link
 * @param {import("./address.js").Address} address What is shown now.
 * @param {Board[]} boards
 * @param {(address: import("./address.js").Address) => string|null} hrefOf
 * @returns {(tags: Object<string, unknown>) => string|null}
 */
export function leads(link, address, boards, hrefOf) {
  return (tags) => {
    if (!link) return null;
    const uid = link.board.replace(/\{(\w+)\}/g, (_, tag) => String(tags[tag] ?? ""));
    const board = boards.find((each) => each.uid === uid);
    const taken = Object.entries(link.variables).map(([name, tag]) => [name, tags[tag]]);
    if (!board || taken.some(([, value]) => typeof value !== "string")) return null;
    const choices = Object.fromEntries(taken.map(([name, value]) => [name, [value]]));
    return hrefOf({
      uid,
      range: address.range,
      refreshS: address.refreshS,
      choices: shared(board, { ...address.choices, ...choices }),
    });
  };
}
