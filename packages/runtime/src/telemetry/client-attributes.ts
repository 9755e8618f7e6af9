import type { Attribute } from './attributes.ts'

type Rows = ReadonlyArray<readonly [name: string, doc: string]>

function table(group: string, rows: Rows): readonly Attribute[] {
  return rows.map(([name, doc]) => ({ group, name, doc, kind: 'number' }))
}

/** What connections count, whatever client they belong to. */
const requests: Rows = [
  ['connection-count', 'Open connections.'],
  ['connection-creation-total', 'Connections that were opened.'],
  ['request-total', 'Requests that were sent.'],
  ['request-rate', 'The same, per second of the last minute.'],
  ['response-total', 'Answers that came.'],
  ['outgoing-byte-total', 'Bytes of requests.'],
  ['outgoing-byte-rate', 'The same, per second of the last minute.'],
  ['incoming-byte-total', 'Bytes of answers.'],
  ['incoming-byte-rate', 'The same, per second of the last minute.'],
  ['request-latency-avg', 'Milliseconds until an answer came, on average of the last minute.'],
  ['request-latency-max', 'The longest of them.'],
  ['requests-in-flight', 'Requests that wait for an answer.'],
]

/** Client ids: `connector-producer-<connector>-<task>`, `connector-dlq-producer-<connector>-<task>`. */
export const producerAttributes: readonly Attribute[] = [
  ...table('producer', [
    ...requests,
    ['record-send-total', 'Records that brokers acknowledged.'],
    ['record-send-rate', 'The same, per second of the last minute.'],
    ['record-error-total', 'Records that brokers refused, or that did not arrive in time.'],
    ['record-error-rate', 'The same, per second of the last minute.'],
    ['record-retry-total', 'Records that were sent again.'],
    ['record-retry-rate', 'The same, per second of the last minute.'],
    ['batch-size-avg', 'Bytes of a batch as it is sent, on average of the last minute.'],
    ['batch-size-max', 'The largest of them.'],
    ['records-per-request-avg', 'Records of a batch, on average of the last minute.'],
  ]),
  // with the label `topic`
  ...table('producer-topic', [
    ['record-send-total', 'Records of the topic that brokers acknowledged.'],
    ['record-error-total', 'Records of the topic that were refused, or did not arrive in time.'],
    ['byte-total', 'Bytes of its batches as they are sent.'],
  ]),
]

/** Client ids: `connector-consumer-<connector>-<task>`. */
export const consumerAttributes: readonly Attribute[] = [
  ...table('consumer', requests),
  ...table('consumer-fetch-manager', [
    ['records-consumed-total', 'Records that were fetched; by the label `topic` too.'],
    ['records-consumed-rate', 'The same, per second of the last minute.'],
    ['bytes-consumed-total', 'Bytes of their keys and values; by the label `topic` too.'],
    ['bytes-consumed-rate', 'The same, per second of the last minute.'],
    ['records-lag', 'Records between the position and the end; by the labels `topic` and `partition`.'],
    ['records-lag-max', 'The most of them.'],
  ]),
  ...table('consumer-coordinator', [
    ['assigned-partitions', 'Partitions that the consumer has.'],
    ['commit-total', 'Commits of offsets.'],
    ['commit-rate', 'The same, per second of the last minute.'],
    ['commit-latency-avg', 'Milliseconds of a commit, on average of the last minute.'],
    ['commit-latency-max', 'The longest of them.'],
    ['rebalance-total', 'Times that the consumer was given partitions.'],
  ]),
]

/** Client ids: `connector-adminclient-<connector>-<task>`. */
export const adminAttributes: readonly Attribute[] = table('admin-client', requests)
