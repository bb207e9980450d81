"""The eleven parts of the document, each a function of the dossier of a commune."""
