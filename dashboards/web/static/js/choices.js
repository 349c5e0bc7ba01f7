/** What is chosen on a board: what the address says, else the first there is. */

/** @typedef {import("./types.js").Board} Board */
/** @typedef {import("./types.js").Choices} Choices */
/** @typedef {{choices: Choices, offered: Object<string, string[]>, missing: string|null}} Settled
 *   `missing` is the label of a variable of which there is nothing to choose. */

/**
 * Ask what can be chosen, one variable after the other, as later ones depend on earlier ones.
 *
 * A value that the address names is kept even where the store knows none: another one in its place
 * would be taken for it.
 * @param {import("./server.js").Server|import("./preview.js").Preview} source
 * @param {Board} board
 * @param {Choices} asked
 * @returns {Promise<Settled>}
 */
export async function settled(source, board, asked) {
  /** @type {Settled} */
  const found = { choices: {}, offered: {}, missing: null };
  for (const variable of board.variables) {
    const { name, label, several, fixed } = variable;
    const values = fixed.length ? fixed : await source.values(board.uid, variable, found.choices);
    const chosen = asked[name] ?? (several ? [] : values.slice(0, 1));
    found.choices[name] = several ? chosen : chosen.slice(0, 1);
    found.offered[name] = [...new Set([...values, ...found.choices[name]])];
    if (!several && !chosen.length) return { ...found, missing: label };
  }
  return found;
}

/**
 * Return the choices after one of them has changed; what depends on it is chosen anew.
 * @param {Board} board
 * @param {Choices} choices
 * @param {string} name
 * @param {string[]} values
 * @returns {Choices}
 */
export function changed(board, choices, name, values) {
  const dependent = new Set([name]);
  for (const variable of board.variables) {
    if (variable.needs.some((need) => dependent.has(need))) dependent.add(variable.name);
  }
  const kept = Object.entries(choices).filter(([each]) => !dependent.has(each));
  return { ...Object.fromEntries(kept), ...(values.length ? { [name]: values } : {}) };
}

/**
 * Return those choices that another board offers as well.
 * @param {Board} board
 * @param {Choices} choices
 * @returns {Choices}
 */
export function shared(board, choices) {
  const names = new Set(board.variables.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(choices).filter(([name, values]) => names.has(name) && values.length),
  );
}
