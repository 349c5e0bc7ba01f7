/** Chooses sites and devices. */

import { element } from "../dom.js";
import { menu } from "./menu.js";

/** @typedef {import("../types.js").Variable} Variable */
/** @typedef {(name: string, values: string[]) => void} Chosen */

export class VariablePicker {
  /** @param {Chosen} chosen */
  constructor(chosen) {
    this.chosen = chosen;
    this.node = element("div", { class: "variables" });
    this.drawn = "";
  }

  /**
   * Show what can be chosen; an open list is not disturbed where nothing has changed.
   * @param {Variable[]} variables
   * @param {import("../choices.js").Settled} settled
   */
  show(variables, { offered, choices }) {
    const wanted = JSON.stringify([variables, offered, choices]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    this.node.replaceChildren(
      ...variables.filter(({ name }) => name in offered).map((variable) => element(
        variable.several ? "div" : "label",
        { class: "variable", "data-variable": variable.name },
        element("span", { class: "variable-label" }, variable.label),
        (variable.several ? severalOf : oneOf)(
          variable, offered[variable.name], choices[variable.name], this.chosen,
        ),
      )),
    );
  }
}

/**
 * @param {Variable} variable
 * @param {string[]} offered
 * @param {string[]} values
 * @param {Chosen} chosen
 * @returns {HTMLElement}
 */
function oneOf({ name }, offered, values, chosen) {
  const options = offered.map((value) =>
    element("option", { value, selected: values.includes(value) }, value));
  return element("select", {
    onchange: (/** @type {Event} */ { target }) =>
      chosen(name, [/** @type {HTMLSelectElement} */ (target).value]),
  }, ...options);
}

/**
 * @param {Variable} variable
 * @param {string[]} offered
 * @param {string[]} values
 * @param {Chosen} chosen
 * @returns {HTMLElement}
 */
function severalOf({ name, label }, offered, values, chosen) {
  const all = element("button", {
    type: "button", "aria-pressed": String(!values.length), onclick: () => chosen(name, []),
  }, "All");
  const boxes = offered.map((value) => element(
    "label", { class: "choice" },
    element("input", {
      type: "checkbox",
      checked: values.includes(value),
      onchange: () => chosen(name, toggled(offered, values, value)),
    }),
    value,
  ));
  const { node, label: text } = menu(label, all, ...boxes);
  text.textContent = values.length ? values.join(", ") : "All";
  return node;
}

/**
 * @param {string[]} offered
 * @param {string[]} values
 * @param {string} value
 * @returns {string[]} In the order of what is offered.
 */
function toggled(offered, values, value) {
  return offered.filter((each) => (each === value) !== values.includes(each));
}
