"""Pieces of page made of answers and figures: a row, a sheet, a table, a header."""
