export type ClientKind = 'producer' | 'consumer' | 'admin'

/**
 * What becomes of a setting of the JVM's clients: done as there, done without and warned about, or refused, wherever ignoring it would
 * change what is delivered or who is let in.
 */
export interface ClientSetting {
  /** The name; one that ends in `.*` stands for all that begin so. */
  readonly name: string
  readonly class: 'honoured' | 'warned' | 'refused'
  /** For warned and refused: why and what to do; a sentence part after the name. */
  readonly reason?: string
  /** Values (regardless of case) at which it asks for nothing that isn't done anyway. */
  readonly harmless?: readonly string[]
  /** Absent: all clients have it. */
  readonly clients?: readonly ClientKind[]
}

type Row = Omit<ClientSetting, 'name' | 'class'> & { readonly reason: string }

const honoured = (names: readonly string[], clients?: readonly ClientKind[]): ClientSetting[] =>
  names.map((name) => ({ name, class: 'honoured', ...(clients ? { clients } : {}) }))
const warned = (names: readonly string[], row: Row): ClientSetting[] =>
  names.map((name) => ({ name, class: 'warned', ...row }))
const refused = (names: readonly string[], row: Row): ClientSetting[] =>
  names.map((name) => ({ name, class: 'refused', ...row }))

const jmx = 'does nothing: there is no JMX; figures are at /metrics'
const javaOnly = 'does nothing: it names a part of the Java runtime'
const operatingSystem = 'does nothing: the operating system sizes the buffers of sockets'
const byteArrays = 'does nothing: records reach the client as bytes; choose key.converter and value.converter'

const common: readonly ClientSetting[] = [
  ...honoured([
    'bootstrap.servers',
    'client.id',
    'connections.max.idle.ms',
    'metadata.max.age.ms',
    'reconnect.backoff.ms',
    'reconnect.backoff.max.ms',
    'request.timeout.ms',
    'retry.backoff.ms',
    'retry.backoff.max.ms',
    'security.protocol',
    'socket.connection.setup.timeout.ms',
    'sasl.mechanism',
    'sasl.jaas.config',
    'ssl.enabled.protocols',
    'ssl.endpoint.identification.algorithm',
    'ssl.key.password',
    'ssl.keystore.certificate.chain',
    'ssl.keystore.key',
    'ssl.keystore.location',
    'ssl.keystore.password',
    'ssl.keystore.type',
    'ssl.truststore.certificates',
    'ssl.truststore.location',
    'ssl.truststore.password',
    'ssl.truststore.type',
  ]),
  ...warned(['receive.buffer.bytes', 'send.buffer.bytes'], { reason: operatingSystem }),
  ...warned(
    ['metric.reporters', 'metrics.num.samples', 'metrics.recording.level', 'metrics.sample.window.ms'],
    {
      reason: jmx,
    },
  ),
  ...warned(['auto.include.jmx.reporter'], { reason: jmx }),
  ...warned(['enable.metrics.push'], {
    reason: 'does nothing: client metrics are not pushed to brokers',
    harmless: ['false'],
  }),
  ...warned(
    [
      'security.providers',
      'ssl.keymanager.algorithm',
      'ssl.trustmanager.algorithm',
      'ssl.provider',
      'ssl.secure.random.implementation',
    ],
    { reason: javaOnly },
  ),
  ...warned(['ssl.protocol'], {
    reason: 'does nothing: limit the versions with ssl.enabled.protocols',
    harmless: ['TLS', 'TLSv1.3'],
  }),
  ...warned(['socket.connection.setup.timeout.max.ms'], {
    reason: 'does nothing: every attempt to connect takes up to socket.connection.setup.timeout.ms',
  }),
  ...warned(['client.dns.lookup'], {
    reason: 'does nothing: all addresses of a name are tried',
    harmless: ['use_all_dns_ips', 'default'],
  }),
  ...warned(['metadata.recovery.strategy'], {
    reason: 'does nothing: when no known broker answers, bootstrap.servers are asked again',
    harmless: ['rebootstrap'],
  }),
  ...warned(['metadata.recovery.rebootstrap.trigger.ms', 'metadata.cluster.check.enable'], {
    reason: 'does nothing: when no known broker answers, bootstrap.servers are asked again at once',
  }),
  ...warned(['sasl.login.refresh.*', 'sasl.login.retry.backoff.*', 'sasl.login.*.timeout.ms'], {
    reason: 'does nothing: the token function decides when a token is fetched',
  }),
  ...warned(['sasl.kerberos.*'], { reason: 'does nothing: Kerberos (GSSAPI) is not supported' }),
  ...warned(['sasl.oauthbearer.*'], {
    reason: "does nothing: tokens come from the function that createKafka is given as 'token'",
  }),
  ...warned(['sasl.login.class', 'sasl.login.callback.handler.class', 'sasl.client.callback.handler.class'], {
    reason:
      "does nothing: Java classes are not loaded; tokens come from the function that createKafka is given as 'token'",
    harmless: [
      'software.amazon.msk.auth.iam.IAMClientCallbackHandler',
      'software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler',
    ],
  }),
  ...refused(['ssl.cipher.suites'], {
    reason:
      'is not supported: Node names cipher suites otherwise; limit them with NODE_OPTIONS=--tls-cipher-list=...',
    harmless: [''],
  }),
  ...refused(['ssl.engine.factory.class'], {
    reason: 'is not supported: Java classes are not loaded',
    harmless: [''],
  }),
  ...refused(['interceptor.classes'], {
    reason:
      'is not supported: an interceptor may change records and Java classes are not loaded; use a transform',
    harmless: [''],
  }),
]

