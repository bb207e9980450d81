"""What is told, decided once for pages and documents: year and reference, sentences, absences, words.

Does not belong here: Streamlit, SQL.
"""
