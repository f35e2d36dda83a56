"""Flask: webhooks, admin, health. A view reads a request, calls one flow, and answers."""
