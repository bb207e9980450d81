"""The dashboard: Streamlit pages, figures, maps and words on a published release.

Belongs here: how figures are shown and said. Does not belong here: any computation of an indicator, any
reading of a producer's file, Dagster.
"""
