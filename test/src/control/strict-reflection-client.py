"""A strict reflection client: it knows nothing of the API but what the running server tells it.

Arguments: the server's address, the version of the reflection protocol (v1 or v1alpha), and a descriptor set of
that protocol. It builds a descriptor pool out of the answers (protobuf's own pool, which refuses descriptors that
protoc would not have made), then reads PLAYOUT_API_VERSION and calls GetVersion with nothing but that pool.
Prints one line of JSON.
"""
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, version, descriptor_set = sys.argv[1:]


def message_class(pool, name):
    described = pool.FindMessageTypeByName(name)
    if hasattr(message_factory, 'GetMessageClass'):
        return message_factory.GetMessageClass(described)
    return message_factory.MessageFactory(pool).GetPrototype(described)


protocol = descriptor_pool.DescriptorPool()
files = descriptor_pb2.FileDescriptorSet()
with open(descriptor_set, 'rb') as file:
    files.ParseFromString(file.read())
for each in files.file:
    protocol.AddSerializedFile(each.SerializeToString())

package = f'grpc.reflection.{version}'
Request = message_class(protocol, f'{package}.ServerReflectionRequest')
Response = message_class(protocol, f'{package}.ServerReflectionResponse')
Bytes = descriptor_pb2.FileDescriptorProto

channel = grpc.insecure_channel(address, options=[('grpc.enable_http_proxy', 0)])
reflect = channel.stream_stream(
    f'/{package}.ServerReflection/ServerReflectionInfo',
    request_serializer=Request.SerializeToString,
    response_deserializer=Response.FromString,
)


def ask(**question):
    (answer,) = reflect(iter([Request(**question)]), timeout=20)
    return answer


(service,) = [
    each.name for each in ask(list_services='').list_services_response.service if each.name.endswith('.PlayoutControl')
]
pending = {}
for data in ask(file_containing_symbol=service).file_descriptor_response.file_descriptor_proto:
    file = Bytes.FromString(data)
    pending[file.name] = (file, data)

pool = descriptor_pool.DescriptorPool()
added = set()


def add(name):
    if name in added:
        return
    added.add(name)
    file, data = pending[name]
    for dependency in file.dependency:
        add(dependency)
    pool.AddSerializedFile(data)


for name in list(pending):
    add(name)

described = pool.FindServiceByName(service)
FileOptions = message_class(pool, 'google.protobuf.FileOptions')
extension = pool.FindExtensionByName('retrovue.playout.PLAYOUT_API_VERSION')
if hasattr(FileOptions, 'RegisterExtension'):
    FileOptions.RegisterExtension(extension)
options = FileOptions.FromString(pending[described.file.name][0].options.SerializeToString())

get_version = channel.unary_unary(
    f'/{service}/GetVersion',
    request_serializer=message_class(pool, 'retrovue.playout.ApiVersionRequest').SerializeToString,
    response_deserializer=message_class(pool, 'retrovue.playout.ApiVersion').FromString,
)
answer = get_version(message_class(pool, 'retrovue.playout.ApiVersionRequest')(), timeout=20)
print(json.dumps({
    'option': options.Extensions[extension],
    'answered': answer.version,
    'methods': [method.name for method in described.methods],
}))
