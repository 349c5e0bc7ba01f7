/** Shows the board that an address names, with its heading. */

import { breadcrumb, boardLinks } from "./controls/heading.js";
import { element } from "./dom.js";
import { Page } from "./page.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./types.js").Board} Board */

export class Router {
  /**
   * @param {import("./server.js").Server|import("./preview.js").Preview} source
   * @param {import("./types.js").Catalogue} catalogue
   * @param {{go: (href: string) => void, nowMs: () => number}} outside `go` changes the address.
   */
  constructor(source, catalogue, outside) {
    this.source = source;
    this.catalogue = catalogue;
    this.outside = outside;
    /** @type {Page|null} */
    this.page = null;
  }

  /**
   * Show what an address names; the first board where it names none.
   * @param {Address} address
   */
  async show(address) {
    const { boards } = this.catalogue;
    const board = boards.find(({ uid }) => uid === (address.uid || boards[0]?.uid));
    const named = { ...address, uid: board?.uid ?? address.uid };
    const hrefOf = (/** @type {Address} */ to) => this.source.hrefOf(to);
    place("boards", ...boardLinks(boards, named, hrefOf));
    if (!board) {
      this.sayNoBoard(named.uid);
      return;
    }
    place(
      "where",
      breadcrumb(boards, named, hrefOf),
      element("h1", {}, board.title),
      element("p", { class: "question" }, board.question),
    );
    await this.pageOf(board).show(named);
  }

  /** Draw in colours that have changed. */
  redraw() {
    this.page?.view.redraw();
  }

  /** Load at once where time has gone on unseen. */
  wake() {
    this.page?.wake();
  }

  /**
   * @param {Board} board
   * @returns {Page}
   */
  pageOf(board) {
    if (this.page?.board === board) return this.page;
    this.page?.dispose();
    const page = new Page(board, this.catalogue, this.source, this.outside);
    this.page = page;
    place("controls", ...page.controls);
    document.body.append(page.view.node);
    document.title = `${board.title} · Snowgrid`;
    scrollTo(0, 0);
    return page;
  }

  /** @param {string} uid */
  sayNoBoard(uid) {
    this.page?.dispose();
    this.page = null;
    place("controls");
    const told = uid ? `There is no board ${uid}; choose another one.` : "There are no boards.";
    place(
      "where",
      element("h1", {}, "No such board"),
      element("p", { class: "question" }, told),
    );
  }
}

/**
 * Put something into a part of the page.
 * @param {string} id
 * @param {...Node} children
 */
function place(id, ...children) {
  document.getElementById(id)?.replaceChildren(...children);
}
