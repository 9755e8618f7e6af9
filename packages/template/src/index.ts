export {
  type AnyField,
  type ConfigFields,
  type ConfigOf,
  type Field,
  type FieldOptions,
  type GroupsField,
  type Importance,
  type PrefixField,
  type WireType,
  wireName,
} from './config/field.ts'
export {
  between,
  boolean,
  bytes,
  className,
  double,
  durationMs,
  type FieldKind,
  groups,
  int,
  list,
  long,
  nonEmpty,
  oneOf,
  pairs,
  prefix,
  regexList,
  secret,
  string,
} from './config/kinds.ts'
export { looksLikeReference, looksSecret, MASK, maskSecrets } from './config/mask.ts'
export { type Issue, missingSetting, type ParsedConfig, parseConfig, wireNames } from './config/parse.ts'
export {
  type ConfigProvider,
  type ConfigProviderDefinition,
  defineConfigProvider,
} from './config-provider.ts'
export type { Call, Logger, Metrics, TaskContext } from './context.ts'
export {
  type Converter,
  type ConverterDefinition,
  type ConvertTarget,
  defineConverter,
  type EncodedRows,
  type RowEncoder,
  type SchemaAndValue,
  type Slices,
} from './converter.ts'
export {
  decimalText,
  fromTwosComplement,
  isDecimalScale,
  twosComplement,
  unscaledDecimal,
} from './decimals.ts'
export { type Definition, type DefinitionKind, definitionKind } from './definition.ts'
export { ConfigurationError, type ErrorKind, kindOf, RecordError, RetriableError } from './errors.ts'
export { type Json, parseJson, stringifyJson } from './json.ts'
export { pollFrom } from './poll-from.ts'
export type {
  ConnectRecord,
  Header,
  OffsetOnly,
  Offsets,
  PartitionOffset,
  RecordData,
  SinkBatch,
  SinkOrigin,
  SinkRecord,
  SourceOrigin,
  SourcePartition,
  SourceRecord,
  TopicPartition,
} from './record.ts'
export { isRowBatch, NULL_FIELD, type RowBatch, recordOf, recordsOf, rowsWith } from './row-batch.ts'
export {
  type ArraySchema,
  date,
  decimal,
  logical,
  type MapSchema,
  optional,
  type PrimitiveSchema,
  type RecordSchema,
  type SchemaType,
  type StructField,
  type StructSchema,
  scaleOf,
  struct,
  time,
  timestamp,
} from './schema.ts'
export { shownValue } from './shown-value.ts'
export {
  type AppliedTransform,
  defineSink,
  type FlushCall,
  type SinkContext,
  type SinkDefinition,
  type SinkTask,
  type TopicRoute,
} from './sink.ts'
export {
  defineSource,
  type Polled,
  type SourceContext,
  type SourceDefinition,
  type SourceTask,
  type SplitContext,
  type TransactionContext,
} from './source.ts'
export {
  definePredicate,
  defineTransform,
  type Predicate,
  type PredicateDefinition,
  type RecordPart,
  type Transform,
  type TransformDefinition,
} from './transform.ts'
export { wait } from './wait.ts'
