/** A panel's frame: its title, what it means, its state, and within it what is drawn. */

import { hasValues } from "./answers.js";
import { disposeCharts } from "./chart.js";
import { element, styled } from "./dom.js";
import { inline } from "./markdown.js";
import { DRAWERS } from "./panels/drawers.js";

/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./panels/view.js").View} View */

const LEAST_WIDTH_PX = 120;
/** A heat map's cells are so much wider than the points of a line. */
const CELL_PER_POINT = 4;

export class PanelFrame {
  /** @param {Item} item One that has a panel. */
  constructor(item) {
    this.id = String(item.id);
    this.panel = /** @type {import("./types.js").Panel} */ (item.panel);
    this.body = element("div", { class: "panel-body" });
    this.message = element("p", { class: "panel-message", role: "status" });
    this.lead = element("span", { class: "panel-lead" });
    this.node = placed(
      element(
        "section",
        {
          class: `panel panel-${this.panel.shape}`,
          "data-panel": this.id,
          "data-state": "waiting",
          "aria-label": this.panel.title,
        },
        this.head(),
        this.body,
        this.message,
      ),
      item.place,
    );
    /** @type {View|null} */
    this.view = null;
  }

  /** @returns {HTMLElement} */
  head() {
    const described = `described-${this.id}`;
    return element(
      "header",
      { class: "panel-head" },
      element("h3", {}, this.panel.title),
      this.lead,
      element("button", {
        type: "button", class: "info", "aria-label": "What is this?", "aria-describedby": described,
      }, "i"),
      element("div", { class: "panel-description", role: "tooltip", id: described },
        ...inline(this.panel.description)),
    );
  }

  /** How many pixels its points have. */
  get widthPx() {
    const width = Math.max(LEAST_WIDTH_PX, this.body.clientWidth);
    return this.panel.shape === "heatmap" ? width / CELL_PER_POINT : width;
  }

  /** Say that an answer is on its way; what is drawn stays. */
  wait() {
    this.node.dataset.loading = "";
  }

  /**
   * Draw an answer.
   * @param {View} view
   */
  show(view) {
    this.view = view;
    delete this.node.dataset.loading;
    const href = view.hrefOf({});
    this.lead.replaceChildren(
      ...(href ? [element("a", { href, title: this.panel.link?.title, class: "down" }, "↗")] : []),
    );
    if (this.isDrawable()) this.draw();
    else this.say("empty", this.panel.look.empty || "No data in this time range");
  }

  /**
   * Say what went wrong; numbers that are no longer true go.
   * @param {string} text
   */
  fail(text) {
    delete this.node.dataset.loading;
    this.say("failed", text);
  }

  /** Draw the same answer, in colours that have changed. */
  redraw() {
    if (this.node.dataset.state === "ready") this.draw();
  }

  /** Whether there is anything to draw; a number says by itself that there is none. */
  isDrawable() {
    const { shape, look } = this.panel;
    if (shape === "text" || (shape === "stat" && look.empty)) return true;
    return this.view !== null && hasValues(this.view.answer);
  }

  draw() {
    this.node.dataset.state = "ready";
    this.message.replaceChildren();
    DRAWERS[this.panel.shape](this.body, /** @type {View} */ (this.view));
    this.sayWhatIsLeftOut();
  }

  sayWhatIsLeftOut() {
    const targets = this.view?.answer.targets ?? [];
    const count = targets.reduce((sum, each) => sum + (each.left_out ?? 0), 0);
    if (count) this.message.replaceChildren(`… ${count} left out`);
  }

  /**
   * @param {"empty"|"failed"} state
   * @param {string} text
   */
  say(state, text) {
    disposeCharts(this.body);
    this.body.replaceChildren();
    this.node.dataset.state = state;
    this.message.replaceChildren(text);
  }
}

/**
 * Put something where the board has it.
 * @param {HTMLElement} node
 * @param {import("./types.js").Place} place
 * @returns {HTMLElement}
 */
export function placed(node, { x, y, width, height }) {
  return styled(node, { "--x": x + 1, "--y": y + 1, "--w": width, "--h": height });
}
