"""What producers publish and how to read it.

Belongs here: the catalogue (one YAML per dataset), its model, the layout readers, the embedded extracts, the
territory of reference. Does not belong here: computing an indicator (``indicators``), running or storing
(``pipelines``), showing (``dashboard``). This package imports none of the others.
"""
