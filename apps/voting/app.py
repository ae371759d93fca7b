"""Cats or dogs: votes go through a queue to a table, and every open page sees the result move."""

from infra.spec import App, Postgres, Redis, Resources, Service

redis = Redis("redis", volume_gib=1)
postgres = Postgres("postgres", volume_gib=2)

app = App(
    name="voting",
    stores=(redis, postgres),
    services=(
        Service("vote", uses=(redis,), routes=("/",), host="vote"),
        Service(
            "worker",
            uses=(redis, postgres),
            migrate=("java", "-cp", "/app/*", "slipway.voting.Migrate"),
            resources=Resources(memory_request=128, memory_limit=384),
        ),
        # Long polling needs the same pod for each of its requests.
        Service("result", uses=(postgres,), routes=("/",), host="result", sticky=True),
    ),
)
