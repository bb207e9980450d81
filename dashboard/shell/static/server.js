// Streamlit looks for its server below the address of the page first, and meets an error before it finds it: the
// server is beside the page.
if (__PAGES__.includes(location.pathname.split("/").pop())) {
  window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };
}
