// What Streamlit itself says in English, and that no option translates: read aloud, shown in a bubble or in a list.
(() => {
  const FRENCH = {
    "Copy to clipboard": "Copier le texte",
    "Copied": "Texte copié",
    "Skip to main content": "Aller au contenu",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "Clear value": "Effacer le choix",
    "Clear all": "Tout effacer",
    "Open": "Ouvrir la liste",
    "open": "ouvrir",
    "Close": "Fermer",
    "No results": "Aucun résultat",
    "Show suggestions": "Ouvrir la liste",
    "Suggestions": "Propositions",
    "Selectbox options": "Choix proposés",
    "Multiselect options": "Choix proposés",
    "Selected values": "Choix retenus",
    "Download failed": "Le téléchargement a échoué",
    "Network issue": "Connexion perdue",
    "Connection error": "Connexion perdue",
    "Connection lost. Please wait for the app to reconnect, then try again.": "Connexion perdue. Attendez son retour, puis recommencez.",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:": "Le serveur du baromètre ne répond plus. S’il a été arrêté, relancez-le :",
    "Streamlit server is not responding. Are you connected to the internet?": "Le serveur du baromètre ne répond pas. L’ordinateur est-il connecté au réseau\u00a0?",
    "streamlit run yourscript.py": "bcs ouvrir",
    "Reconnected to server.": "Connexion rétablie.",
    "Please wait...": "Veuillez patienter…",
    "Press Enter to apply": "Entrée pour valider",
  };
  const PATTERNS = [
    [/^(\d+) options? available\.$/, (_, count) => `${count} choix possible${count > 1 ? "s" : ""}.`],
    [/^(Fullscreen|Close fullscreen): (.+)$/, (_, button, shown) => `${FRENCH[button]}\u00a0: ${shown}`],
    [/^(.+), selected$/, (_, option) => `${option}, choisi`],
    [/^Remove (.+)$/, (_, option) => `Retirer ${option}`],
    [/^(.+) removed\.?$/, (_, option) => `${option}, retiré`],
  ];
  // « data-title » is the bubble of a button of a map.
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "aria-description", "data-title"];
  // Only where Streamlit speaks: the texts of the barometer are never looked at.
  const SPOKEN = "[role=tooltip], [role=log], [role=dialog], [role=alert], [role=option], button, a[href^='#'], [data-testid=InputInstructions]";
  const french = (words) => {
    if (Object.hasOwn(FRENCH, words)) return FRENCH[words];
    for (const [pattern, said] of PATTERNS) if (pattern.test(words)) return words.replace(pattern, said);
    return null;
  };
  const named = (element) => {
    for (const name of ATTRIBUTES) {
      const said = element.hasAttribute(name) ? french(element.getAttribute(name).trim()) : null;
      if (said) element.setAttribute(name, said);
    }
  };
  const spoken = (node) => {
    const said = node.parentElement?.closest(SPOKEN) ? french(node.data.trim()) : null;
    if (said) node.data = said;
  };
  const whole = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return spoken(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.classList.contains("stHtml")) return;
    named(root);
    root.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join()).forEach(named);
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) spoken(texts.currentNode);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") named(change.target);
      else if (change.type === "characterData") spoken(change.target);
      else change.addedNodes.forEach(whole);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
})();
