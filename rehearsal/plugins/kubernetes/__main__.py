from pulumi.runtime.proto import provider_pb2_grpc

from rehearsal.plugins.kubernetes.provider import Provider
from rehearsal.plugins.serving import serve

serve(lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server))
