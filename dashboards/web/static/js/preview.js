/**
 * Answers from the page itself, which then needs no server.
 *
 * Whoever writes such a page puts this into it, before the scripts:
 *
 *     window.SNOWGRID_PREVIEW = {
 *       uid,                         // of the board that the page shows
 *       boards, now_ms, palette,     // as from GET /api/boards
 *       from_ms, to_ms,              // the time range of all answers
 *       variables: {name: {values, chosen}},
 *       panels: {id: answer},        // as from POST /api/boards/{uid}/panels/{id}; not of texts
 *       alerts: [mark],              // as from POST /api/boards/{uid}/alerts
 *       pages: {uid: "region.html"}, // of the boards that were written beside it
 *     };
 */

/** @typedef {import("./types.js").Choices} Choices */

export class Preview {
  /** Whether time goes on, ranges can be chosen and boards drawn anew. */
  isLive = false;

  /** @param {any} page What was put into the page. */
  constructor(page) {
    this.page = page;
  }

  /** @returns {Promise<import("./types.js").Catalogue>} */
  async boards() {
    return this.page;
  }

  /** @returns {import("./address.js").Address} */
  address() {
    const { uid, from_ms: from, to_ms: to, variables } = this.page;
    const chosen = Object.entries(variables).map(([name, each]) => [name, each.chosen]);
    return {
      uid,
      range: { from: String(from), to: String(to) },
      refreshS: 0,
      choices: Object.fromEntries(chosen),
    };
  }

  /**
   * Return where a board is shown; null where it was not written, or not for that site or device.
   * @param {import("./address.js").Address} address
   * @returns {string|null}
   */
  hrefOf({ uid, choices }) {
    const isOther = Object.entries(choices).some(([name, values]) =>
      values.some((value) => !this.page.variables[name]?.chosen.includes(value)));
    return isOther ? null : (this.page.pages[uid] ?? null);
  }

  /**
   * @param {string} _uid
   * @param {import("./types.js").Variable} variable
   * @returns {Promise<string[]>}
   */
  async values(_uid, { name }) {
    return this.page.variables[name].values;
  }

  /**
   * @param {string} _uid
   * @param {string} id
   * @returns {Promise<import("./types.js").Answer>}
   */
  async panel(_uid, id) {
    return this.page.panels[id];
  }

  /** @returns {Promise<import("./types.js").Mark[]>} */
  async alerts() {
    return this.page.alerts;
  }
}
