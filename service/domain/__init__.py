"""What Tandem knows. Pure: no Flask, Celery, SQLAlchemy, network, randomness or clock."""
