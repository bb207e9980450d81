"""The release, read: one connection, its rows as records, every SQL query on it.

Does not belong here: words, Streamlit widgets.
"""
