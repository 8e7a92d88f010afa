/* Draws a chart from the table that stands beneath it, so that the two can never disagree.
   <div class="chart" data-chart="bar|line|stack" data-table="id-of-table"></div>
   First column: names. Every later column headed class="num": one series. data-value on a cell overrides its text. */
(function () {
  "use strict";

  const token = function (name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  };

  function number(cell) {
    const text = cell.dataset.value || cell.textContent;
    const value = parseFloat(text.replace(/[,\s]/g, ""));
    return isNaN(value) ? null : value;
  }

  function read(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    const rows = Array.from(table.tBodies[0].rows);
    const columns = heads.map(function (head, index) { return { head: head, index: index }; })
      .filter(function (column) { return column.index > 0 && column.head.classList.contains("num"); });
    return {
      names: rows.map(function (row) { return row.cells[0].textContent.trim(); }),
      series: columns.map(function (column) {
        return { name: column.head.textContent.trim(), data: rows.map(function (row) { return number(row.cells[column.index]); }) };
      }),
    };
  }

  // Bars are few, and each is named; what a name says in brackets stands below it.
  function named(kind, ink) {
    if (kind === "line") return { color: ink };
    return { color: ink, interval: 0, formatter: function (name) { return name.replace("（", "\n（"); } };
  }

  function options(kind, figures) {
    const ink = token("--ink-soft");
    const line = token("--line");
    const font = token("--font");
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      color: [1, 2, 3, 4, 5, 6].map(function (n) { return token("--series-" + n); }),
      textStyle: { fontFamily: font, color: ink },
      // Rich text is drawn on the canvas; an HTML tooltip would need inline styles, which our CSP refuses.
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: kind === "line" ? "line" : "shadow" } },
      legend: { show: figures.series.length > 1, top: 0, right: 0, textStyle: { color: ink } },
      grid: { left: 8, right: 16, top: figures.series.length > 1 ? 36 : 16, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: figures.names, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: named(kind, ink) },
      yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: line } }, axisLabel: { color: ink } },
      series: figures.series.map(function (one) {
        return {
          name: one.name,
          type: kind === "line" ? "line" : "bar",
          stack: kind === "stack" ? "all" : undefined,
          data: one.data,
          barMaxWidth: 44,
          symbolSize: 6,
          label: { show: kind === "bar" && figures.series.length === 1, position: "top", color: ink, fontSize: 12, formatter: function (point) { return point.value.toLocaleString("zh-CN"); } },
        };
      }),
    };
  }

  function draw(holder) {
    const table = document.getElementById(holder.dataset.table);
    holder.setAttribute("aria-hidden", "true");
    const chart = window.echarts.init(holder);
    chart.setOption(options(holder.dataset.chart, read(table)));
    window.addEventListener("resize", function () { chart.resize(); });
  }

  document.querySelectorAll("[data-chart]").forEach(draw);

  // Paper has no buttons: the numbers behind the charts are opened for it, and closed again.
  const folded = "details.disclosure:not([open])";
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(folded).forEach(function (one) { one.open = true; one.dataset.forPaper = ""; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-for-paper]").forEach(function (one) { one.open = false; delete one.dataset.forPaper; });
  });
})();
