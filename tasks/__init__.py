"""Celery: the app, its schedule, the nudges, and thin tasks that call one flow each."""
