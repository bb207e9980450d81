// What only the drawn page knows: its title, what changed, what scrolls, which names of a map fit.
(() => {
  const SITE = document.title;
  const status = Object.assign(document.createElement("div"), { className: "bcs-hidden" });
  status.setAttribute("role", "status");
  let told = "";

  // Each view has a title of its own, in the window, the history and the bookmarks.
  const title = (heading, page) => {
    const parts = [heading, heading.includes(page) ? "" : page, SITE].filter(Boolean);
    if (document.title !== parts.join(" – ")) document.title = parts.join(" – ");
  };

  // A choice changes the page without loading it: a screen reader hears what the page now says.
  const announce = (heading) => {
    const parts = [".bcs-lead", "[class*=st-key-fiche_] :is(h2, h3)"].map((found) => document.querySelector(found)?.textContent);
    const said = [heading, ...parts].filter(Boolean).join(". ");
    if (said === told || document.querySelector("[data-stale=true]")) return;
    if (told) status.textContent = said;
    told = said;
  };

  // A table that fits is no stop of the keyboard; one that scrolls is, and its edge says that there is more.
  const scrolls = (frame) => {
    const wide = frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight;
    if (wide) frame.setAttribute("tabindex", "0");
    else frame.removeAttribute("tabindex");
    frame.classList.toggle("bcs-wide", frame.scrollWidth > frame.clientWidth);
  };
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => scrolls(entry.target)));
  const seen = new WeakSet();

  // Names are laid out for a wide screen: on a narrow one, those that would cover another or be cut go.
  const declutter = (map) => {
    const room = map.getBoundingClientRect();
    const kept = [];
    const names = [...map.querySelectorAll("text.annotation-text")];
    names.sort((one, other) => Boolean(other.querySelector("[style*=bold]")) - Boolean(one.querySelector("[style*=bold]")));
    for (const name of names) {
      const box = name.getBoundingClientRect();
      const free = box.left >= room.left - 1 && box.right <= room.right + 1 && kept.every((other) =>
        box.right < other.left || box.left > other.right || box.bottom - 4 < other.top || box.top + 4 > other.bottom);
      name.style.visibility = free ? "" : "hidden";
      if (free) kept.push(box);
    }
  };

  // A line the reader opened stays open where the page is drawn again: under a sheet, for another territory.
  const opened = new Set();
  const named = (fold) => fold.querySelector("h3[id]")?.id;
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.(".bcs-line") || target.getAttribute("open") === "print") return;
    if (target.open) opened.add(named(target));
    else opened.delete(named(target));
  }, true);
  const reopen = () => {
    if (!opened.size) return;
    for (const fold of document.querySelectorAll(".bcs-line:not([open])")) if (opened.has(named(fold))) fold.open = true;
  };

  // A finger on a map scrolls the page, and its touch is the click of the browser: Plotly, which would hold the page
  // and choose what the finger before touched, has it only where the reader asked to move the map.
  const finger = (event) => {
    const map = event.target.matches?.(".nsewdrag") && event.target.closest("[class*=st-key-cadre_carte]");
    if (map && !map.querySelector(".modebar-btn.active[data-val=pan]")) event.stopPropagation();
  };

  // What the shell page said first goes in the frame that shows the page itself; once there is another title, it has none.
  const relay = new MutationObserver(() => {
    const first = document.querySelector(".bcs-before");
    const drawn = first && document.querySelector("#root :is(h1, [data-testid=stAlert])");
    if (!drawn) return;
    const title = first.querySelector("h1");
    if (getComputedStyle(drawn).visibility === "visible") {
      first.remove();
      relay.disconnect();
    } else if (title && drawn.matches("h1")) {
      const same = document.createElement("div");
      same.append(...title.childNodes);
      same.className = `bcs-title ${title.className}`;
      same.setAttribute("role", "heading");
      same.setAttribute("aria-level", "1");
      title.replaceWith(same);
    }
  });
  relay.observe(document, { subtree: true, childList: true });

  // The links to the pages are a landmark, and the one of this page says so; returns its name.
  const navigation = () => {
    const links = document.querySelector(".st-key-navigation");
    links?.setAttribute("role", "navigation");
    links?.setAttribute("aria-label", "Pages du baromètre");
    let current = "";
    for (const link of links?.querySelectorAll("a") ?? []) {
      // Streamlit writes the first page as « ?… », which another tab would read as this page.
      const address = link.getAttribute("href");
      if (!address || address.startsWith("?")) link.setAttribute("href", `./${address}`);
      const here = link.pathname === location.pathname;
      if (here) {
        link.setAttribute("aria-current", "page");
        current = link.textContent.trim();
      } else link.removeAttribute("aria-current");
    }
    return current;
  };

  // What Streamlit calls its main content begins with our links to the pages: go to the title itself.
  const skip = (event) => {
    const heading = event.target.closest?.("[data-testid=stSkipToContent]") && document.querySelector("h1");
    if (!heading) return;
    event.preventDefault();
    event.stopPropagation();
    heading.tabIndex = -1;
    heading.focus();
  };

  // A bubble stands at the end of the document: the keyboard goes in, and comes back to its button.
  let opener = null;
  const bubble = () => {
    const open = document.querySelector("[data-testid=stPopoverBody]");
    if (open && !opener) {
      opener = document.querySelector("[data-testid=stPopoverButton][aria-expanded=true]") ?? document.activeElement;
      open.tabIndex = -1;
      open.focus();
    } else if (!open && opener) {
      if (document.activeElement === document.body) opener.focus();
      opener = null;
    }
  };
  const leave = (event) => {
    const open = event.target.closest?.("[data-testid=stPopoverBody]");
    if (!open || !opener || !["Tab", "Escape"].includes(event.key)) return;
    // Streamlit closes the bubble at Escape; at Tab it stays, one Escape away.
    setTimeout(() => {
      if (event.key === "Escape" || !open.contains(document.activeElement)) opener?.focus();
    });
  };

  // A choice may lay the page out again, and what had the focus is made anew: the keyboard stays on it, or on the link
  // of its line that closes what it opened.
  let held = null;
  const words = (field) => field.getAttribute("aria-label") || field.textContent.trim();
  const hold = ({ target }) => {
    const line = target.closest(".bcs-line");
    held = { target, path: location.pathname, tag: target.tagName, name: words(target), line: line && named(line) };
  };
  const regain = () => {
    if (!held?.name || held.target.isConnected || document.activeElement !== document.body) return;
    if (held.path !== location.pathname) return;
    const fields = [...document.querySelectorAll(`[data-testid=stMain] ${held.tag}`)];
    const among = (field) => held.line && field.closest(".bcs-line") && named(field.closest(".bcs-line")) === held.line;
    (fields.find((field) => words(field) === held.name) ?? fields.find(among))?.focus();
  };

  // The link of the view as it is shown, or a text; where the browser lets no page copy, it is shown to be copied by hand.
  const share = async (event) => {
    const button = event.target.closest?.(".bcs-copy-link, .bcs-copy-text");
    if (!button) return;
    const text = button.matches(".bcs-copy-text") && button.closest("details").querySelector("pre").textContent;
    const [said, done] = [button.textContent, text ? "Texte copié" : "Lien copié"];
    try {
      await navigator.clipboard.writeText(text || location.href);
      status.textContent = button.textContent = done;
      setTimeout(() => (button.textContent = said), 3000);
    } catch {
      window.prompt(text ? "Texte à copier :" : "Lien de cette vue, à copier :", text || location.href);
    }
  };

  // A link to a view of the dashboard changes the view in place, as Streamlit's own links do: loading all its
  // scripts again would take seconds. The arrows of the browser go from one to the other all the same.
  const follow = (event) => {
    const link = event.target.closest?.(".stHtml a[href]");
    if (!link || link.target || link.hash || link.hasAttribute("download")) return;
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const [folder, name] = [new URL(".", link.href).href, link.pathname.split("/").pop()];
    if (folder !== new URL(".", location.href).href || !["", ...__PAGES__].includes(name)) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    window.dispatchEvent(new PopStateEvent("popstate"));
    if (!link.matches(".bcs-inplace")) document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  };

  const settle = () => {
    bubble();
    regain();
    const page = navigation();
    const heading = document.querySelector("h1")?.textContent.trim();
    if (heading) {
      title(heading, page);
      announce(heading);
    }
    for (const frame of document.querySelectorAll(".bcs-scroll")) {
      if (seen.has(frame)) continue;
      seen.add(frame);
      sizes.observe(frame);
    }
    document.querySelectorAll("[class*=st-key-cadre_carte] .js-plotly-plot").forEach(declutter);
  };

  let waiting = 0;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(settle, 150);
  };
  document.addEventListener("DOMContentLoaded", () => document.body.append(status));
  new MutationObserver(reopen).observe(document, { subtree: true, childList: true });
  new MutationObserver(later).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-stale"] });
  window.addEventListener("resize", later);
  document.addEventListener("touchstart", finger, { capture: true, passive: true });
  document.addEventListener("click", skip, true);
  document.addEventListener("click", share);
  document.addEventListener("click", follow);
  document.addEventListener("keydown", leave, true);
  document.addEventListener("focusin", hold);
})();

// A chart has the width of the screen in points of its own: on paper it must shrink with its frame.
window.addEventListener("beforeprint", () => {
  // What is opened on demand on screen is all there on paper, and folded again afterwards.
  document.querySelectorAll(".stHtml details:not([open], .bcs-menu)").forEach((fold) => fold.setAttribute("open", "print"));
  for (const drawing of document.querySelectorAll(".js-plotly-plot .main-svg")) {
    const [width, height] = ["width", "height"].map((name) => parseFloat(drawing.getAttribute(name)));
    if (width > 0 && height > 0) drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
});
window.addEventListener("afterprint", () => {
  document.querySelectorAll('.stHtml details[open="print"]').forEach((fold) => fold.removeAttribute("open"));
  document.querySelectorAll(".js-plotly-plot .main-svg").forEach((drawing) => drawing.removeAttribute("viewBox"));
});
