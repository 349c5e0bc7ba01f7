/**
 * The shapes of what the server answers; `dashboards/web/api.py` says what each means.
 *
 * @typedef {{value: number, severity: string, below: boolean, reason: string}} Threshold
 * @typedef {{value: string, text: string, colour: string}} Word
 * @typedef {{unit: string, decimals: number|null, low: number|null, high: number|null,
 *   thresholds: Threshold[], words: Word[], empty: string}} Look
 * @typedef {{board: string, title: string, variables: Object<string, string>}} Link
 * @typedef {{legend: string, columns: {name: string}[], by: string[], over_time: boolean,
 *   ranked: boolean, newest: number}} Target
 * @typedef {{shape: string, title: string, description: string, look: Look,
 *   looks: Object<string, Look>, headings: Object<string, string>,
 *   sorted_by: string[], stacked: boolean, filled: boolean,
 *   link: Link|null, text: string, shift_s: number, targets: Target[]}} Panel
 * @typedef {{x: number, y: number, width: number, height: number}} Place
 * @typedef {{place: Place, section?: string, id?: string, panel?: Panel}} Item
 * @typedef {{name: string, label: string, several: boolean, fixed: string[],
 *   needs: string[]}} Variable
 * @typedef {{uid: string, title: string, question: string, up: string, hours: number,
 *   refresh_s: number, listed: boolean, alerts: boolean, variables: Variable[],
 *   items: Item[]}} Board
 * @typedef {{series: string[], severities: Object<string, string>}} Palette
 * @typedef {{boards: Board[], now_ms: number, palette: Palette}} Catalogue
 *
 * @typedef {number|string|boolean|null} Value
 * @typedef {{name: string, names: Object<string, string>, tags: Object<string, string>,
 *   columns: Object<string, Value[]>, times_ms: number[]|null}} Series
 * @typedef {{targets: {series: Series[], left_out: number}[], interval_ms: number,
 *   tier: string}} Answer
 * @typedef {{time_ms: number, severity: string, alerts: number}} Mark So many alerts began then.
 *
 * @typedef {{from_ms: number, to_ms: number}} Span
 * @typedef {Object<string, string[]>} Choices Values of variables by name; none chosen is absent.
 */

export {};
