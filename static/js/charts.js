// Draws every .chart on the page from JSON, in our palette, again when the theme changes.
(() => {
  const DIRECT_LABEL_LIMIT = 14;
  const charts = new Map();

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function look(box) {
    return {
      palette: [1, 2, 3, 4, 5].map((number) => token(`--chart-${number}`)),
      ink: token("--ink"),
      soft: token("--ink-2"),
      faint: token("--ink-3"),
      line: token("--line"),
      strong: token("--line-strong"),
      surface: token("--surface"),
      empty: token("--surface-2"),
      font: token("--font"),
      width: box.clientWidth,
      height: box.clientHeight,
    };
  }

  function frame(style) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    return {
      color: style.palette,
      animation: !still,
      animationDuration: 150,
      animationDurationUpdate: 150,
      textStyle: { fontFamily: style.font, color: style.soft, fontSize: 13 },
      aria: { enabled: true },
      // rich text: an HTML tooltip would carry style attributes, which the CSP forbids
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: style.surface,
        borderColor: style.strong,
        borderWidth: 1,
        padding: [8, 12],
        textStyle: { color: style.ink, fontSize: 13, fontFamily: style.font },
      },
    };
  }

  function legend(style, names) {
    return {
      show: names.length > 1,
      data: names,
      top: 4,
      left: 4,
      itemWidth: 10,
      itemHeight: 10,
      icon: "roundRect",
      itemGap: 16,
      textStyle: { color: style.soft, fontSize: 13 },
    };
  }

  // How many lines the legend takes in a narrow box.
  function legendLines(style, names) {
    const room = style.width - 32;
    const wanted = names.reduce((sum, name) => sum + 34 + 13 * String(name).length, 0);
    return names.length > 1 ? Math.ceil(wanted / Math.max(room, 1)) : 0;
  }

  function axes(data, style) {
    const names = {
      type: "category",
      data: data.categories,
      inverse: Boolean(data.horizontal),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: style.strong } },
      axisLabel: { color: style.soft, fontSize: 13, hideOverlap: true },
    };
    const values = {
      type: "value",
      minInterval: data.fractions ? 0 : 1,
      axisLabel: { color: style.faint, fontSize: 12 },
      splitLine: { lineStyle: { color: style.line } },
    };
    return data.horizontal ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
  }

  function grid(data, lines) {
    return { left: 8, right: data.horizontal ? 40 : 16, top: lines ? 20 + 24 * lines : 28, bottom: 8, containLabel: true };
  }

  function target(data, style) {
    if (data.target == null) return {};
    return {
      markLine: {
        symbol: "none",
        silent: true,
        lineStyle: { color: style.faint, type: "dashed" },
        label: { color: style.soft, formatter: data.targetLabel || String(data.target), position: data.horizontal ? "start" : "insideEndTop", rotate: 0 },
        data: [{ [data.horizontal ? "xAxis" : "yAxis"]: data.target }],
      },
    };
  }

  function cartesian(kind) {
    return (data, style) => {
      const series = (data.series || []).slice(0, 5);
      const names = series.map((row) => row.name);
      const isLine = kind === "line";
      const isStacked = kind === "stacked";
      // Words at the end of a line say more than a legend does.
      const isEndLabelled = isLine && series.length > 1;
      const isDirect = !isStacked && series.length === 1 && data.categories.length <= DIRECT_LABEL_LIMIT;
      return {
        ...frame(style),
        ...axes(data, style),
        grid: { ...grid(data, isLine ? 0 : legendLines(style, names)), ...(isEndLabelled ? { right: 64 } : {}) },
        legend: { ...legend(style, names), show: series.length > 1 && !isEndLabelled },
        tooltip: {
          ...frame(style).tooltip,
          trigger: "axis",
          axisPointer: { type: isLine ? "line" : "shadow" },
          valueFormatter: (value) => (data.unit ? `${value ?? "—"} ${data.unit}` : `${value ?? "—"}`),
        },
        series: series.map((row, index) => ({
          name: row.name,
          type: isLine ? "line" : "bar",
          data: row.data,
          stack: isStacked ? "all" : undefined,
          barMaxWidth: 28,
          barGap: "15%",
          symbol: "circle",
          symbolSize: 6,
          lineStyle: { width: 2 },
          itemStyle: isLine ? {} : { borderRadius: isStacked ? 0 : data.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0], borderColor: style.surface, borderWidth: isStacked ? 1 : 0 },
          label: { show: isDirect, position: data.horizontal ? "right" : "top", color: style.ink, fontSize: 12 },
          endLabel: { show: isEndLabelled, formatter: "{a}", color: "inherit", fontSize: 13 },
          labelLayout: isEndLabelled ? { moveOverlap: "shiftY" } : undefined,
          ...(index === 0 ? target(data, style) : {}),
        })),
      };
    };
  }

  function pie(data, style) {
    return {
      ...frame(style),
      tooltip: { ...frame(style).tooltip, trigger: "item", valueFormatter: (value) => `${value} ${data.unit || ""}` },
      series: [
        {
          type: "pie",
          radius: style.width < 420 ? ["42%", "62%"] : ["52%", "76%"],
          minAngle: 3,
          itemStyle: { borderColor: style.surface, borderWidth: 2 },
          label: { color: style.soft, fontSize: 13, lineHeight: 18, formatter: "{b}\n{c}", overflow: "none" },
          labelLine: { lineStyle: { color: style.strong }, length: 8, length2: 8 },
          data: few(data.items).map((item) => ({ name: item.name, value: item.value, url: item.url })),
        },
        ...(data.center ? [middle(data.center, style)] : []),
      ],
    };
  }

  // A word in the middle of the ring: an invisible pie that only carries a label.
  function middle(text, style) {
    return {
      type: "pie",
      radius: [0, 0],
      silent: true,
      tooltip: { show: false },
      label: { show: true, position: "center", formatter: text, color: style.ink, fontSize: 28, fontWeight: 600 },
      data: [1],
    };
  }

  // Five colours at most: what is beyond the fourth becomes one.
  function few(items) {
    if (items.length <= 5) return items;
    const rest = items.slice(4).reduce((sum, item) => sum + item.value, 0);
    return [...items.slice(0, 4), { name: "其他", value: rest }];
  }

  function network(data, style) {
    const groups = data.groups || [...new Set(data.nodes.map((node) => node.group))];
    const shown = groups.length > 5 ? [...groups.slice(0, 4), "其他"] : groups;
    const place = (group) => Math.min(Math.max(groups.indexOf(group), 0), shown.length - 1);
    const many = data.nodes.length > 60;
    const top = 20 + 24 * legendLines(style, shown);
    const room = { width: Math.max(style.width - (many ? 72 : 150), 1), height: Math.max(style.height - top - 40, 1) };
    const places = window.layOutNetwork(data.nodes, data.links, room);
    const degree = degrees(data.links);
    return {
      ...frame(style),
      legend: { ...legend(style, shown), icon: "circle" },
      tooltip: { ...frame(style).tooltip, trigger: "item" },
      series: [
        {
          type: "graph",
          layout: "none",
          top,
          left: 24,
          ...room,
          roam: true,
          scaleLimit: { min: 0.6, max: 8 },
          categories: shown.map((name) => ({ name })),
          label: { position: "right", color: style.soft, fontSize: 12, textBorderColor: style.surface, textBorderWidth: 2 },
          labelLayout: { hideOverlap: true },
          lineStyle: { color: style.strong, width: 1.2, opacity: 0.9 },
          emphasis: { focus: "adjacency", label: { show: true } },
          data: [...corners(room), ...data.nodes.map((node) => ({
            id: String(node.id),
            name: node.name,
            category: place(node.group),
            symbolSize: (many ? 4 : 8) + Math.min(20, 2.5 * Math.sqrt(node.size || 1)),
            itemStyle: { borderColor: style.surface, borderWidth: 1 },
            value: node.size,
            ...places.get(node.id),
            label: { show: !many || (degree.get(node.id) || 0) >= 4 },
            url: node.url,
          }))],
          links: data.links.map((link) => ({ source: String(link.source), target: String(link.target), name: link.name })),
        },
      ],
    };
  }

  // Two unseen points that keep the picture's scale: without them it would be stretched to fill.
  function corners({ width, height }) {
    const unseen = { symbolSize: 0, silent: true, label: { show: false }, tooltip: { show: false } };
    return [{ id: "corner-a", x: 0, y: 0, ...unseen }, { id: "corner-b", x: width, y: height, ...unseen }];
  }

  function degrees(links) {
    const found = new Map();
    for (const { source, target } of links) {
      for (const id of [source, target]) found.set(id, (found.get(id) || 0) + 1);
    }
    return found;
  }

  function heatmap(data, style) {
    const axis = (names) => ({ type: "category", data: names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: style.soft, fontSize: 12 } });
    const most = Math.max(1, ...data.values.map((cell) => cell[2]));
    return {
      ...frame(style),
      grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
      xAxis: axis(data.x),
      yAxis: { ...axis(data.y), inverse: true },
      visualMap: { show: false, min: 0, max: most, inRange: { color: [style.empty, style.palette[0]] } },
      tooltip: { ...frame(style).tooltip, formatter: ({ value }) => `${data.y[value[1]]} · ${data.x[value[0]]}  ${value[2]} ${data.unit || ""}` },
      series: [{ type: "heatmap", data: data.values, itemStyle: { borderColor: style.surface, borderWidth: 2, borderRadius: 3 } }],
    };
  }

  function radar(data, style) {
    return {
      ...frame(style),
      legend: legend(style, data.series.map((row) => row.name)),
      radar: {
        indicator: data.axes,
        center: ["50%", "56%"],
        radius: "64%",
        axisName: { color: style.soft, fontSize: 13 },
        splitLine: { lineStyle: { color: style.line } },
        axisLine: { lineStyle: { color: style.line } },
        splitArea: { show: false },
      },
      series: [{ type: "radar", symbolSize: 5, data: data.series.slice(0, 5).map((row) => ({ name: row.name, value: row.data, areaStyle: { opacity: 0.12 } })) }],
    };
  }

  const KINDS = {
    bar: cartesian("bar"),
    stacked: cartesian("stacked"),
    line: cartesian("line"),
    pie,
    network,
    heatmap,
    radar,
  };

  async function read(box) {
    if (box.dataset.chart) {
      return JSON.parse(document.getElementById(box.dataset.chart).textContent);
    }
    const answer = await fetch(box.dataset.chartSrc, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  function follow(box, data) {
    return ({ data: item, dataIndex }) => {
      const url = item?.url || data.urls?.[dataIndex];
      if (url) window.location.assign(url);
    };
  }

  async function draw(box) {
    let data;
    try {
      data = await read(box);
    } catch {
      box.replaceChildren();
      box.closest("figure")?.querySelector("details")?.setAttribute("open", "");
      return;
    }
    const chart = window.echarts.init(box, null, { renderer: "canvas" });
    chart.on("click", follow(box, data));
    charts.set(box, { chart, data });
    paint(box);
    new ResizeObserver(() => {
      chart.resize();
      paint(box);
    }).observe(box);
  }

  function paint(box) {
    const { chart, data } = charts.get(box);
    const build = KINDS[box.dataset.kind] || KINDS.bar;
    chart.setOption(build(data, look(box)), { notMerge: true });
  }

  function drawAll() {
    for (const box of document.querySelectorAll(".chart")) if (!charts.has(box)) draw(box);
  }

  drawAll();
  window.addEventListener("themechange", () => {
    for (const box of charts.keys()) paint(box);
  });
  document.body.addEventListener("htmx:afterSettle", drawAll);
})();
