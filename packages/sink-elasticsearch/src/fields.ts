import {
  between,
  boolean,
  bytes,
  type ConfigOf,
  durationMs,
  type Field,
  int,
  list,
  oneOf,
  pairs,
  prefix,
  secret,
  string,
} from '@sluice/template'

export interface Defaults {
  readonly behaviorOnNullValues: 'fail' | 'ignore' | 'delete'
}

/** The settings, named as Confluent's connector names them; the two definitions differ in the defaults given. */
export function settingsWith(defaults: Defaults) {
  return {
    ...connection,
    ...writing,
    ...documents,
    behaviorOnNullValues: oneOf(['ignore', 'delete', 'fail'], {
      doc: 'Says what a record with a null value does: nothing (ignore), delete the document of its key (delete), or count as a bad record (fail).',
      default: defaults.behaviorOnNullValues,
      group: 'Documents',
    }),
    ...targets,
    ...unsupported,
  } as const
}

export type Settings = ConfigOf<ReturnType<typeof settingsWith>>

const connection = {
  connectionUrl: list({
    doc: 'Lists the URLs of the nodes, such as https://es1:9200,https://es2:9200. Requests go round them; one that fails is left out for a while.',
    importance: 'HIGH',
    group: 'Connection',
    validate: (urls) => (urls.length === 0 ? 'must name at least one URL' : undefined),
  }),
  connectionUsername: string({
    doc: 'Names the user for basic authentication.',
    optional: true,
    group: 'Connection',
  }),
  connectionPassword: secret({
    doc: 'Is the password for basic authentication.',
    optional: true,
    group: 'Connection',
  }),
  connectionApiKey: secret({
    doc: 'Is an API key in its encoded form (the field "encoded" of the answer that made it). Takes the place of user and password.',
    optional: true,
    group: 'Connection',
  }),
  connectionCompression: boolean({
    doc: 'Compresses requests with gzip.',
    default: false,
    group: 'Connection',
  }),
  connectionTimeoutMs: durationMs({
    doc: 'Limits how long opening a connection may take, in milliseconds.',
    default: 10_000,
    group: 'Connection',
    validate: between(1),
  }),
  readTimeoutMs: durationMs({
    doc: 'Limits how long a request may take, in milliseconds; it is sent again after that, which never doubles a document.',
    default: 60_000,
    group: 'Connection',
    validate: between(1),
  }),
  maxConnectionIdleTimeMs: durationMs({
    doc: 'Closes a connection that was idle for so many milliseconds.',
    default: 60_000,
    group: 'Connection',
    validate: between(1),
  }),
  proxyHost: string({
    doc: 'Names the host of an HTTP proxy; empty means none.',
    default: '',
    group: 'Connection',
  }),
  proxyPort: int({
    doc: 'Is the port of the proxy.',
    default: 8080,
    group: 'Connection',
    validate: between(1, 65535),
  }),
  proxyUsername: string({
    doc: 'Names the user for the proxy; empty means none.',
    default: '',
    group: 'Connection',
  }),
  proxyPassword: secret({ doc: 'Is the password for the proxy.', optional: true, group: 'Connection' }),
  elasticSecurityProtocol: oneOf(['PLAINTEXT', 'SSL'], {
    doc: 'Says whether elastic.https.* settings apply (SSL). Whether TLS is spoken follows from the URLs.',
    default: 'PLAINTEXT',
    group: 'Security',
  }),
  elasticHttps: prefix('elastic.https.', {
    doc: 'TLS settings by Kafka’s names: elastic.https.ssl.truststore.certificates, ….ssl.keystore.certificate.chain, ….ssl.keystore.key, all in PEM.',
    secret: true,
  }),
} as const

const writing = {
  batchSize: int({
    doc: 'Limits how many documents a bulk request has.',
    default: 2000,
    importance: 'MEDIUM',
    group: 'Writing',
    validate: between(1, 1_000_000),
  }),
  bulkSizeBytes: bytes({
    doc: 'Limits how many bytes a bulk request has; -1 means no limit. A larger single document goes alone.',
    default: 5 * 1024 ** 2,
    group: 'Writing',
    validate: (size) => (size === -1 || size > 0 ? undefined : 'must be -1 or at least 1'),
  }),
  maxInFlightRequests: int({
    doc: 'Limits how many bulk requests of a task are in flight. It is the upper bound: fewer are sent while the server pushes back.',
    default: 5,
    importance: 'MEDIUM',
    group: 'Writing',
    validate: between(1, 1000),
  }),
  maxBufferedRecords: int({
    doc: 'Stops taking records while so many aren’t written yet.',
    default: 20_000,
    group: 'Writing',
    validate: between(1),
  }),
  maxBufferedBytes: bytes({
    doc: 'Stops taking records while so many bytes of documents aren’t written yet.',
    default: 32 * 1024 ** 2,
    group: 'Writing',
    validate: between(1),
  }),
  lingerMs: durationMs({
    doc: 'Says how long a record waits for others to fill a bulk request, in milliseconds.',
    default: 1,
    group: 'Writing',
    validate: between(0),
  }),
  flushTimeoutMs: durationMs({
    doc: 'Says how long a commit waits for what is under way, in milliseconds. After that it commits what is written; nothing fails.',
    default: 30_000,
    group: 'Writing',
    validate: between(1),
  }),
  flushSynchronously: boolean({
    doc: 'Has no effect that is seen: offsets are tracked by where a record came from, whatever a transform makes of its topic.',
    default: false,
    group: 'Writing',
  }),
  maxRetries: int({
    doc: 'Limits how often in a row a request is sent again that found no server or failed as a whole; after that the task fails and restarts itself. -1 means for ever. What the server pushes back (429) is not counted.',
    default: -1,
    group: 'Writing',
    validate: between(-1),
  }),
  retryBackoffMs: durationMs({
    doc: 'Is the first pause before anything is sent again, in milliseconds; it doubles each time in a row, partly at random.',
    default: 100,
    group: 'Writing',
    validate: between(0),
  }),
  retryBackoffMaxMs: durationMs({
    doc: 'Limits the pause before anything is sent again, in milliseconds. Absent: 2 s (or retry.backoff.ms, if that is more); a day after failed requests if max.retries is set.',
    optional: true,
    group: 'Writing',
    validate: (ms) => (ms === undefined ? undefined : between(0)(ms)),
  }),
  pipeline: string({
    doc: 'Names the ingest pipeline that documents go through; empty means the index’s own.',
    default: '',
    group: 'Writing',
  }),
} as const

