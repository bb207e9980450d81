"""The screen « indicateur »: its page and the pieces only it uses."""
