/** Words. */

import { blocks } from "../markdown.js";

/**
 * @param {HTMLElement} host
 * @param {import("./view.js").View} view
 */
export function drawText(host, { panel }) {
  host.replaceChildren(...blocks(panel.text));
}
