"""Open data: one release turned into files that other tools read without the application.

Belongs here: the files, their description and their address. Does not belong here: Streamlit, any computation
of an indicator, any document made to be read by an élu (that is ``dashboard.documents``).
"""
