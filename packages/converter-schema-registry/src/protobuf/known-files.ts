/** Files that every registry knows, which schemas may import without a reference. The rest of google/protobuf comes with protobufjs. */
export const knownFiles: ReadonlyMap<string, string> = new Map([
  [
    'confluent/type/decimal.proto',
    `syntax = "proto3";
package confluent.type;

message Decimal {
  bytes value = 1;
  uint32 precision = 2;
  int32 scale = 3;
}
`,
  ],
  [
    'google/type/date.proto',
    `syntax = "proto3";
package google.type;

message Date {
  int32 year = 1;
  int32 month = 2;
  int32 day = 3;
}
`,
  ],
  [
    'google/type/timeofday.proto',
    `syntax = "proto3";
package google.type;

message TimeOfDay {
  int32 hours = 1;
  int32 minutes = 2;
  int32 seconds = 3;
  int32 nanos = 4;
}
`,
  ],
])

/** What is registered for keys and values that are no structs: the file of Protobuf's own wrappers. */
export const wrappersFile = `syntax = "proto3";
package google.protobuf;

message DoubleValue {
  double value = 1;
}
message FloatValue {
  float value = 1;
}
message Int64Value {
  int64 value = 1;
}
message UInt64Value {
  uint64 value = 1;
}
message Int32Value {
  int32 value = 1;
}
message UInt32Value {
  uint32 value = 1;
}
message BoolValue {
  bool value = 1;
}
message StringValue {
  string value = 1;
}
message BytesValue {
  bytes value = 1;
}
`
