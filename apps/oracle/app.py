"""A joke with a trained model: first name, name and age give a date of death. Its MySQL is a pod with a 2Gi claim."""

from infra.spec import POD, App, ConfigFiles, MySql, Resources, Service

mysql = MySql("mysql", on=POD, volume_gib=2)

app = App(
    name="oracle",
    stores=(mysql,),
    services=(
        Service(
            "backend",
            port=5000,
            uses=(mysql,),
            routes=("/api",),
            migrate=("python", "-m", "backend.migrate"),
            settings={"MYSQL_DATABASE": "oracle", "MODE": "production"},
            # The model's library takes most of it.
            resources=Resources(memory_request=128),
        ),
        # Where the browser finds the backend is a ConfigMap: the page is built once.
        Service(
            "frontend",
            port=3000,
            routes=("/",),
            files=(ConfigFiles("frontend-config", mount_path="/usr/share/nginx/html/config"),),
        ),
    ),
)
