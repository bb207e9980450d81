"""Downloading the producers' files, politely, into the content-addressed store.

Belongs here: addresses, HTTP, the checks a file must pass to be kept. Does not belong here: keeping it
(``sources.store``), reading it (``sources.readers``).
"""

from sources.fetching.download import Progress
from sources.fetching.manners import Manners
from sources.fetching.run import OUTCOMES, Fetched, Outcome, fetch
from sources.fetching.targets import Target

__all__ = ["OUTCOMES", "Fetched", "Manners", "Outcome", "Progress", "Target", "fetch"]
