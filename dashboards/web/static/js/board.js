/** A board: its panels under their headings, asked for all at once. */

import { disposeCharts } from "./chart.js";
import { element } from "./dom.js";
import { leads } from "./links.js";
import { PanelFrame, placed } from "./panel.js";
import { Unanswered } from "./server.js";

/** @typedef {import("./types.js").Board} Board */
/** @typedef {import("./types.js").Catalogue} Catalogue */
/** @typedef {import("./address.js").Address} Address */
/** @typedef {{span: import("./types.js").Span, choices: import("./types.js").Choices}} Looked */

/** @type {import("./types.js").Answer} */
const NOTHING_ASKED = { targets: [], interval_ms: 0, tier: "" };

export class BoardView {
  /**
   * @param {Board} board
   * @param {Catalogue} catalogue
   * @param {import("./server.js").Server|import("./preview.js").Preview} source
   * @param {(fromMs: number, toMs: number) => void} zoomTo
   */
  constructor(board, catalogue, source, zoomTo) {
    this.board = board;
    this.catalogue = catalogue;
    this.source = source;
    this.zoomTo = zoomTo;
    this.frames = board.items.filter(({ panel }) => panel).map((item) => new PanelFrame(item));
    const frames = this.frames.values();
    const nodes = board.items.map(({ place, panel, section }) => (panel
      ? /** @type {PanelFrame} */ (frames.next().value).node
      : placed(element("h2", { class: "section" }, section ?? ""), place)));
    this.node = element("main", { class: "board" }, ...nodes);
  }

  /**
   * Ask for all panels, and draw each as it comes.
   * @param {Address} address What is shown.
   * @param {Looked} looked
   * @param {AbortSignal} signal
   * @returns {Promise<string[]>} What went wrong, for people.
   */
  async load(address, looked, signal) {
    const marks = this.marks(looked, signal);
    const told = await Promise.all(
      this.frames.map((frame) => this.loadPanel(frame, { address, looked, marks, signal })),
    );
    return told.flatMap((text) => (text === null ? [] : [text]));
  }

  /**
   * @param {PanelFrame} frame
   * @param {{address: Address, looked: Looked, marks: Promise<import("./types.js").Mark[]>,
   *   signal: AbortSignal}} asked
   * @returns {Promise<string|null>}
   */
  async loadPanel(frame, { address, looked, marks, signal }) {
    frame.wait();
    const wanted = { ...looked, widthPx: frame.widthPx };
    try {
      const answer = frame.panel.targets.length
        ? await this.source.panel(this.board.uid, frame.id, wanted, signal) : NOTHING_ASKED;
      const { palette, boards } = this.catalogue;
      const hrefOf = leads(frame.panel.link, address, boards, (to) => this.source.hrefOf(to));
      const { span } = looked;
      const shown = { panel: frame.panel, answer, span, palette, hrefOf, zoomTo: this.zoomTo };
      const drawn = { ...shown, marks: await marks };
      if (!signal.aborted) frame.show(drawn);
    } catch (error) {
      if (signal.aborted) return null;
      if (!(error instanceof Unanswered)) throw error;
      frame.fail(error.message);
      return error.message;
    }
    return null;
  }

  /**
   * Return the alerts on the time axis; where the store does not tell, the panels say so.
   * @param {Looked} looked
   * @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").Mark[]>}
   */
  async marks(looked, signal) {
    if (!this.board.alerts) return [];
    try {
      return await this.source.alerts(this.board.uid, { ...looked, widthPx: 1 }, signal);
    } catch (error) {
      if (error instanceof Unanswered || signal.aborted) return [];
      throw error;
    }
  }

  /**
   * Say in every panel why there is nothing.
   * @param {string} text
   */
  fail(text) {
    for (const frame of this.frames) frame.fail(text);
  }

  /** Draw in colours that have changed. */
  redraw() {
    for (const frame of this.frames) frame.redraw();
  }

  /** Give up what it holds; call before it goes. */
  dispose() {
    disposeCharts(this.node);
    this.node.remove();
  }
}
