"""Each person's own tasks: log in for a JWT, then list, add, change and delete; kept in a MySQL pod with a volume of its own."""

from infra.spec import POD, App, MySql, Service

database = MySql("database", on=POD, volume_gib=5)
migrate = ("node", "src/migrate.js")

app = App(
    name="todo",
    stores=(database,),
    services=(
        Service("connection-server", uses=(database,), routes=("/auth",), migrate=migrate, secrets=("JWT_KEY",)),
        Service("task-manager", uses=(database,), routes=("/tasks",), migrate=migrate, secrets=("JWT_KEY",)),
        Service("frontend", routes=("/",)),
    ),
)