const producer: readonly ClientSetting[] = [
  ...honoured(
    [
      'acks',
      'batch.size',
      'buffer.memory',
      'compression.type',
      'compression.gzip.level',
      'compression.zstd.level',
      'delivery.timeout.ms',
      'enable.idempotence',
      'linger.ms',
      'max.block.ms',
      'max.in.flight.requests.per.connection',
      'max.request.size',
      'retries',
      'transaction.timeout.ms',
    ],
    ['producer'],
  ),
  ...warned(['key.serializer', 'value.serializer'], { reason: byteArrays, clients: ['producer'] }),
  ...warned(['compression.lz4.level'], {
    reason: 'does nothing: lz4 has one level here',
    clients: ['producer'],
  }),
  ...warned(['metadata.max.idle.ms'], { reason: 'does nothing', clients: ['producer'] }),
  ...warned(['partitioner.adaptive.partitioning.enable', 'partitioner.availability.timeout.ms'], {
    reason:
      'does nothing: records without a key go to partitions in turn, whatever the load of their brokers',
    clients: ['producer'],
  }),
  ...refused(['partitioner.class'], {
    reason: 'is not supported: Java classes are not loaded; set the partition of records in a transform',
    harmless: ['', 'org.apache.kafka.clients.producer.internals.DefaultPartitioner'],
    clients: ['producer'],
  }),
  ...refused(['partitioner.ignore.keys'], {
    reason: 'is not supported: it would break the order of records with the same key',
    harmless: ['false'],
    clients: ['producer'],
  }),
  ...refused(['transactional.id', 'transaction.two.phase.commit.enable'], {
    reason: 'is not supported: transactions belong to exactly.once.source.support',
    harmless: ['', 'false'],
    clients: ['producer'],
  }),
]

const consumer: readonly ClientSetting[] = [
  ...honoured(
    [
      'auto.offset.reset',
      'check.crcs',
      'client.rack',
      'default.api.timeout.ms',
      'exclude.internal.topics',
      'fetch.max.bytes',
      'fetch.max.wait.ms',
      'fetch.min.bytes',
      'group.id',
      'group.instance.id',
      'heartbeat.interval.ms',
      'isolation.level',
      'max.partition.fetch.bytes',
      'max.poll.interval.ms',
      'max.poll.records',
      'partition.assignment.strategy',
      'session.timeout.ms',
    ],
    ['consumer'],
  ),
  ...warned(['key.deserializer', 'value.deserializer'], { reason: byteArrays, clients: ['consumer'] }),
  ...warned(['enable.auto.commit', 'auto.commit.interval.ms'], {
    reason: 'does nothing: offsets are committed when the sink has made its records durable',
    harmless: ['false'],
    clients: ['consumer'],
  }),
  ...warned(['allow.auto.create.topics'], {
    reason: 'does nothing: reading never makes a topic',
    harmless: ['false'],
    clients: ['consumer'],
  }),
  ...warned(['internal.*', 'share.acknowledgement.mode'], { reason: 'does nothing', clients: ['consumer'] }),
  ...refused(['group.protocol'], {
    reason: "is not supported but as 'classic'",
    harmless: ['classic'],
    clients: ['consumer'],
  }),
  ...warned(['group.remote.assignor'], {
    reason: 'does nothing: it belongs to group.protocol=consumer',
    clients: ['consumer'],
  }),
]

const admin: readonly ClientSetting[] = [
  ...honoured(['default.api.timeout.ms'], ['admin']),
  ...warned(['retries'], {
    reason: 'does nothing: calls are tried again until default.api.timeout.ms',
    clients: ['admin'],
  }),
  ...refused(['bootstrap.controllers'], {
    reason: 'is not supported: give brokers as bootstrap.servers',
    harmless: [''],
    clients: ['admin'],
  }),
]

/** Every setting of Kafka 4.1's producer, consumer and admin client. The documentation prints this very table. */
export const clientSettings: readonly ClientSetting[] = [...common, ...producer, ...consumer, ...admin]
