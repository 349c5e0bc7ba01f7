/** A button that opens a small window below it. */

import { element } from "../dom.js";

/**
 * Make a menu.
 * @param {string} name Of its class, and for screen readers.
 * @param {...Node} contents
 * @returns {{node: HTMLDetailsElement, label: HTMLElement, close: () => void}}
 */
export function menu(name, ...contents) {
  const label = element("span", { class: "menu-label" });
  const node = /** @type {HTMLDetailsElement} */ (element(
    "details",
    { class: `menu menu-${name}` },
    element("summary", { "aria-label": name }, label),
    element("div", { class: "menu-body" }, ...contents),
  ));
  node.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") node.open = false;
  });
  return { node, label, close: () => { node.open = false; } };
}

/** Close menus when a person clicks elsewhere. */
export function closeMenusOutside() {
  document.addEventListener("pointerdown", ({ target }) => {
    for (const open of document.querySelectorAll("details.menu[open]")) {
      if (!open.contains(/** @type {Node} */ (target))) open.removeAttribute("open");
    }
  });
}
