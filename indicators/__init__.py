"""What the barometer measures: the declared indicators and the pure functions that compute them.

Belongs here: the declarations (``themes``, gathered in ``registry``), their model, the computation of values,
intervals, aggregates and comparisons from observations already read.

Does not belong here: reading a producer's file (``sources``), storing or publishing (``pipelines``),
showing (``dashboard``). Of the project, this package imports ``sources`` alone.
"""
