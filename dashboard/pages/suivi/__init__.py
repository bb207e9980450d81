"""The screen « fiche »: its page and the pieces only it uses."""
