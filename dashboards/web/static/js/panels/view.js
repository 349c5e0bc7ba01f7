/**
 * What every panel is drawn from.
 *
 * @typedef {Object} View
 * @property {import("../types.js").Panel} panel
 * @property {import("../types.js").Answer} answer
 * @property {import("../types.js").Span} span
 * @property {import("../types.js").Palette} palette
 * @property {import("../types.js").Mark[]} marks Where alerts began.
 * @property {(tags: Object<string, unknown>) => string|null} hrefOf Where a click on a series or
 *   row leads; null where nowhere.
 * @property {(fromMs: number, toMs: number) => void} zoomTo
 */

export {};
