"""What the tests run on: a real PostgreSQL, a real Redis, real processes and a real browser."""
