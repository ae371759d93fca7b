"""Messages that anyone may post, read and delete; kept in MySQL on RDS, outside the cluster."""

from infra.spec import RDS, App, MySql, Resources, Service

database = MySql("database", on=RDS)

app = App(
    name="messageboard",
    stores=(database,),
    services=(
        Service(
            "api",
            port=8080,
            uses=(database,),
            routes=("/api",),
            migrate=("python", "-m", "api.migrate"),
            resources=Resources(memory_request=96),
        ),
        Service("frontend", port=8080, routes=("/",)),
    ),
)
