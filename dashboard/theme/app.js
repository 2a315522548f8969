// What the server cannot do alone. Served from our own address; the page works without it, less well.
(() => {
  const words = document.currentScript.dataset;
  // The language of the page follows the link, also when Streamlit changes the address itself.
  const follow = () => {
    const lang = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "da";
    if (document.documentElement.lang !== lang) document.documentElement.lang = lang;
  };
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name].bind(history);
    history[name] = (...args) => { original(...args); shown = location.pathname; follow(); };
  }
  // Streamlit redraws on Back only when the page changes; a view on the same page is reloaded.
  let shown = location.pathname;
  addEventListener("popstate", () => {
    const same = shown === location.pathname;
    shown = location.pathname;
    follow();
    if (same) location.reload();
  });
  // The first stop of the keyboard is Streamlit's own link, with English words.
  addEventListener("focusin", (event) => {
    const said = words[document.documentElement.lang === "en" ? "skipEn" : "skipDa"];
    if (event.target.matches?.("a[href^='#'], button") && event.target.textContent === "Skip to main content")
      event.target.textContent = said;
  });
  // Streamlit writes the front page's link as "?…", which in a new tab would stay on this page.
  for (const kind of ["pointerover", "focusin"]) {
    addEventListener(kind, (event) => {
      const link = event.target.closest?.('[data-testid="stPageLink"] a[href^="?"]');
      if (link) link.setAttribute("href", "/" + link.getAttribute("href"));
    });
  }
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
  // On paper a chart is a picture of what the screen shows: plotly would draw it anew for a width
  // it measures before the sidebar is gone.
  addEventListener("beforeprint", () => {
    for (const plot of document.querySelectorAll(".js-plotly-plot")) {
      const box = plot.querySelector(".svg-container");
      if (!box) continue;
      const [width, height] = [box.clientWidth, box.clientHeight];
      const picture = document.createElement("div");
      picture.className = "kb-print";
      picture.style.aspectRatio = `${width} / ${height}`;
      picture.style.maxWidth = `${width}px`;
      for (const layer of box.querySelectorAll(".main-svg")) {
        const copy = layer.cloneNode(true);
        copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
        copy.removeAttribute("style");
        picture.append(copy);
      }
      plot.before(picture);
    }
  });
  addEventListener("afterprint", () => {
    for (const picture of document.querySelectorAll(".kb-print")) picture.remove();
  });
})();
