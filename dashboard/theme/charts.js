// Draws the charts. The server says where a chart stands and what it holds; plotly draws it there.
// When the numbers change, the drawing is kept and changed: drawing anew takes three times as long.
(() => {
  const own = document.currentScript.dataset;
  const { configs, templates, separators } = JSON.parse(own.charts);
  const NEW = ".kb-chart[data-chart]";
  // Drawings nobody sees any more are kept for those who come back, up to so many.
  const KEPT = 40;
  // Milliseconds after which the browser may see to the reader before more is drawn.
  const PATIENCE = 60;
  const charts = new Map(), waiting = new Set();
  let scheduled = false;

  const found = (records) => {
    const places = new Set();
    for (const { target, addedNodes } of records) {
      // What plotly draws holds no charts.
      if (target instanceof SVGElement) continue;
      for (const node of addedNodes) {
        if (node.matches?.(NEW)) places.add(node);
        for (const place of node.querySelectorAll?.(NEW) ?? []) places.add(place);
      }
    }
    for (const place of places) {
      const { name, chart: spec } = place.dataset;
      place.removeAttribute("data-chart");
      const chart = charts.get(name) ?? { plot: document.createElement("div") };
      charts.delete(name);
      charts.set(name, chart);
      if (chart.place) sizes.unobserve(chart.place);
      // Before the next frame: nothing blinks, nothing moves.
      place.append(chart.plot);
      Object.assign(chart, { place, width: 0, spec: JSON.parse(spec) });
      sizes.observe(place);
      waiting.add(chart);
    }
    if (!places.size) return;
    forget();
    draw();
  };
  const forget = () => {
    for (const [name, chart] of charts) {
      if (charts.size <= KEPT) return;
      if (chart.plot.isConnected) continue;
      charts.delete(name);
      waiting.delete(chart);
      Plotly.purge(chart.plot);
    }
  };
  // What the reader looks at first, the rest in the order it stands.
  const draw = (all = false) => {
    if (!window.Plotly) return;
    const until = performance.now() + PATIENCE;
    const due = [...waiting].filter((chart) => !chart.busy).map((chart) => [chart, chart.place.getBoundingClientRect()]);
    const seen = ([, box]) => box.bottom > 0 && box.top < innerHeight;
    for (const [chart, box] of [...due.filter(seen), ...due.filter((one) => !seen(one))]) {
      if (!all && performance.now() > until) return later();
      waiting.delete(chart);
      // Without a width it is folded away; it is drawn when it gets one.
      const width = Math.floor(box.width);
      if (width) put(chart, width);
    }
  };
  const later = () => {
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => { scheduled = false; draw(); });
  };
  const put = (chart, width) => {
    const { place, plot, spec } = chart, { lang, look } = place.dataset;
    const layout = { ...spec.layout, width, template: templates[look], separators: separators[lang] };
    Object.assign(chart, { width, busy: true });
    const drawn = Plotly.react(plot, spec.data, layout, configs[lang]);
    // At once: a map can be clicked before all of it is there.
    if (!chart.listens) plot.on("plotly_click", (event) => clicked(chart.place, event.points[0]));
    chart.listens = true;
    drawn.finally(() => {
      chart.busy = false;
      if (waiting.has(chart)) later();
    });
  };
  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const chart = charts.get(target.dataset.name);
      if (chart?.place === target && Math.floor(contentRect.width) !== chart.width) waiting.add(chart);
    }
    draw();
  });
  // A click goes to the page through a field nobody sees, the only way Streamlit listens; it may
  // come a moment after the chart.
  const clicked = (place, point, tries = 50) => {
    const field = document.querySelector(`.st-key-${place.dataset.click} input`);
    const area = point?.location ?? [point?.customdata].flat()[0];
    if (!area || !place.dataset.click) return;
    if (!field) return tries && setTimeout(clicked, 100, place, point, tries - 1);
    // React would not notice a value set in the plain way.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, `${area} ${Date.now()}`);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, bubbles: true }));
  };
  new MutationObserver(found).observe(document, { childList: true, subtree: true });
  const plotly = document.createElement("script");
  plotly.src = own.plotly;
  plotly.onload = () => draw();
  document.head.append(plotly);
  // On paper stands every chart, also one the reader has not waited for.
  addEventListener("beforeprint", () => draw(true));
})();
