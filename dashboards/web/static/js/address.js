/** What the page shows, as its address says it, so that links and reloads keep it. */

/** @typedef {import("./span.js").Range} Range */
/** @typedef {import("./types.js").Choices} Choices */
/**
 * @typedef {{uid: string, range: Range|null, refreshS: number|null, choices: Choices}} Address
 *   Without a range or an interval of refreshing, the board's own holds.
 */

const VARIABLE = "var-";

/**
 * Read an address; `uid` is empty where none is named.
 * @param {{pathname: string, search: string}} location
 * @returns {Address}
 */
export function parsed({ pathname, search }) {
  const query = new URLSearchParams(search);
  const from = query.get("from");
  const refresh = query.get("refresh");
  /** @type {Choices} */
  const choices = {};
  for (const [key, value] of query) {
    if (key.startsWith(VARIABLE)) (choices[key.slice(VARIABLE.length)] ??= []).push(value);
  }
  return {
    uid: decodeURIComponent(/^\/b\/([^/]+)$/.exec(pathname)?.[1] ?? ""),
    range: from ? { from, to: query.get("to") ?? "now" } : null,
    refreshS: refresh !== null && /^\d{1,5}$/.test(refresh) ? Number(refresh) : null,
    choices,
  };
}

/**
 * Write an address.
 * @param {Address} address
 * @returns {string} Path and query.
 */
export function written({ uid, range, refreshS, choices }) {
  const query = new URLSearchParams();
  if (range) {
    query.set("from", range.from);
    query.set("to", range.to);
  }
  if (refreshS !== null) query.set("refresh", String(refreshS));
  for (const [name, values] of Object.entries(choices)) {
    for (const value of values) query.append(VARIABLE + name, value);
  }
  const text = query.toString();
  return `/b/${encodeURIComponent(uid)}${text ? `?${text}` : ""}`;
}
