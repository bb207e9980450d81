"""The pages: each a script Streamlit runs, made of shared widgets and of the pieces of its own folder."""
