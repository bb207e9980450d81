"""``python -m tests.bench.bcs``: the command line, by the interpreter that measures it."""

from pipelines.cli import main

main()
