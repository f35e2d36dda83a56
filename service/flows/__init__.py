"""Use cases, one module each, with one transaction at its heart.

Flows fetch, call the domain, store what it decided, and announce work. They decide nothing.
"""
