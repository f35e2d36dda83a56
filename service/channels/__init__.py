"""The outside world: carriers and mail. Each provider's faults become typed errors here."""
