"""Pictures as pure functions: numbers and words in, a Plotly dictionary or an SVG text out.

Belongs here: shapes, colours, scales. Does not belong here: Streamlit, queries, choices of what to show.
"""
