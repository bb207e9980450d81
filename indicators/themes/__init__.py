"""One module per theme of the barometer, each with its tuple ``INDICATORS``.

Belongs here: what an indicator means, its formulas, its levels, its traps. Does not belong here: any
computation, any figure. The list of all indicators is ``indicators.registry.INDICATORS``.
"""
