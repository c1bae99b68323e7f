/** Draws figures with the parts of ECharts that we use; loaded only on pages that have a chart. */
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { Figures } from "./linli-chart";

use([BarChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const DASHES = ["solid", "dashed", "dotted"] as const;

function palette(): string[] {
  return ["--ll-brand", "--ll-accent", "--ll-ok-bar", "--ll-warn-bar", "--ll-held", "--ll-late-bar"].map(token);
}

function seriesOf(figures: Figures): object[] {
  if (figures.kind === "share") {
    const values = figures.series[0]?.values ?? [];
    const slices = figures.labels.map((name, at) => ({ name, value: values[at] ?? 0 }));
    return [{ type: "pie", radius: ["48%", "74%"], data: slices, label: { color: token("--ll-ink-2") } }];
  }
  return figures.series.map((one, at) =>
    figures.kind === "line"
      ? { type: "line", name: one.name, data: one.values, symbolSize: 6, lineStyle: { type: DASHES[at % 3], width: 2 } }
      : { type: "bar", name: one.name, data: one.values, barMaxWidth: 28, ...(figures.kind === "stack" && { stack: "all" }), ...(one.look && { color: token(`--ll-${one.look}-bar`) }) },
  );
}

function optionOf(figures: Figures): EChartsCoreOption {
  const ink = token("--ll-ink-2");
  const line = token("--ll-line");
  const axes = {
    grid: { left: 8, right: 12, top: 36, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: figures.labels, axisLabel: { color: ink }, axisLine: { lineStyle: { color: line } } },
    yAxis: { type: "value", name: figures.unit, nameTextStyle: { color: ink }, axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } },
  };
  return {
    animation: false,
    color: palette(),
    textStyle: { fontFamily: token("--ll-sans") },
    legend: { top: 0, textStyle: { color: ink } },
    aria: { enabled: true },
    // As HTML the tooltip would carry inline styles, which our policy forbids.
    tooltip: {
      trigger: figures.kind === "share" ? "item" : "axis",
      renderMode: "richText",
      backgroundColor: token("--ll-surface"),
      borderColor: line,
      textStyle: { color: token("--ll-ink") },
    },
    ...(figures.kind === "share" ? {} : axes),
    series: seriesOf(figures),
  };
}

/** Draws into `box`, follows its size and the theme; returns how to stop. */
export function draw(box: HTMLElement, figures: Figures): () => void {
  const chart = init(box);
  const paint = (): void => chart.setOption(optionOf(figures), true);
  paint();
  const size = new ResizeObserver(() => chart.resize());
  size.observe(box);
  const theme = new MutationObserver(paint);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  return () => {
    size.disconnect();
    theme.disconnect();
    chart.dispose();
  };
}
