"""Running it: the Dagster graph, its checks, the files of a release, publication, the ``bcs`` command line.

Belongs here: when things are read, computed, verified and published, and where they are stored. Does not
belong here: how a producer's file is read (``sources``), what an indicator is worth (``indicators``), what a
person sees (``dashboard``).
"""
