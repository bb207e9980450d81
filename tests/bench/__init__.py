"""Benchmarks: what each computation costs, beside a reference timed in the same run.

Belongs here: measures to read. Does not belong here: any assertion on a time.
"""
