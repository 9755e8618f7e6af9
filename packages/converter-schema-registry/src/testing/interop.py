"""Reads and writes records with Confluent's own client for Python, for interop.ts: one JSON request a line, one JSON answer a line."""

import base64
import datetime
import decimal
import json
import sys

from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory


def shown(value):
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, decimal.Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime.datetime):
        return {"timestamp": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"time": value.isoformat()}
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    return value


def meant(value):
    if isinstance(value, dict):
        if list(value) == ["bytes"]:
            return base64.b64decode(value["bytes"])
        if list(value) == ["decimal"]:
            return decimal.Decimal(value["decimal"])
        if list(value) == ["timestamp"]:
            return datetime.datetime.fromisoformat(value["timestamp"])
        if list(value) == ["date"]:
            return datetime.date.fromisoformat(value["date"])
        return {key: meant(item) for key, item in value.items()}
    if isinstance(value, list):
        return [meant(item) for item in value]
    return value


def message_class(request):
    """A message of scalar fields, [name, number, type, repeated] each."""
    file = descriptor_pb2.FileDescriptorProto(name="interop.proto", package="interop", syntax="proto3")
    message = file.message_type.add(name="Row")
    field_type = descriptor_pb2.FieldDescriptorProto
    for name, number, kind, repeated in request["fields"]:
        message.field.add(
            name=name,
            number=number,
            type=getattr(field_type, "TYPE_" + kind.upper()),
            label=field_type.LABEL_REPEATED if repeated else field_type.LABEL_OPTIONAL,
        )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("interop.Row"))


def protobuf_answer(request, context):
    message = message_class(request)
    if request["do"] == "read":
        # without the registry: it would ask for the schema in a serialized form, which Apicurio's doesn't have
        read = ProtobufDeserializer(message, {"use.deprecated.format": False})
        found = read(bytes.fromhex(request["bytes"]), context)
        return json_format.MessageToDict(found, preserving_proto_field_name=True)
    return json_format.ParseDict(request["value"], message()).SerializeToString().hex()


def answer(client, request):
    context = SerializationContext(request["topic"], MessageField.VALUE)
    if request["format"] == "avro":
        if request["do"] == "read":
            return shown(AvroDeserializer(client)(bytes.fromhex(request["bytes"]), context))
        return AvroSerializer(client, request["schema"])(meant(request["value"]), context).hex()
    if request["format"] == "protobuf":
        return protobuf_answer(request, context)
    if request["do"] == "read":
        text = client.get_schema(int(request["bytes"][2:10], 16)).schema_str
        return JSONDeserializer(text, schema_registry_client=client)(bytes.fromhex(request["bytes"]), context)
    return JSONSerializer(request["schema"], client)(request["value"], context).hex()


def patient_answer(client, request):
    """By default the client waits for ever, and a registry on a busy machine was once seen not to answer."""
    try:
        return answer(client, request)
    except Exception as error:
        if "timeout" not in type(error).__name__.lower():
            raise
        return answer(client, request)


def main():
    client = SchemaRegistryClient({"url": sys.argv[1], "timeout": 15.0})
    for line in sys.stdin:
        try:
            print(json.dumps({"answer": patient_answer(client, json.loads(line))}), flush=True)
        except Exception as error:  # whatever it is, the test shows it
            print(json.dumps({"error": repr(error)}), flush=True)


main()
