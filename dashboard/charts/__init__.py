"""Pictures, each described once: figures and words in, a typed :class:`description.Picture` out.

A picture is panels side by side on one upright scale. A panel holds marks, from lowest to uppermost:
``Points`` (joined when they have a line: one mark for each run, so that a break is a gap), ``Segments``
(bands of a strip, intervals), ``Bars`` (floating with a base, with intervals), ``Area`` (outlines, or cells
of a grid as square rings; pale with ``Fill(opacity=…)``, hatched with a pattern), ``Rule``, ``Zone``,
``Words``, ``Touch``, ``Names`` (kept apart by ``names`` for the size each is drawn at). Named marks make the
legend; title, years, source and release come from ``About``.

- ``plotly.figure(picture)``: the screen, where it moves;
- ``blocks.strips(picture)(place)``: what it draws at one place as HTML, for a line of a page or a row of a
  table; its signs are cut from the outlines of ``signs``, which files draw;
- ``static.svg_file`` and ``png_file(picture, about, message)``: a 16:9 picture with legend and source;
  ``slide_file``: the same with its message and larger letters;
- ``static.panels(picture, wide, high)``: the picture alone, for the PDF, the Word file and the page of a
  document; ``raster.png``: any SVG as pixels.

To add a picture: a module with one function that returns a ``Picture`` (see ``trend``); nothing else knows
it; ``Measure`` gives its figures their scale and their reference. A map is ``Picture(equal=True)``, with an
``inset`` where it must say where it lies; twin maps or a pyramid are several panels, with a wall between them
where nothing may be joined. Does not belong here: Streamlit, queries, choices of what to show.
"""
