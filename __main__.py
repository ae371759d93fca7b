"""Slipway: settings -> providers -> components -> exports. What each part is given: `infra/wiring.py`."""

import pulumi

from infra import application, contexts, environment, providers, wiring
from infra.aws.alarms import Alarms
from infra.aws.cluster import Cluster
from infra.aws.database import Database
from infra.aws.keys import Keys
from infra.aws.load_balancer import LoadBalancer
from infra.aws.network import Network
from infra.aws.registry import Registry
from infra.kubernetes.nodes import Nodes
from infra.kubernetes.storage import Storage

stack = environment.load(pulumi.Config)
on_aws, account = providers.aws(stack)

keys = Keys("keys", wiring.keys(stack, account), on_aws)
network = Network("network", wiring.network(stack, account, keys), on_aws)
contexts.normalize_modes(application.image_contexts(stack.apps).values())
registry = Registry("images", wiring.registry(stack, keys), on_aws)
cluster = Cluster("cluster", wiring.cluster(stack, account, keys, network), on_aws)
database = Database("database", wiring.database(stack, account, keys, network, cluster), on_aws)
load_balancer = LoadBalancer("balancer", wiring.load_balancer(stack, network, cluster), on_aws)
if stack.settings.alarm_email:
    Alarms("alarms", wiring.alarms(stack, stack.settings.alarm_email, database, load_balancer), on_aws)

on_kubernetes = providers.kubernetes(cluster, network)
nodes = Nodes("nodes", wiring.nodes(stack, account, cluster), on_kubernetes)
storage = Storage("storage", on_kubernetes)

parts = wiring.Parts(
    network=network,
    registry=registry,
    cluster=cluster,
    database=database,
    load_balancer=load_balancer,
    nodes=nodes,
    storage=storage,
)
application.deploy(stack.apps, stack.secrets, wiring.platform(stack, parts, on_kubernetes))

for name, value in vars(wiring.outputs(parts)).items():
    pulumi.export(name, value)
