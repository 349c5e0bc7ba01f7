/** A small part of Markdown: headings, lists, paragraphs, **bold**, *slanted*, `code`, links. */

import { element } from "./dom.js";

const INLINE = /\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|\[(.+?)\]\((.+?)\)/;
const SAFE_LINK = /^(https?:\/\/|\/(?!\/)|#)/;

/**
 * Turn Markdown into elements.
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function blocks(text) {
  return text.trim().split(/\n\s*\n/).filter(Boolean).map(block);
}

/**
 * Turn one line of Markdown into what stands in a paragraph.
 * @param {string} text
 * @returns {(Node|string)[]}
 */
export function inline(text) {
  const found = INLINE.exec(text);
  if (!found) return text ? [text] : [];
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + found[0].length);
  return [...(before ? [before] : []), marked(found), ...inline(after)];
}

/**
 * @param {string} text
 * @returns {HTMLElement}
 */
function block(text) {
  const lines = text.split("\n");
  const heading = /^(#{1,4})\s+(.*)/.exec(text);
  if (heading) return element(`h${Math.min(6, heading[1].length + 2)}`, {}, ...inline(heading[2]));
  if (lines.every((line) => /^\s*[-*]\s+/.test(line))) return list("ul", lines, /^\s*[-*]\s+/);
  if (lines.every((line) => /^\s*\d+\.\s+/.test(line))) return list("ol", lines, /^\s*\d+\.\s+/);
  return element("p", {}, ...inline(lines.join(" ")));
}

/**
 * @param {string} tag
 * @param {string[]} lines
 * @param {RegExp} mark
 * @returns {HTMLElement}
 */
function list(tag, lines, mark) {
  const items = lines.map((line) => element("li", {}, ...inline(line.replace(mark, ""))));
  return element(tag, {}, ...items);
}

/**
 * @param {RegExpExecArray} found
 * @returns {Node|string}
 */
function marked([whole, bold, slanted, code, title, target]) {
  if (bold) return element("strong", {}, ...inline(bold));
  if (slanted) return element("em", {}, ...inline(slanted));
  if (code) return element("code", {}, code);
  return SAFE_LINK.test(target) ? element("a", { href: target }, ...inline(title)) : whole;
}
