"""The release, read: one connection, its rows as records, every SQL question asked of it.

Does not belong here: words, Streamlit widgets.
"""
