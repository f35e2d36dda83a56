"""The embedded run: an own PostgreSQL, a simulated carrier, a phone. Never imported in production."""
