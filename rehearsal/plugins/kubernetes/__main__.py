"""The process of the Kubernetes provider."""

import sys

from pulumi.runtime.proto import provider_pb2_grpc

from rehearsal.plugins.kubernetes.host import Host
from rehearsal.plugins.kubernetes.provider import Provider
from rehearsal.plugins.serving import serve

# The engine's address. Without one, warnings are not shown.
engine = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "")
serve(lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(Host(engine)), server))
