"""What pages and documents both say, decided once: year and reference, sentences, absences, words.

Does not belong here: Streamlit, SQL.
"""
