// Finding the way: the search (an ARIA 1.2 combobox; the server knows what fits), the place last
// seen (kept in this browser alone), and the map of the front page.
(() => {
  const search = document.currentScript.dataset.search;
  const LAST = "klyngeblik-place";
  const front = () => location.pathname === "/";
  const english = () => document.documentElement.lang === "en";
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const go = (address) => { if (!window.klyngeblikGo?.(new URL(address, location.origin))) location.href = address; };

  // The place last seen. A browser that keeps nothing has none.
  const last = () => { try { return JSON.parse(localStorage.getItem(LAST)); } catch { return null; } };
  const keep = (place) => { try { localStorage.setItem(LAST, JSON.stringify(place)); } catch { /* nothing is kept */ } };
  const placed = (href, { geo, area }) => {
    const address = new URL(href, location.origin);
    address.searchParams.set("geo", geo);
    address.searchParams.set("area", area);
    return address.pathname + address.search;
  };

  // ---- the search
  let asked = 0, left = null;
  const parts = (box) => [box.querySelector("input"), box.querySelector("[role=listbox]"), box.querySelector("[role=status]")];
  const close = (box) => {
    const [input, list, said] = parts(box);
    list.hidden = true;
    said.textContent = "";
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (box, at) => {
    const [input, list] = parts(box), options = [...list.children];
    if (!options.length) return;
    const now = (at + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", i === now));
    options[now].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[now].id);
  };
  const marked = (box) => [...parts(box)[1].children].findIndex((option) => option.getAttribute("aria-selected") === "true");
  const ask = async (box) => {
    const [input, list, said] = parts(box), typed = input.value, number = ++asked;
    if (!typed.trim()) return close(box);
    const { lang, demo } = box.dataset;
    const answer = await fetch(`${search}?${new URLSearchParams({ q: typed, lang, demo })}`).then((r) => (r.ok ? r.json() : null), () => null);
    if (number !== asked || !input.isConnected) return;
    if (!answer) { close(box); said.textContent = box.dataset.failed; return; }
    list.replaceChildren(...answer.found.map(({ label, note, ...changes }, i) => make("li", {
      id: `${list.id}-${i}`, role: "option", "aria-selected": "false", "data-changes": JSON.stringify(changes) },
      make("span", { class: "kb-found-name" }, label), " ", make("span", { class: "kb-found-note" }, note))));
    const count = answer.found.length;
    list.hidden = !count;
    input.setAttribute("aria-expanded", String(count > 0));
    input.removeAttribute("aria-activedescendant");
    said.textContent = answer.nothing || (count === 1 ? box.dataset.one : box.dataset.many.replace("{}", count));
    said.classList.toggle("kb-told", !answer.nothing);
    mark(box, 0);
    // Enter was faster than the answer.
    if (box.dataset.hurry && count) choose(box, list.firstChild);
    delete box.dataset.hurry;
  };
  const leave = () => {
    const heading = document.querySelector(".stMain h1");
    left = { heading, said: heading?.textContent };
  };
  const choose = (box, option) => {
    const { page, ...changes } = JSON.parse(option.dataset.changes);
    const query = new URLSearchParams(box.dataset.query), seen = front() ? last() : null;
    if (seen && !changes.area) { query.set("geo", seen.geo); query.set("area", seen.area); }
    for (const [name, value] of Object.entries(changes)) query.set(name, value);
    const to = page !== undefined ? `/${page}` : changes.indicator ? "/tal" : box.dataset.to;
    parts(box)[0].value = "";
    close(box);
    leave();
    go(`${to}?${query}`);
  };
  addEventListener("input", ({ target }) => {
    const box = target.closest?.(".kb-search");
    if (box) ask(box);
  });
  addEventListener("keydown", (event) => {
    const box = event.target.closest?.(".kb-search");
    if (!box) return;
    const [input, list] = parts(box), at = marked(box);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask(box);
      else mark(box, event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden) choose(box, list.children[Math.max(at, 0)]);
      else if (input.value.trim()) { box.dataset.hurry = "1"; ask(box); }
    } else if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      close(box);
    } else if (event.key === "Tab") close(box);
    // Streamlit has keys of its own.
    event.stopPropagation();
  }, true);
  addEventListener("pointerdown", (event) => {
    const option = event.target.closest?.(".kb-search [role=option]");
    if (option) event.preventDefault();
    for (const box of document.querySelectorAll(".kb-search")) if (!box.contains(event.target)) close(box);
    for (const list of document.querySelectorAll(".kb-many[open]")) if (!list.contains(event.target)) list.open = false;
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const list = event.target.closest?.(".kb-many[open]");
    if (list) { list.open = false; list.querySelector("summary").focus(); }
  });
  addEventListener("click", (event) => {
    const option = event.target.closest?.(".kb-search [role=option]");
    if (option) return choose(option.closest(".kb-search"), option);
    const area = event.target.closest?.(".kb-outline a");
    if (area && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      leave();
      go(area.getAttribute("href"));
    }
  });

  // ---- what comes onto the page
  const outline = async (place) => {
    const address = place.dataset.outline;
    place.removeAttribute("data-outline");
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return;
    const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    place.replaceChildren(document.importNode(drawing, true));
  };
  const lead = () => {
    const seen = last();
    for (const link of document.querySelectorAll("a[data-door], .kb-pages a")) {
      if (seen && link.getAttribute("href").includes("area=dk")) link.setAttribute("href", placed(link.getAttribute("href"), seen));
    }
    for (const line of document.querySelectorAll(".kb-last[hidden]")) {
      if (!seen?.name) continue;
      const link = line.querySelector("a");
      link.textContent = seen.name;
      link.setAttribute("href", placed(link.getAttribute("href"), seen));
      line.hidden = false;
    }
    for (const said of document.querySelectorAll("[data-door-for]")) {
      if (seen?.name) said.textContent = said.dataset.doorFor.replace("{}", seen.name);
    }
  };
  // What is on this page: under its name in the menu, which stays in sight; on a phone, where the
  // menu does not, on top of the page. It follows the reader.
  let listed = "";
  const headings = () => [...document.querySelectorAll(".stMain h2")].filter((h) => h.offsetParent && !h.closest(".kb-front, [role=dialog]"));
  const titled = (heading) => {
    const copy = heading.cloneNode(true);
    for (const mark of copy.querySelectorAll(".kb-demo, .kb-demo-word")) mark.remove();
    return copy.textContent.trim();
  };
  const contents = () => {
    const found = headings(), page = document.querySelector(".kb-pages a[aria-current=page]"), top = document.querySelector(".kb-top");
    const key = [location.pathname, ...found.map(titled)].join("|");
    if (key === listed && (!page || found.length < 3 || page.parentElement.querySelector(".kb-contents"))) return;
    listed = key;
    for (const old of document.querySelectorAll(".kb-contents, .kb-here")) old.remove();
    if (found.length < 3) return;
    const list = () => make("ul", { class: "kb-contents" }, ...found.map((heading, i) => make("li", {}, make("a", { href: `#${i}`, "data-to": i }, titled(heading)))));
    page?.after(list());
    if (top) top.append(make("details", { class: "kb-many kb-here" }, make("summary", {}, english() ? "On this page" : "På denne side"), list()));
    follow();
  };
  const follow = () => {
    const links = document.querySelectorAll(".stSidebar .kb-contents a");
    if (!links.length) return;
    const at = Math.max(headings().findLastIndex((heading) => heading.getBoundingClientRect().top < innerHeight / 3), 0);
    links.forEach((link, i) => (i === at ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  };
  addEventListener("click", (event) => {
    const link = event.target.closest?.(".kb-contents a");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    const heading = headings()[link.dataset.to];
    link.closest(".kb-many")?.removeAttribute("open");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.scrollIntoView();
    heading.focus({ preventScroll: true });
  }, true);
  let following = false;
  addEventListener("scroll", () => {
    if (following) return;
    following = true;
    requestAnimationFrame(() => { following = false; follow(); });
  }, true);
  // A list that is searched where it stands: what does not fit is out of sight.
  const sift = (input) => {
    const wanted = input.value.trim().toLowerCase().split(/\s+/);
    let count = 0;
    for (const one of document.querySelectorAll(input.dataset.sift)) {
      const said = one.textContent.toLowerCase(), fits = wanted.every((word) => said.includes(word));
      one.hidden = !fits;
      count += fits;
    }
    input.closest(".kb-sift").querySelector("[role=status]").textContent = input.dataset.said.replace("{}", count);
  };
  addEventListener("input", ({ target }) => { if (target.matches?.("[data-sift]")) sift(target); });
  const read = () => {
    if (document.querySelector('.stApp[data-test-script-state="notRunning"]')) contents();
    for (const place of document.querySelectorAll("[data-outline]")) outline(place);
    const here = document.querySelector(".kb-where[data-area]");
    if (front()) lead();
    else if (here) keep({ geo: here.dataset.geo, area: here.dataset.area, name: here.dataset.name });
    // Who chose a place goes on at the heading of what they chose.
    const done = document.querySelector('.stApp[data-test-script-state="notRunning"]');
    const heading = document.querySelector(".stMain h1");
    if (left && done && heading && (heading !== left.heading || heading.textContent !== left.said)) {
      left = null;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; read(); });
  };
  new MutationObserver(soon).observe(document, { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] });
})();
