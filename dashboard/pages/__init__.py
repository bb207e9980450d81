"""The pages: each a script Streamlit runs, made of components. No figure is computed here."""