const documents = {
  keyIgnore: boolean({
    doc: 'Makes the document id of topic, partition and offset instead of the key.',
    default: false,
    importance: 'HIGH',
    group: 'Documents',
  }),
  topicKeyIgnore: list({
    doc: 'Lists topics for which key.ignore is true.',
    default: [],
    group: 'Documents',
  }),
  schemaIgnore: boolean({
    doc: 'Leaves the mapping of a new index to Elasticsearch instead of making it from the records’ schema, if they have one.',
    default: false,
    group: 'Documents',
  }),
  topicSchemaIgnore: list({
    doc: 'Lists topics for which schema.ignore is true.',
    default: [],
    group: 'Documents',
  }),
  compactMapEntries: boolean({
    doc: 'Writes maps with string keys as objects; false writes arrays of key and value.',
    default: true,
    group: 'Documents',
  }),
  dropInvalidMessage: boolean({
    doc: 'Drops records that no document can be made of, with a warning, instead of counting them as bad.',
    default: false,
    group: 'Documents',
  }),
  useAutogeneratedIds: boolean({
    doc: 'Lets Elasticsearch make document ids: faster, and a record may be there twice after a failure.',
    default: false,
    group: 'Documents',
  }),
  behaviorOnMalformedDocuments: oneOf(['ignore', 'warn', 'fail'], {
    doc: 'Says what a document does that Elasticsearch refuses: it is set aside silently (ignore), with a warning (warn), or as errors.tolerance says (fail).',
    default: 'fail',
    group: 'Documents',
  }),
  externalVersion: oneOf(['offset', 'none'], {
    doc: 'Says where a document’s version comes from: the record’s offset, or none. Choose none (or external.version.header) if a transform changes the key.',
    default: 'offset',
    group: 'Documents',
  }),
  externalVersionHeader: string({
    doc: 'Names the record header that has a document’s version, a whole number; empty means external.version decides.',
    default: '',
    group: 'Documents',
  }),
  partitionCountAcknowledged: pairs({
    doc: 'Acknowledges changed partition counts as topic:count, such as orders:6. Without that a task refuses to write by offset versions after a change.',
    default: new Map(),
    group: 'Documents',
  }),
  writeMethod: oneOf(['INSERT', 'UPSERT'], {
    doc: 'Writes whole documents (INSERT) or merges fields into what is there (UPSERT).',
    default: 'INSERT',
    group: 'Documents',
  }),
} as const

const targets = {
  dataStreamType: lowerCase(
    string({
      doc: 'Is the first part of the data stream’s name, such as logs or metrics; none writes to indices.',
      default: 'none',
      group: 'Data stream',
    }),
  ),
  dataStreamDataset: string({
    doc: 'Is the second part of the data stream’s name.',
    default: '',
    group: 'Data stream',
  }),
  dataStreamNamespace: string({
    doc: 'Is the third part of the data stream’s name; ${topic} stands for the topic in lower case.',
    default: '${topic}',
    group: 'Data stream',
  }),
  dataStreamTimestampField: list({
    doc: 'Lists fields of which the first that is present becomes @timestamp; empty takes the record’s timestamp.',
    default: [],
    group: 'Data stream',
  }),
  externalResourceUsage: oneOf(['DISABLED', 'INDEX', 'DATASTREAM', 'ALIAS_INDEX', 'ALIAS_DATASTREAM'], {
    doc: 'Says what topic.to.external.resource.mapping names. What it names must exist.',
    default: 'DISABLED',
    group: 'External resources',
  }),
  topicToExternalResourceMapping: pairs({
    doc: 'Maps topics to resources as topic:resource.',
    default: new Map(),
    group: 'External resources',
  }),
  maxExternalResourceMappings: int({
    doc: 'Limits how many topics topic.to.external.resource.mapping may have.',
    default: 15,
    group: 'External resources',
    validate: between(1),
  }),
} as const

const unsupported = {
  kerberosUserPrincipal: string({
    doc: 'Is refused: Kerberos is not supported.',
    optional: true,
    group: 'Security',
  }),
  kerberosKeytabPath: string({
    doc: 'Is refused: Kerberos is not supported.',
    optional: true,
    group: 'Security',
  }),
} as const

function lowerCase(field: Field<string>): Field<string> {
  return { ...field, parse: (text) => field.parse(text).toLowerCase() }
}
