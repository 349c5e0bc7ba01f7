/** The page of one board: what can be chosen, the panels, and their refreshing. */

import { written } from "./address.js";
import { BoardView } from "./board.js";
import { changed, settled } from "./choices.js";
import { RangePicker } from "./controls/range_picker.js";
import { Status } from "./controls/status.js";
import { VariablePicker } from "./controls/variable_picker.js";
import { Unanswered } from "./server.js";
import { between, lastHours, spanOf } from "./span.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./types.js").Board} Board */
/** @typedef {import("./types.js").Catalogue} Catalogue */

export class Page {
  /**
   * @param {Board} board
   * @param {Catalogue} catalogue
   * @param {import("./server.js").Server|import("./preview.js").Preview} source
   * @param {{go: (href: string) => void, nowMs: () => number}} outside `go` changes the address.
   */
  constructor(board, catalogue, source, { go, nowMs }) {
    this.board = board;
    this.source = source;
    this.nowMs = nowMs;
    /** @type {Address} */
    this.address = { uid: board.uid, range: null, refreshS: null, choices: {} };
    const change = (/** @type {Partial<Address>} */ part) =>
      go(written({ ...this.address, ...part }));
    this.view = new BoardView(board, catalogue, source, (fromMs, toMs) =>
      change({ range: between(fromMs, toMs) }));
    this.range = new RangePicker((range) => change({ range }), nowMs);
    this.status = new Status((refreshS) => change({ refreshS }));
    this.variables = new VariablePicker((name, values) =>
      change({ choices: changed(board, this.address.choices, name, values) }));
    this.turn = new AbortController();
    this.timer = 0;
  }

  /** What a person chooses with, from left to right. */
  get controls() {
    return [this.variables.node, this.range.node, this.status.node];
  }

  /**
   * Show what an address of this board names.
   * @param {Address} address
   */
  async show(address) {
    this.address = address;
    this.status.offer(this.refreshS, this.board.refresh_s);
    await this.load();
  }

  /** How often it is drawn anew; 0 is never. */
  get refreshS() {
    return this.address.refreshS ?? this.board.refresh_s;
  }

  /** Ask for everything again. What was asked before and has not come is given up. */
  async load() {
    this.stop();
    const { signal } = this.turn;
    const { range, span } = this.looked();
    this.range.show(range, span);
    this.status.loading();
    const failures = await this.loadBoard(span, signal);
    if (signal.aborted) return;
    this.status.loaded(failures);
    this.loadLater(range);
  }

  /**
   * @param {import("./types.js").Span} span
   * @param {AbortSignal} signal
   * @returns {Promise<string[]>} What went wrong.
   */
  async loadBoard(span, signal) {
    try {
      const found = await settled(this.source, this.board, this.address.choices);
      if (signal.aborted) return [];
      this.variables.show(this.board.variables, found);
      if (found.missing) throw new Unanswered(`${found.missing}: there is none yet`);
      const { choices } = found;
      return await this.view.load({ ...this.address, choices }, { span, choices }, signal);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      this.view.fail(error.message);
      return [error.message];
    }
  }

  /** Load at once where time has gone on unseen. */
  wake() {
    if (this.source.isLive && this.refreshS) this.load();
  }

  /** @returns {{range: import("./span.js").Range, span: import("./types.js").Span}} */
  looked() {
    const now = this.nowMs();
    const usual = lastHours(this.board.hours);
    const range = this.address.range && spanOf(this.address.range, now) ? this.address.range : usual;
    const span = spanOf(range, now);
    if (!span) throw new Error(`board ${this.board.uid}: no time range in ${this.board.hours} h`);
    return { range, span };
  }

  /** @param {import("./span.js").Range} range What ends before now does not change any more. */
  loadLater(range) {
    if (!this.source.isLive || !this.refreshS || !range.to.startsWith("now")) return;
    this.timer = setTimeout(() => {
      if (!document.hidden) this.load();
    }, this.refreshS * 1000);
  }

  /** Ask for nothing more, until told. */
  stop() {
    this.turn.abort();
    this.turn = new AbortController();
    clearTimeout(this.timer);
  }

  /** Give up what it holds; call before it goes. */
  dispose() {
    this.stop();
    this.view.dispose();
  }
}
