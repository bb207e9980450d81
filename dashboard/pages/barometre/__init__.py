"""The screen « barometre »: its page and the pieces only it uses."""
