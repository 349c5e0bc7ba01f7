/** Chooses the time range: lately, between two moments, earlier, later, longer. */

import { element } from "../dom.js";
import { PRESETS, between, moved, spoken } from "../span.js";
import { menu } from "./menu.js";

/** @typedef {import("../span.js").Range} Range */
/** @typedef {import("../types.js").Span} Span */

export class RangePicker {
  /**
   * @param {(range: Range) => void} chosen
   * @param {() => number} nowMs
   */
  constructor(chosen, nowMs) {
    this.chosen = chosen;
    /** @type {Span} */
    this.span = { from_ms: 0, to_ms: 0 };
    this.presets = element("div", { class: "presets" }, ...PRESETS.map((range) =>
      element("button", {
        type: "button", "data-from": range.from, onclick: () => this.choose(range),
      }, spoken(range, this.span))));
    this.from = field("From");
    this.to = field("To");
    this.wrong = element("p", { class: "wrong", role: "alert" });
    this.menu = menu("Time range", this.presets, this.form());
    const move = (/** @type {{by?: number, longer?: number}} */ change) =>
      () => this.choose(moved(this.span, change, nowMs()));
    this.node = element(
      "div",
      { class: "range" },
      button("‹", "Earlier", move({ by: -0.5 })),
      this.menu.node,
      button("›", "Later", move({ by: 0.5 })),
      button("−", "Zoom out", move({ longer: 2 })),
    );
  }

  /** @returns {HTMLElement} */
  form() {
    return element(
      "form",
      { class: "between", onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        this.chooseBetween();
      } },
      this.from.node,
      this.to.node,
      this.wrong,
      element("button", { type: "submit", class: "primary" }, "Show"),
    );
  }

  /**
   * Show what is chosen.
   * @param {Range} range
   * @param {Span} span
   */
  show(range, span) {
    this.span = span;
    this.menu.label.textContent = spoken(range, span);
    for (const preset of this.presets.children) {
      const isChosen = preset.getAttribute("data-from") === range.from && range.to === "now";
      preset.setAttribute("aria-pressed", String(isChosen));
    }
    if (this.menu.node.open) return;
    this.from.input.value = localText(span.from_ms);
    this.to.input.value = localText(span.to_ms);
    this.wrong.textContent = "";
  }

  chooseBetween() {
    const [from, to] = [this.from, this.to].map(({ input }) => new Date(input.value).getTime());
    if (from < to) this.choose(between(from, to));
    else this.wrong.textContent = "The end must come after the beginning.";
  }

  /** @param {Range} range */
  choose(range) {
    this.menu.close();
    this.chosen(range);
  }
}

/**
 * @param {string} label
 * @returns {{node: HTMLElement, input: HTMLInputElement}}
 */
function field(label) {
  const input = /** @type {HTMLInputElement} */ (
    element("input", { type: "datetime-local", step: "1", required: true }));
  return { node: element("label", {}, label, input), input };
}

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} onclick
 * @returns {HTMLElement}
 */
function button(text, title, onclick) {
  return element("button", { type: "button", title, "aria-label": title, onclick }, text);
}

/**
 * Write a moment as an input wants it: local, without a zone.
 * @param {number} ms
 * @returns {string}
 */
function localText(ms) {
  const zoneMs = new Date(ms).getTimezoneOffset() * 60e3;
  return new Date(ms - zoneMs).toISOString().slice(0, 19);
}
