"""The proof by breaking things: no reply lost, no text doubled, none after a stop or at night.

``python -m tests.faults --help``. Real processes, a real PostgreSQL and Redis, and a carrier that
fails in every way a carrier can; afterwards the account compares what both sides remember.
"""
