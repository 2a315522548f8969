// What the server cannot do alone. Served from our own address; the page works without it, less well.
(() => {
  const [words, paper, pages, updated, newer] = ["words", "paper", "pages", "updated", "newer"].map((name) => JSON.parse(document.currentScript.dataset[name]));
  const edition = document.currentScript.dataset.edition;
  // The language of the page follows the link, also when Streamlit changes the address itself.
  const follow = () => {
    const lang = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "da";
    if (document.documentElement.lang !== lang) document.documentElement.lang = lang;
  };
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name].bind(history);
    history[name] = (...args) => { original(...args); follow(); };
  }
  addEventListener("popstate", follow);
  // Streamlit's own words are English. They are changed where they stand, so that it can go on
  // changing them itself, and again when the reader chooses another language.
  const SPEAKING = "[role=dialog] *, [role=listbox], [role=listbox] *, [data-baseweb=popover] *, a[href^='#'], button";
  const vocabulary = Object.fromEntries(["da", "en"].map((lang, at) => {
    const exact = new Map(), open = [];
    for (const [streamlits, ...ours] of words) for (const old of [streamlits, ...ours]) {
      const now = ours[at];
      if (old === now) continue;
      const [before, after] = old.split("{}");
      if (after === undefined) exact.set(old, now);
      else open.push([new RegExp(`^${before}(.*)${after}$`), now.replace("{}", "$1")]);
    }
    return [lang, [exact, open]];
  }));
  const NAMED = ["aria-label", "placeholder", "title"], NAMES = NAMED.map((name) => `[${name}]`).join();
  const within = (root, wanted) => [...(root.matches?.(wanted) ? [root] : []), ...root.querySelectorAll(wanted)];
  const translate = (root) => {
    const [exact, open] = vocabulary[document.documentElement.lang === "en" ? "en" : "da"];
    const said = (text) => {
      if (exact.has(text)) return exact.get(text);
      for (const [pattern, ours] of open) if (pattern.test(text)) return text.replace(pattern, ours);
      return text;
    };
    for (const element of within(root, NAMES)) {
      for (const name of NAMED) {
        const old = element.getAttribute(name), ours = old && said(old);
        if (ours !== old) element.setAttribute(name, ours);
      }
    }
    for (const element of within(root, SPEAKING)) {
      for (const node of element.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        const ours = said(node.nodeValue);
        if (ours !== node.nodeValue) node.nodeValue = ours;
      }
    }
  };
  // Who does not see the page change hears that it has.
  const told = document.createElement("p");
  told.className = "kb-told";
  told.setAttribute("role", "status");
  let opened = false;
  new MutationObserver(([{ target }]) => {
    document.body.append(told);
    const done = target.dataset.testScriptState === "notRunning";
    told.textContent = done && opened ? updated[document.documentElement.lang].replace("{}", document.title) : "";
    opened ||= done;
  }).observe(document, { subtree: true, attributeFilter: ["data-test-script-state"] });
  // A page that has been open for long may show yesterday's figures: it asks now and then, and when
  // the reader comes back to it, and offers the new ones. Nothing changes under a reader's eyes.
  const offer = document.createElement("p");
  offer.className = "kb-newer";
  offer.setAttribute("role", "status");
  const shown = () => document.querySelector(".kb-footer")?.dataset.edition;
  const ask = async () => {
    if (document.hidden || !shown()) return;
    const answer = await fetch(edition, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || (await answer.text()) === shown()) return offer.replaceChildren();
    const [what, how] = newer[document.documentElement.lang === "en" ? "en" : "da"];
    const button = document.createElement("button");
    button.textContent = how;
    button.addEventListener("click", () => location.reload());
    offer.dataset.instead = shown();
    (document.querySelector(".stApp") ?? document.body).append(offer);
    offer.replaceChildren(what + " ", button);
  };
  setInterval(ask, 300_000);
  addEventListener("visibilitychange", ask);
  addEventListener("focus", ask);
  // What a reader has folded or unfolded stays so when the page is drawn anew.
  const phone = matchMedia("(max-width: 640px)");
  const chosen = new Map();
  const FOLDS = "details:is(.kb-more, .kb-fold)";
  const nameOf = (fold) => fold.dataset.fold ?? fold.closest(".kb-frame")?.dataset.frame;
  addEventListener("click", (event) => {
    const fold = event.target.closest?.("summary")?.parentElement;
    if (fold?.matches(FOLDS)) chosen.set(nameOf(fold), !fold.open);
  });
  addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches?.("details.kb-more")) fill(event.target);
  }, true);
  const fill = (fold) => {
    if (!fold.dataset.folded) return;
    fold.insertAdjacentHTML("beforeend", fold.dataset.folded);
    fold.removeAttribute("data-folded");
  };
  // What lies under a chart is folded everywhere, what is secondary as components/fold.py says.
  const unfold = (root) => {
    for (const fold of within(root, FOLDS)) {
      const open = chosen.get(nameOf(fold));
      const folds = phone.matches || fold.matches(".kb-fold-wide");
      if (fold.matches(".kb-fold")) fold.open = !folds || (open ?? "first" in fold.dataset);
      else if (open) { fill(fold); fold.open = true; }
    }
  };
  phone.addEventListener("change", () => unfold(document));
  addEventListener("beforeprint", () => {
    // A chart nobody has seen is not there to be printed.
    for (const fold of document.querySelectorAll("details.kb-fold:not(:has(.kb-chart:empty))")) fold.open = true;
  });
  addEventListener("afterprint", () => unfold(document));
  // Cards (app.css) are drawn as blocks; to a screen reader they stay a table.
  const PARTS = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
  const tables = (root) => {
    for (const table of within(root, "table[data-cards]:not([role])")) {
      for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
        const heads = part.scope === "row" ? "rowheader" : "columnheader";
        part.setAttribute("role", PARTS[part.localName] ?? heads);
      }
    }
  };
  // Only what is new is looked at, and nothing inside a chart: plotly makes thousands of elements.
  const changed = ({ type, attributeName, target, addedNodes }) => {
    if (type === "attributes") return [attributeName === "lang" ? document : target];
    if (type === "characterData") return [target.parentElement ?? target];
    if (target instanceof SVGElement) return [];
    return [...addedNodes].map((node) => node.nodeType === Node.TEXT_NODE ? target : node);
  };
  const fresh = new Set();
  const read = () => {
    for (const root of fresh) { translate(root); tables(root); unfold(root); }
    if (offer.firstChild && offer.dataset.instead !== shown()) offer.replaceChildren();
    fresh.clear();
    refocus();
  };
  new MutationObserver((records) => {
    const waiting = fresh.size;
    for (const record of records) {
      for (const node of changed(record)) if (node.querySelectorAll) fresh.add(node);
    }
    if (fresh.size && !waiting) requestAnimationFrame(read);
  }).observe(document, { childList: true, characterData: true, subtree: true, attributeFilter: ["aria-label", "placeholder", "lang"] });
  // A link to a page of ours is followed as Back is: without loading everything again. Without a
  // connection it is loaded.
  let followed = null;
  const go = window.klyngeblikGo = ({ href, pathname }) => {
    if (!pages.includes(pathname) || document.querySelector(".stApp")?.dataset.testConnectionState !== "CONNECTED") return false;
    history.pushState(null, "", href);
    dispatchEvent(new PopStateEvent("popstate"));
    document.querySelector(".stMain").scrollTo(0, 0);
    return true;
  };
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]:not(.kb-permalink a)");
    if (!link || link.hash || event.button || link.origin !== location.origin || !pages.includes(link.pathname)) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (!go(link)) return;
    event.preventDefault();
    followed = link.closest(".kb-pages") && !phone.matches ? link.pathname : null;
    // On a phone the list of pages covers the one chosen.
    if (phone.matches) link.closest(".stSidebar")?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  });
  // The links are written anew; who came with the keyboard goes on from where they were.
  const refocus = () => {
    if (!followed || document.activeElement !== document.body) return;
    document.querySelector(`.kb-pages a[href^="${followed}?"]`)?.focus();
    followed = null;
  };
  // "Link to this view" copies its own address; without clipboard rights it stays a plain link.
  addEventListener("click", (event) => {
    const link = event.target.closest?.(".kb-permalink a");
    if (!link || event.metaKey || event.ctrlKey || !navigator.clipboard) return;
    event.preventDefault();
    navigator.clipboard.writeText(link.href).then(() => {
      const said = document.createElement("span");
      said.setAttribute("role", "status");
      said.textContent = " " + link.dataset.copied;
      link.parentElement.querySelector("[role=status]")?.remove();
      link.parentElement.append(said);
    }, () => { location.href = link.href; });
  });
  // What is folded under a chart: its table as CSV, and pictures that carry title and source.
  addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-save]");
    if (!button) return;
    const frame = button.closest(".kb-frame, .kb-saved");
    const name = `${frame.dataset.file}.${button.dataset.save}`;
    if (button.dataset.save === "csv") return save(new Blob([csv(frame)], { type: "text/csv" }), name);
    const drawing = picture(frame);
    if (drawing) (button.dataset.save === "svg" ? vector : raster)(drawing, name);
  });
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  const said = (element) => element?.innerText.replace(/\s+/g, " ").trim() ?? "";
  // As a Danish Excel opens it right: semicolons, decimal comma, byte order mark.
  const csv = (frame) => {
    const danish = document.documentElement.lang !== "en";
    const cell = (element) => {
      const text = element.dataset.v ? (danish ? element.dataset.v.replace(".", ",") : element.dataset.v)
        : element.textContent.replaceAll("\u00a0", " ");
      // A text that begins like a formula would be one in a spreadsheet.
      const safe = !element.dataset.v && /^[=+\-@]/.test(text) ? `'${text}` : text;
      return safe.includes(danish ? ";" : ",") || /["\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    const rows = [...frame.querySelectorAll("table tr")].map((row) => [...row.cells].map(cell).join(danish ? ";" : ","));
    const about = frame.matches(".kb-saved") ? "caption" : ".kb-title, .kb-subtitle, .kb-source";
    const notes = [...[...frame.querySelectorAll(about)].map(said), ...frame.dataset.notes.split("\n")];
    const quoted = notes.filter(Boolean).map((note) => `"${note.replaceAll('"', '""')}"`);
    return "\ufeff" + [...rows, ...quoted].join("\r\n") + "\r\n";
  };
  const made = (tag, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    return element;
  };
  // The layers plotly draws, as one picture of their own.
  const layers = (plot) => [...plot.querySelectorAll(".svg-container .main-svg")].map((layer) => {
    const copy = layer.cloneNode(true);
    copy.removeAttribute("style");
    for (const image of copy.querySelectorAll(".hm image")) image.replaceWith(...cells(image, plot));
    return copy;
  });
  // plotly draws a heat map as pixels: no paper's colours for them, and blurred when made larger.
  // In a picture its cells are shapes: all of one size, the first row on top.
  const cells = (image, { data }) => {
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => +image.getAttribute(name));
    const { z, colorscale, zmin, zmax, xgap, ygap } = data.find((trace) => trace.type === "heatmap");
    const [wide, high] = [width / z[0].length, height / z.length];
    const fill = (value) => colorscale.findLast(([edge]) => edge <= (value - zmin) / (zmax - zmin))[1];
    return z.flatMap((row, down) => row.map((value, across) => made("rect", { fill: fill(value),
      x: x + across * wide + xgap / 2, y: y + down * high + ygap / 2, width: wide - xgap, height: high - ygap })));
  };
  const picture = (frame) => {
    const plot = frame.querySelector(".js-plotly-plot"), box = plot?.querySelector(".svg-container");
    if (!box) return null;
    const style = getComputedStyle(document.querySelector(".stApp"));
    const [width, height] = [box.clientWidth, box.clientHeight], edge = 16;
    const pen = document.createElement("canvas").getContext("2d"), texts = [];
    let at = edge;
    const write = (element, size, weight) => {
      if (!element) return;
      pen.font = `${weight} ${size}px ${style.fontFamily}`;
      let line = "";
      const put = () => { if (line) texts.push(made("text", { x: edge, y: (at += size * 1.35), "font-size": size, "font-weight": weight }, line)); };
      for (const word of said(element).split(" ")) {
        const longer = line ? `${line} ${word}` : word;
        if (pen.measureText(longer).width > width && line) { put(); line = word; } else line = longer;
      }
      put();
    };
    const title = frame.querySelector(".kb-title").cloneNode(true), badge = title.querySelector(".kb-demo");
    badge?.remove();
    write(title, 20, 650);
    write(badge, 15, 700);
    write(frame.querySelector(".kb-subtitle"), 15, 400);
    const drawn = layers(plot), top = (at += 10);
    for (const layer of drawn) {
      const place = { x: edge, y: top, width, height };
      for (const [key, value] of Object.entries(place)) layer.setAttribute(key, value);
    }
    at += height + 4;
    for (const source of frame.querySelectorAll(".kb-source")) write(source, 13, 400);
    write(document.querySelector(".kb-name"), 13, 400);
    const size = { width: width + 2 * edge, height: at + edge };
    const svg = made("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${size.width} ${size.height}`, ...size,
      "font-family": style.fontFamily, fill: style.color });
    svg.append(made("rect", { width: "100%", height: "100%", fill: style.backgroundColor }), ...texts, ...drawn);
    return svg;
  };
  const written = (svg) => new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
  const vector = (svg, name) => save(written(svg), name);
  const raster = (svg, name) => {
    const image = new Image(), address = URL.createObjectURL(written(svg));
    image.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, name), "image/png");
      URL.revokeObjectURL(address);
    };
    image.src = address;
  };
  // On paper a chart is a picture of what the screen shows: plotly would draw it anew for a width
  // it measures before the sidebar is gone. What is drawn on dark gets the colours of white paper.
  const INK = /#[0-9a-f]{6}\b|rgb\((\d+), (\d+), (\d+)\)/gi;
  const inked = (layer) => {
    const hex = (all, ...rgb) => rgb[0] ? `#${rgb.slice(0, 3).map((v) => (+v).toString(16).padStart(2, "0")).join("")}` : all.toLowerCase();
    for (const element of layer.querySelectorAll("[style], [fill], [stroke]")) {
      for (const name of ["style", "fill", "stroke"]) {
        const old = element.getAttribute(name);
        if (old) element.setAttribute(name, old.replace(INK, (...found) => paper[hex(...found)] ?? found[0]));
      }
    }
  };
  addEventListener("beforeprint", () => {
    for (const plot of document.querySelectorAll(".js-plotly-plot")) {
      const box = plot.querySelector(".svg-container");
      if (!box) continue;
      const [width, height] = [box.clientWidth, box.clientHeight];
      const picture = document.createElement("div");
      picture.className = "kb-print";
      picture.style.aspectRatio = `${width} / ${height}`;
      picture.style.maxWidth = `${width}px`;
      // What the chart was drawn for, not what the page is now: that may be paper already.
      const dark = plot.closest(".kb-chart").dataset.look === "dark";
      for (const layer of layers(plot)) {
        layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
        if (dark) inked(layer);
        picture.append(layer);
      }
      plot.before(picture);
    }
  });
  addEventListener("afterprint", () => {
    for (const picture of document.querySelectorAll(".kb-print")) picture.remove();
  });
})();
