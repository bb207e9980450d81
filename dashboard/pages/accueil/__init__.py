"""The screen « accueil »: its page and the pieces only it uses."""
