"""PostgreSQL: models, queries by aggregate, encryption, migrations.

Every row belongs to a clinic, and every query about a family takes the clinic's id.
"""
