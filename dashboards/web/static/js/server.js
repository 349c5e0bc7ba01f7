/** Asks the server that sent this page. It is sent ids and values, never a query. */

import { written } from "./address.js";

/** @typedef {import("./types.js").Choices} Choices */
/**
 * @typedef {{span: import("./types.js").Span, widthPx: number, choices: Choices}} Wanted
 */

/** What people are told when something cannot be had. */
export class Unanswered extends Error {}

export class Server {
  /** Whether time goes on, ranges can be chosen and boards drawn anew. */
  isLive = true;

  /** @returns {Promise<import("./types.js").Catalogue>} */
  boards() {
    return asked("/api/boards");
  }

  /**
   * Return where a board is shown.
   * @param {import("./address.js").Address} address
   * @returns {string|null} Null where it cannot be.
   */
  hrefOf(address) {
    return written(address);
  }

  /**
   * @param {string} uid
   * @param {import("./types.js").Variable} variable
   * @param {Choices} choices Of the variables before it.
   * @returns {Promise<string[]>}
   */
  async values(uid, { name, needs }, choices) {
    const query = new URLSearchParams();
    const needed = Object.entries(choices).filter(([variable]) => needs.includes(variable));
    for (const [variable, values] of needed) {
      for (const value of values) query.append(`var-${variable}`, value);
    }
    const path = `${boardPath(uid)}/variables/${encodeURIComponent(name)}`;
    return (await asked(`${path}?${query}`)).values;
  }

  /**
   * @param {string} uid
   * @param {string} id
   * @param {Wanted} wanted
   * @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").Answer>}
   */
  panel(uid, id, wanted, signal) {
    return asked(`${boardPath(uid)}/panels/${encodeURIComponent(id)}`, posted(wanted, signal));
  }

  /**
   * Return when alerts began.
   * @param {string} uid
   * @param {Wanted} wanted
   * @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").Mark[]>}
   */
  async alerts(uid, wanted, signal) {
    return (await asked(`${boardPath(uid)}/alerts`, posted(wanted, signal))).alerts;
  }
}

/** @param {string} uid */
function boardPath(uid) {
  return `/api/boards/${encodeURIComponent(uid)}`;
}

/**
 * @param {Wanted} wanted
 * @param {AbortSignal} signal
 * @returns {RequestInit}
 */
function posted({ span, widthPx, choices }, signal) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...span, width_px: Math.round(widthPx), variables: choices }),
    signal,
  };
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>} JSON, whose shape the caller knows.
 */
async function asked(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unanswered("The server does not answer. Is `snowgrid` still running?");
  }
  if (response.ok) return response.json();
  const told = await response.json().catch(() => ({}));
  throw new Unanswered(told.message ?? `The server answered ${response.status}.`);
}
