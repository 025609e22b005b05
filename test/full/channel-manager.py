"""ChannelManager's side of the contract on the Python stack that RetroVue core uses: grpcio and protobuf.

Arguments: the engine's address and a descriptor set of the API. Nothing is generated beforehand: the messages are
made from the descriptors. It does what it is told, one line of JSON each way:

  {"id": 1, "call": "StartChannel", "request": {...}, "extra": "9806 in hex", "metadata": {...}}
      -> {"id": 1, "response": {...}}  or  {"id": 1, "code": "FAILED_PRECONDITION", "details": "..."}
  {"id": 2, "check": "channel/1"}      the same, of grpc.health.v1
  {"id": 3, "watch": "channel/1"}      -> {"id": 3, "response": {"status": "SERVING"}}, again at every change

`extra` is appended to the encoded request: fields of a newer contract. It ends when its input does.
"""
import json
import sys
import threading

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PLAYOUT = 'retrovue.playout.PlayoutControl'
HEALTH = 'grpc.health.v1.Health'

address, descriptor_set = sys.argv[1:]

pool = descriptor_pool.DescriptorPool()
files = descriptor_pb2.FileDescriptorSet()
with open(descriptor_set, 'rb') as file:
    files.ParseFromString(file.read())
for each in files.file:
    pool.AddSerializedFile(each.SerializeToString())

channel = grpc.insecure_channel(address, options=[('grpc.enable_http_proxy', 0)])
speaking = threading.Lock()


def say(line):
    with speaking:
        print(json.dumps(line), flush=True)


def message_class(described):
    if hasattr(message_factory, 'GetMessageClass'):
        return message_factory.GetMessageClass(described)
    return message_factory.MessageFactory(pool).GetPrototype(described)


def method(service, name):
    """The method's path, and the classes of its request and response."""
    described = pool.FindServiceByName(service).methods_by_name[name]
    return f'/{service}/{name}', message_class(described.input_type), message_class(described.output_type)


def as_dict(message):
    """Every field by its name in the proto, those that have their default value included."""
    fields = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        fields[field.name] = field.enum_type.values_by_number[value].name if field.enum_type else value
    return fields


def call(order, service, name, request):
    path, request_class, response_class = method(service, name)
    encoded = request_class(**request).SerializeToString() + bytes.fromhex(order.get('extra', ''))
    # The request is encoded already: what it holds beyond its class is the point.
    stub = channel.unary_unary(path, request_serializer=bytes, response_deserializer=response_class.FromString)
    try:
        response = stub(encoded, timeout=30, metadata=list(order.get('metadata', {}).items()))
        say({'id': order['id'], 'response': as_dict(response)})
    except grpc.RpcError as error:
        say({'id': order['id'], 'code': error.code().name, 'details': error.details()})


def watch(order):
    path, request_class, response_class = method(HEALTH, 'Watch')
    stub = channel.unary_stream(
        path,
        request_serializer=request_class.SerializeToString,
        response_deserializer=response_class.FromString,
    )
    try:
        for response in stub(request_class(service=order['watch'])):
            say({'id': order['id'], 'response': as_dict(response)})
    except grpc.RpcError as error:
        say({'id': order['id'], 'code': error.code().name, 'details': error.details()})


for line in sys.stdin:
    order = json.loads(line)
    if 'watch' in order:
        threading.Thread(target=watch, args=[order], daemon=True).start()
    elif 'check' in order:
        call(order, HEALTH, 'Check', {'service': order['check']})
    else:
        call(order, PLAYOUT, order['call'], order['request'])
channel.close()
