// Names that Streamlit gives to its own buttons and that no option translates: read aloud, shown in a bubble.
(() => {
  const FRENCH = {
    "Copy to clipboard": "Copier le texte",
    "Copied": "Texte copié",
    "Skip to main content": "Aller au contenu",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "Clear value": "Effacer le choix",
    "Clear all": "Tout effacer",
    "open": "ouvrir",
    "Close": "Fermer",
    "No results": "Aucun résultat",
  };
  const put = (element) => {
    for (const name of ["aria-label", "title"]) {
      const french = FRENCH[element.getAttribute(name)];
      if (french) element.setAttribute(name, french);
    }
    const only = element.childNodes.length === 1 ? element.firstChild : null;
    if (only && only.nodeType === Node.TEXT_NODE && FRENCH[only.data] && element.closest("[role=tooltip], a[href^='#'], button")) {
      only.data = FRENCH[only.data];
    }
  };
  const both = (root) => {
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    put(root);
    root.querySelectorAll("[aria-label], [title], [role=tooltip] *, a[href^='#'], button *").forEach(put);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") put(change.target);
      else change.addedNodes.forEach(both);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label", "title"] });
})();

// A chart has the width of the screen in points of its own: on paper it must shrink with its frame.
window.addEventListener("beforeprint", () => {
  for (const drawing of document.querySelectorAll(".js-plotly-plot .main-svg")) {
    const [width, height] = ["width", "height"].map((name) => parseFloat(drawing.getAttribute(name)));
    if (width > 0 && height > 0) drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
});
window.addEventListener("afterprint", () => {
  document.querySelectorAll(".js-plotly-plot .main-svg").forEach((drawing) => drawing.removeAttribute("viewBox"));
});
