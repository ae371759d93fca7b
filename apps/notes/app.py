"""Notes that two browsers may edit at once without losing words; behind an NGINX gateway that a ConfigMap configures."""

from infra.spec import RDS, App, ConfigFiles, MySql, Resources, Service

database = MySql("database", on=RDS)
backend = Service(
    "backend", uses=(database,), migrate=("python", "-m", "backend.migrate"), resources=Resources(memory_request=96)
)
frontend = Service("frontend")

app = App(
    name="notes",
    stores=(database,),
    services=(
        backend,
        frontend,
        Service(
            "gateway",
            uses=(backend, frontend),
            routes=("/",),
            files=(ConfigFiles("gateway-config", mount_path="/etc/nginx/gateway"),),
        ),
    ),
)
