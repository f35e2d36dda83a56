"""Whether the broker answers. What it carries is of no concern here: it may be lost at any time."""

from __future__ import annotations

import redis

PATIENCE_SECONDS = 1.0


def answers(broker_url: str) -> bool:
    """Whether Redis at this address answers a ping within a second; the in-memory one always does.

    Another broker than Redis is judged by the heartbeat alone.
    """
    if not broker_url.startswith(("redis://", "rediss://", "unix://")):
        return True
    try:
        with redis.Redis.from_url(
            broker_url,
            socket_connect_timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
