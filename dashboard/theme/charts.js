// Draws the charts. The server says where a chart stands and what it holds; plotly draws it there.
// When the numbers change, the drawing is kept and changed: drawing anew takes three times as long.
// What the reader sees is drawn at once, what is near the window when the browser has time, and what
// is far from it when the reader comes near, or prints.
(() => {
  const own = document.currentScript.dataset;
  const { configs, templates, separators, world } = JSON.parse(own.charts);
  const NEW = ".kb-chart[data-chart]";
  // Drawings nobody sees any more are kept for those who come back, up to so many.
  const KEPT = 40;
  // How far from the window a chart is drawn, in windows.
  const NEAR = 0.25;
  // Milliseconds after which the browser may see to the reader before more is drawn.
  const PATIENCE = 60;
  const charts = new Map(), waiting = new Set();
  let scheduled = false;
  // Safari has no idle time to offer.
  const idle = window.requestIdleCallback ?? ((run) => setTimeout(run, 50));

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
    if (!places.size) return;
    // All are measured before any is drawn, which would have the page laid out once for each.
    const boxes = new Map([...places].map((place) => [place, place.getBoundingClientRect()]));
    for (const [place, box] of boxes) {
      const { name, chart: spec } = place.dataset;
      place.removeAttribute("data-chart");
      const chart = charts.get(name) ?? { plot: document.createElement("div") };
      charts.delete(name);
      charts.set(name, chart);
      if (chart.place) for (const watching of [sizes, sights]) watching.unobserve(chart.place);
      Object.assign(chart, { place, spec, width: 0, room: Math.floor(box.width), tall: box.height, ...sight(box) });
      outlines(spec);
      // Before the next frame: nothing blinks, nothing moves. Elsewhere nobody may meet old numbers.
      if (chart.seen) place.append(chart.plot);
      for (const watching of [sizes, sights]) watching.observe(place);
      waiting.add(chart);
    }
    forget();
    draw();
  };
  const sight = ({ top, bottom, width }) => ({
    seen: width > 0 && bottom > 0 && top < innerHeight,
    near: width > 0 && bottom > -NEAR * innerHeight && top < (1 + NEAR) * innerHeight,
  });
  // The outlines of a map are fetched also where it is not drawn yet, since no printer waits for
  // them. They are put where plotly puts them itself.
  const assets = window.PlotlyGeoAssets = { topojson: { world_110m: world } };
  const outlines = (spec) => {
    for (const [, address] of spec.matchAll(/"geojson":"([^"]+)"/g)) {
      if (assets[address]) continue;
      assets[address] = "pending";
      fetch(address).then((answer) => answer.json()).then((found) => { assets[address] = found; }, () => { delete assets[address]; });
    }
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
  const draw = (wanted = "seen") => {
    if (!window.Plotly) return;
    const until = performance.now() + PATIENCE;
    for (const chart of waiting) {
      if (chart.busy || !chart.room || !(wanted === "all" || chart[wanted])) continue;
      if (wanted !== "all" && performance.now() > until) break;
      waiting.delete(chart);
      put(chart);
    }
    const due = [...waiting].filter((chart) => chart.near && chart.room && !chart.busy);
    if (due.length) later(due.some((chart) => chart.seen));
  };
  const later = (seen) => {
    if (scheduled) return;
    scheduled = true;
    const go = (wanted) => { scheduled = false; draw(wanted); };
    if (seen) setTimeout(go, 0, "seen");
    else idle(() => go("near"), { timeout: 100 });
  };
  // Room for names beside a chart. plotly finds it too, by drawing the chart twice.
  const pen = document.createElement("canvas").getContext("2d");
  const spaced = (layout, { font, yaxis: { tickfont, ticklabelstandoff } }) => {
    for (const [name, axis] of Object.entries(layout)) {
      if (!name.startsWith("yaxis") || !axis.ticktext?.length || axis.visible === false) continue;
      const size = axis.tickfont?.size ?? tickfont.size;
      const widths = axis.ticktext.flatMap((text) => {
        pen.font = `${text.includes("<b>") ? "bold " : ""}${size}px ${font.family}`;
        return text.split("<br>").map((line) => pen.measureText(line.replace(/<[^>]*>/g, "")).width);
      });
      const side = axis.side === "right" ? "r" : "l";
      layout.margin[side] += Math.ceil(Math.max(...widths)) + ticklabelstandoff;
      axis.automargin = false;
    }
  };
  const put = (chart) => {
    const { place, plot, room, tall } = chart, { lang, look } = place.dataset;
    const { data, layout } = JSON.parse(chart.spec);
    // plotly gives names half the width at most; on the narrowest phones they would be cut.
    if (room < 300) {
      for (const name of ["xaxis", "yaxis"]) layout[name] = { ...layout[name], tickfont: { ...layout[name]?.tickfont, size: room < 270 ? 10.5 : 12 } };
      for (const note of layout.annotations ?? []) note.font = { ...note.font, size: Math.min(note.font?.size ?? 12, 12) };
      for (const trace of data) if (trace.mode === "text") trace.textfont.size = 11;
    }
    for (const trace of data) if (trace.meta?.room > 1.1 * room) trace.visible = false;
    if (layout.geo && chart.zoom) zoomed(layout, chart.zoom);
    spaced(layout, templates[look].layout);
    // A map is lower on a phone, where it is narrower.
    if (tall) layout.height = Math.min(layout.height, tall);
    Object.assign(layout, { width: room, template: templates[look], separators: separators[lang] });
    Object.assign(chart, { width: room, busy: true });
    if (plot.parentElement !== place) place.append(plot);
    const drawn = Plotly.react(plot, data, layout, configs[lang]);
    // At once: a map can be clicked before all of it is there.
    if (!chart.listens) plot.on("plotly_click", (event) => clicked(chart.place, event.points[0]));
    if (!chart.listens) plot.on("plotly_relayout", () => { if (chart.zoom) chart.zoom = view(chart); });
    chart.listens = true;
    drawn.finally(() => {
      chart.busy = false;
      if (waiting.has(chart)) later(chart.seen);
    });
  };
  // A map is made larger by buttons and then moved by mouse, finger or arrow keys. The wheel goes on
  // moving the page. What was enlarged stays so when the numbers change.
  const zoomed = (layout, { scale, lon, lat }) => {
    Object.assign(layout.geo, { center: { lon, lat }, projection: { ...layout.geo.projection, scale } });
    layout.dragmode = scale > 1 ? "pan" : false;
  };
  const view = ({ plot }) => {
    const { projection, center } = plot._fullLayout.geo;
    return { scale: projection.scale, lon: center.lon, lat: center.lat };
  };
  const move = (chart, change) => {
    const now = view(chart), { lonaxis, lataxis } = chart.plot.layout.geo;
    const middle = ([low, high]) => (low + high) / 2;
    const next = change(now, (lonaxis.range[1] - lonaxis.range[0]) / now.scale);
    const scale = Math.min(Math.max(next.scale, 1), 12);
    chart.zoom = scale > 1 ? { ...next, scale } : { scale: 1, lon: middle(lonaxis.range), lat: middle(lataxis.range) };
    Plotly.relayout(chart.plot, { "geo.projection.scale": scale, "geo.center.lon": chart.zoom.lon, "geo.center.lat": chart.zoom.lat, dragmode: scale > 1 ? "pan" : false });
    chart.place.classList.toggle("kb-zoomed", scale > 1);
  };
  const mapOf = (target) => {
    const group = target.closest?.(".kb-zoom");
    return group && charts.get(group.parentElement.querySelector(".kb-chart")?.dataset.name);
  };
  addEventListener("click", ({ target }) => {
    const way = target.dataset?.zoom, chart = way && mapOf(target);
    if (chart?.plot._fullLayout) move(chart, (now) => ({ ...now, scale: now.scale * way }));
  });
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  addEventListener("keydown", (event) => {
    const chart = STEPS[event.key] && mapOf(event.target);
    if (!chart?.plot._fullLayout) return;
    event.preventDefault();
    const [east, north] = STEPS[event.key];
    move(chart, (now, wide) => ({ ...now, lon: now.lon + 0.2 * wide * east, lat: now.lat + 0.1 * wide * north }));
  });
  const told = (entries, tell) => {
    for (const entry of entries) {
      const chart = charts.get(entry.target.dataset.name);
      if (chart?.place === entry.target) tell(chart, entry);
    }
    draw();
  };
  // Without a width a chart is folded away; it is drawn when it gets one.
  const sizes = new ResizeObserver((entries) => told(entries, (chart, { contentRect }) => {
    Object.assign(chart, { room: Math.floor(contentRect.width), tall: contentRect.height });
    if (chart.room !== chart.width) waiting.add(chart);
  }));
  const around = `${100 * NEAR}% 0px`;
  const sights = new IntersectionObserver((entries) => told(entries, (chart, { boundingClientRect, isIntersecting }) => {
    // The browser decides what is near: it does not tell again, so a chart right on the edge that we
    // called far would never be drawn.
    const seen = sight(boundingClientRect);
    Object.assign(chart, seen, { near: seen.near || isIntersecting });
  }), { rootMargin: around, scrollMargin: around });
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
  addEventListener("beforeprint", () => draw("all"));
})();
