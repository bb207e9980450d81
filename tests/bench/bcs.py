"""``python -m tests.bench.bcs``: the command line, by the interpreter that measures it."""

from pipelines.cli import main

# Documents are written by processes of their own, which load this module again.
if __name__ == "__main__":
    main()
