"""The embedded run: own PostgreSQL, simulated carrier, phone. Never part of production."""
