// What Grafana's own types say of a dashboard, as far as our boards use it; `scripts/check-boards`
// checks the built ones against it. Objects may hold nothing that is not named here.

import type * as raw from "@grafana/schema/dist/esm/raw/dashboard/x/dashboard_types.gen";
import type * as barGauge from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen";
import type * as gauge from "@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen";
import type * as heatMap from "@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as stateTimeline from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";
import type * as table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type * as text from "@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen";
import type * as timeSeries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

// JSON has the words of an enumeration, not its members.
type Json<T> = unknown extends T
  ? T
  : T extends string
    ? `${T}`
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

// Grafana takes Grafana's defaults for what is not said, however deep.
type Sparse<T> = T extends unknown[] ? T : T extends object ? { [Key in keyof T]?: Sparse<T[Key]> } : T;

type Source = { type: "influxdb" | "prometheus"; uid: "${datasource}" };

// The queries of these data sources are not in the schema.
type InfluxQuery = {
  datasource: Source;
  refId: string;
  query: string;
  rawQuery: true;
  resultFormat: "table" | "time_series";
  alias?: string;
};

type PrometheusQuery = {
  datasource: Source;
  refId: string;
  expr: string;
  legendFormat: string;
  format: "table" | "time_series";
  instant: boolean;
  range: boolean;
};

type Query = InfluxQuery | PrometheusQuery;

type PanelOf<Type extends string, Options, Custom = {}> = Omit<
  Json<raw.Panel>,
  "type" | "options" | "fieldConfig" | "targets"
> & {
  type: Type;
  options: Sparse<Json<Options>>;
  fieldConfig?: Omit<Json<raw.FieldConfigSource>, "defaults"> & {
    defaults: Omit<Json<raw.FieldConfig>, "custom"> & { custom?: Sparse<Json<Custom>> };
  };
  targets?: Query[];
};

type Panel =
  | PanelOf<"bargauge", barGauge.Options>
  | PanelOf<"gauge", gauge.Options>
  | PanelOf<"heatmap", heatMap.Options, heatMap.FieldConfig>
  | PanelOf<"stat", stat.Options>
  // The schema leaves out when a gap is none, which the panel has had since its beginning.
  | PanelOf<"state-timeline", stateTimeline.Options, stateTimeline.FieldConfig & { spanNulls: boolean | number }>
  | PanelOf<"table", table.Options, table.FieldConfig>
  | PanelOf<"text", text.Options>
  | PanelOf<"timeseries", timeSeries.Options, timeSeries.FieldConfig>
  | Json<raw.RowPanel>;

// The schema knows the annotations of Grafana itself only.
type AnnotationQuery = Omit<Json<raw.AnnotationQuery>, "target"> & {
  target: Json<raw.AnnotationTarget> & {
    fromAnnotations: true;
    query: string;
    rawQuery: true;
    refId: "Anno";
    tagsColumn: string;
    textColumn: string;
    textEditor: true;
  };
};

export type Board = Omit<Json<raw.Dashboard>, "panels" | "annotations"> & {
  panels: Panel[];
  annotations: { list: AnnotationQuery[] };
};
