/** Who draws which shape. */

import { drawBarGauge } from "./bar_gauge.js";
import { drawGauge } from "./gauge.js";
import { drawHeatMap } from "./heat_map.js";
import { drawStat } from "./stat.js";
import { drawStateTimeline } from "./state_timeline.js";
import { drawTable } from "./table.js";
import { drawText } from "./text.js";
import { drawTimeSeries } from "./time_series.js";

/** @type {Object<string, (host: HTMLElement, view: import("./view.js").View) => void>} */
export const DRAWERS = {
  bargauge: drawBarGauge,
  gauge: drawGauge,
  heatmap: drawHeatMap,
  stat: drawStat,
  "state-timeline": drawStateTimeline,
  table: drawTable,
  text: drawText,
  timeseries: drawTimeSeries,
};
