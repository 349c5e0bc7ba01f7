/** Says how fresh the board is, and how often it is drawn anew. */

import { element } from "../dom.js";

const INTERVALS_S = [0, 5, 10, 30, 60, 300];

export class Status {
  /** @param {(refreshS: number) => void} chosen */
  constructor(chosen) {
    this.text = element("span", { class: "status-text", role: "status" });
    this.select = /** @type {HTMLSelectElement} */ (element("select", {
      title: "How often the board is drawn anew",
      "aria-label": "Refresh",
      onchange: () => chosen(Number(this.select.value)),
    }));
    this.node = element(
      "div", { class: "status", "data-state": "loading" },
      element("i", { class: "dot" }), this.text, this.select,
    );
  }

  /**
   * Offer intervals of refreshing.
   * @param {number} refreshS What holds; 0 is never.
   * @param {number} usualS Of the board.
   */
  offer(refreshS, usualS) {
    const offered = [...new Set([...INTERVALS_S, usualS, refreshS])].sort((a, b) => a - b);
    this.select.replaceChildren(...offered.map((each) =>
      element("option", { value: each, selected: each === refreshS }, spoken(each))));
  }

  loading() {
    this.node.dataset.state = "loading";
  }

  /**
   * Say how it went.
   * @param {string[]} failures
   */
  loaded(failures) {
    this.node.dataset.state = failures.length ? "failed" : "ready";
    const time = new Date().toLocaleTimeString("en-GB");
    this.text.textContent = failures.length
      ? `${failures.length} ${failures.length === 1 ? "panel" : "panels"} failed at ${time}`
      : `Updated ${time}`;
    this.text.title = [...new Set(failures)].join("\n");
  }
}

/** @param {number} seconds */
function spoken(seconds) {
  if (!seconds) return "Paused";
  return seconds % 60 ? `every ${seconds} s` : `every ${seconds / 60} min`;
}
