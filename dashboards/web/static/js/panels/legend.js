/** Names and colours of lines below a chart: a click hides a line, an arrow leads down. */

import { element, styled } from "../dom.js";

/** @typedef {{name: string, colour: string}} Entry */

/**
 * Draw names that hide and show their lines.
 * @param {HTMLElement} host
 * @param {(Entry & {href: string|null})[]} entries
 * @param {{hidden: Set<string>, toggled: (name: string) => void, lead: string}} options `lead`
 *   says where the arrows lead.
 */
export function drawLegend(host, entries, { hidden, toggled, lead }) {
  host.replaceChildren(
    ...entries.map(({ name, colour, href }) => {
      const button = element(
        "button",
        {
          type: "button",
          class: "legend-name",
          "aria-pressed": String(!hidden.has(name)),
          title: hidden.has(name) ? `Show ${name}` : `Hide ${name}`,
          onclick: () => toggled(name),
        },
        ...named({ name, colour }),
      );
      const arrow = href && element("a", { href, title: `${lead}: ${name}`, class: "down" }, "↗");
      return element("span", { class: "legend-entry" }, button, ...(arrow ? [arrow] : []));
    }),
  );
}

/**
 * Draw what colours mean.
 * @param {HTMLElement} host
 * @param {Entry[]} entries
 */
export function drawKey(host, entries) {
  host.replaceChildren(
    ...entries.map((entry) => element("span", { class: "legend-entry" }, ...named(entry))),
  );
}

/** @param {Entry} entry */
function named({ name, colour }) {
  const swatch = styled(element("i", { class: "swatch" }), { "--colour": colour });
  return [swatch, element("span", {}, name)];
}
