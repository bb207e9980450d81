"""The screen « donnees »: its page and the pieces only it uses."""
