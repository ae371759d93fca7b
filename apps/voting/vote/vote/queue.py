"""The queue of votes: a Redis stream, which the worker empties once it has written a vote down."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from vote.config import Config

STREAM = "votes"
PATIENCE_SECONDS = 2


def connect(config: Config) -> Redis:
    return Redis(
        host=config.redis_host,
        port=config.redis_port,
        username=config.redis_user,
        password=config.redis_password,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        # The client's own retries hold a thread for half a minute, and health checks wait for a thread.
        retry=Retry(NoBackoff(), 0),
        health_check_interval=30,
    )


def cast(redis: Redis, voter: str, choice: str) -> None:
    """The vote is on Redis's volume when this returns."""
    redis.xadd(STREAM, {"voter": voter, "choice": choice})
