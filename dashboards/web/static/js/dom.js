/** Elements without strings of markup, so that no text of the store can become any. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 * @param {string} tag
 * @param {Object<string, unknown>} [attributes] Functions listen: `onclick`. Nothing is set for
 *   null and false.
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * Make an element of a drawing.
 * @param {string} tag
 * @param {Object<string, unknown>} [attributes]
 * @param {...(Node|string)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * Set style properties; attributes of that name are forbidden to the page.
 * @template {HTMLElement|SVGElement} T
 * @param {T} node
 * @param {Object<string, string|number>} properties
 * @returns {T}
 */
export function styled(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    node.style.setProperty(name, String(value));
  }
  return node;
}

/**
 * Return the child of a class, made where there is none yet, so that redrawing keeps it.
 * @param {HTMLElement} host
 * @param {string} name
 * @returns {HTMLElement}
 */
export function childOf(host, name) {
  const found = host.querySelector(`:scope > .${name}`);
  if (found) return /** @type {HTMLElement} */ (found);
  const made = element("div", { class: name });
  host.append(made);
  return made;
}

/**
 * @template {Element} T
 * @param {T} node
 * @param {Object<string, unknown>} attributes
 * @param {(Node|string)[]} children
 * @returns {T}
 */
function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children);
  return node;
}
