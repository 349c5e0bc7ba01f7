/** Answers as panels draw them: lines with names, rows with cells. */

/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Value} Value */
/**
 * @typedef {{name: string, column: string, tags: Object<string, string>, values: Value[],
 *   times: number[]}} Line A column of a series.
 * @typedef {{tags: Object<string, string>, time: number|null, legend: string,
 *   cells: Object<string, Value>}} Row
 */

/**
 * Return a line for each column of each series.
 * @param {Answer} answer
 * @returns {Line[]}
 */
export function linesOf(answer) {
  return answer.targets.flatMap(({ series }) =>
    series.flatMap(({ names, tags, columns, times_ms: times }) =>
      Object.entries(columns).map(([column, values]) => ({
        name: names[column].replaceAll("_", " "), column, tags, values, times: times ?? [],
      })),
    ),
  );
}

/**
 * Return a row for each moment of each series, or one a series.
 * @param {Panel} panel
 * @param {Answer} answer
 * @returns {Row[]}
 */
export function rowsOf(panel, answer) {
  return answer.targets.flatMap(({ series }, index) =>
    series.flatMap(({ tags, columns, times_ms: times }) => {
      const names = Object.keys(columns);
      const legend = legendOf(panel.targets[index].legend, tags);
      return (columns[names[0]] ?? []).map((_, at) => ({
        tags,
        legend,
        time: times?.[at] ?? null,
        cells: Object.fromEntries(names.map((name) => [name, columns[name][at]])),
      }));
    }),
  );
}

/**
 * Return the latest value that is there, and where it stands; -1 where there is none.
 * @param {Value[]} values
 * @returns {{value: Value, at: number}}
 */
export function latest(values) {
  const at = values.findLastIndex((value) => value !== null);
  return { value: at < 0 ? null : values[at], at };
}

/**
 * Tell whether there is anything to draw.
 * @param {Answer} answer
 * @returns {boolean}
 */
export function hasValues(answer) {
  return answer.targets.some(({ series }) =>
    series.some(({ columns }) => Object.values(columns).some((values) =>
      values.some((value) => value !== null))),
  );
}

/**
 * Return what a target calls a whole series: its legend, without the column.
 * @param {string} legend
 * @param {Object<string, string>} tags
 * @returns {string}
 */
function legendOf(legend, tags) {
  return legend.replace(/\{(\w+)\}/g, (_, name) => tags[name] ?? "").trim();
}
