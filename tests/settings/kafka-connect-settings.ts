// The settings of Kafka Connect 4.x and of the three connectors, as their references list them: what docs/SETTINGS.md must class.
// `*` stands for any text.

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const ssl = `
  ssl.truststore.type ssl.truststore.location ssl.truststore.certificates ssl.truststore.password ssl.keystore.type ssl.keystore.location
  ssl.keystore.password ssl.keystore.certificate.chain ssl.keystore.key ssl.key.password ssl.endpoint.identification.algorithm
  ssl.enabled.protocols ssl.cipher.suites ssl.protocol ssl.provider ssl.keymanager.algorithm ssl.trustmanager.algorithm
  ssl.secure.random.implementation ssl.engine.factory.class`

const sasl = `
  sasl.mechanism sasl.jaas.config sasl.client.callback.handler.class sasl.login.class sasl.login.callback.handler.class
  sasl.kerberos.service.name sasl.kerberos.kinit.cmd sasl.kerberos.min.time.before.relogin sasl.kerberos.ticket.renew.jitter
  sasl.kerberos.ticket.renew.window.factor sasl.login.refresh.buffer.seconds sasl.login.refresh.min.period.seconds
  sasl.login.refresh.window.factor sasl.login.refresh.window.jitter sasl.login.connect.timeout.ms sasl.login.read.timeout.ms
  sasl.login.retry.backoff.ms sasl.login.retry.backoff.max.ms sasl.oauthbearer.token.endpoint.url sasl.oauthbearer.jwks.endpoint.url
  sasl.oauthbearer.scope.claim.name sasl.oauthbearer.sub.claim.name sasl.oauthbearer.expected.audience
  sasl.oauthbearer.expected.issuer sasl.oauthbearer.clock.skew.seconds`

export const workerNames = words(`
  bootstrap.servers client.dns.lookup key.converter value.converter header.converter key.converter.* value.converter.* header.converter.*
  key.converter.plugin.version value.converter.plugin.version header.converter.plugin.version
  task.shutdown.graceful.timeout.ms offset.flush.interval.ms offset.flush.timeout.ms plugin.path plugin.discovery
  config.providers config.providers.* connector.client.config.override.policy connector.client.config.override.allowlist
  metrics.sample.window.ms metrics.num.samples metrics.recording.level metric.reporters
  topic.tracking.enable topic.tracking.allow.reset topic.creation.enable
  listeners rest.advertised.host.name rest.advertised.port rest.advertised.listener admin.listeners admin.listeners.https.*
  access.control.allow.origin access.control.allow.methods rest.extension.classes response.http.headers.config ssl.client.auth
  listeners.https.*
  group.id session.timeout.ms rebalance.timeout.ms heartbeat.interval.ms worker.sync.timeout.ms worker.unsync.backoff.ms
  config.storage.topic config.storage.replication.factor config.storage.* offset.storage.topic offset.storage.partitions
  offset.storage.replication.factor offset.storage.* status.storage.topic status.storage.partitions status.storage.replication.factor
  status.storage.* internal.topics.automatic.creation.enable connect.protocol scheduled.rebalance.max.delay.ms
  inter.worker.key.generation.algorithm inter.worker.key.size inter.worker.key.ttl.ms inter.worker.signature.algorithm
  inter.worker.verification.algorithms exactly.once.source.support metadata.max.age.ms metadata.recovery.strategy
  metadata.recovery.rebootstrap.trigger.ms metadata.cluster.check.enable client.id send.buffer.bytes receive.buffer.bytes
  reconnect.backoff.ms reconnect.backoff.max.ms retry.backoff.ms retry.backoff.max.ms request.timeout.ms connections.max.idle.ms
  security.protocol offset.storage.file.filename producer.* consumer.* admin.* ${sasl} ${ssl}`)

export const connectorNames = words(`
  name connector.class connector.plugin.version key.converter.plugin.version value.converter.plugin.version
  header.converter.plugin.version transforms.*.plugin.version tasks.max tasks.max.enforce key.converter value.converter header.converter
  key.converter.* value.converter.* header.converter.* config.action.reload transforms predicates transforms.* predicates.*
  errors.retry.timeout errors.retry.delay.max.ms errors.tolerance errors.log.enable errors.log.include.messages
  producer.override.* consumer.override.* admin.override.*`)

export const sinkNames = words(`
  topics topics.regex errors.deadletterqueue.topic.name errors.deadletterqueue.topic.replication.factor
  errors.deadletterqueue.context.headers.enable`)

export const sourceNames = words(`
  topic.creation.groups topic.creation.default.replication.factor topic.creation.default.partitions topic.creation.*.include
  topic.creation.*.exclude topic.creation.*.replication.factor topic.creation.*.partitions exactly.once.support transaction.boundary
  transaction.boundary.interval.ms offsets.storage.topic`)

/** Confluent's JDBC source, and what its Aiven fork adds. */
export const jdbcNames = words(`
  connection.url connection.user connection.password connection.attempts connection.backoff.ms connection.*
  jdbc.credentials.provider.class jdbc.credentials.provider.* dialect.name catalog.pattern schema.pattern table.whitelist
  table.blacklist table.include.list table.exclude.list table.types numeric.precision.mapping numeric.mapping timestamp.granularity
  date.calendar.system mode incrementing.column.name incrementing.column.mapping timestamp.column.name timestamp.columns.mapping
  timestamp.initial timestamp.delay.interval.ms validate.non.null query query.masked query.suffix query.retry.attempts
  quote.sql.identifiers transaction.isolation.mode poll.interval.ms batch.max.rows max.buffer.size poll.linger.ms
  table.poll.interval.ms table.monitoring.startup.polling.limit.ms topic.prefix db.timezone
  table.names.qualify incrementing.initial timestamp.initial.ms sql.quote.identifiers`)

export const elasticsearchNames = words(`
  connection.url connection.username connection.password batch.size bulk.size.bytes max.in.flight.requests max.buffered.records
  linger.ms flush.timeout.ms flush.synchronously max.retries retry.backoff.ms connection.compression max.connection.idle.time.ms
  connection.timeout.ms read.timeout.ms key.ignore topic.key.ignore schema.ignore topic.schema.ignore compact.map.entries
  drop.invalid.message use.autogenerated.ids behavior.on.null.values behavior.on.malformed.documents external.version.header
  write.method proxy.host proxy.port proxy.username proxy.password elastic.security.protocol kerberos.user.principal
  kerberos.keytab.path data.stream.type data.stream.dataset data.stream.namespace data.stream.timestamp.field
  external.resource.usage topic.to.external.resource.mapping max.external.resource.mappings
  ${words(ssl)
    .map((name) => `elastic.https.${name}`)
    .join(' ')}`)

export const hdfsNames = words(`
  store.url hdfs.url hadoop.conf.dir hadoop.home logs.dir topics.dir topic.capture.groups.regex storage.class format.class avro.codec
  parquet.codec flush.size rotate.interval.ms rotate.schedule.interval.ms retry.backoff.ms shutdown.timeout.ms
  filename.offset.zero.pad.width schema.cache.size enhanced.avro.schema.support connect.meta.data allow.optional.map.keys
  schema.compatibility directory.delim file.delim partitioner.class partition.field.name partition.duration.ms path.format locale
  timezone timestamp.extractor timestamp.field hive.integration hive.metastore.uris hive.conf.dir hive.home hive.database
  hive.table.name hdfs.authentication.kerberos connect.hdfs.principal connect.hdfs.keytab hdfs.namenode.principal
  kerberos.ticket.renew.period.ms`)

/** Of every converter of Confluent's: the registry's client and serializers. */
const registry = `
  schema.registry.url max.schemas.per.subject normalize.schemas auto.register.schemas use.schema.id id.compatibility.strict
  use.latest.version latest.compatibility.strict latest.cache.size latest.cache.ttl.sec use.latest.with.metadata
  basic.auth.credentials.source basic.auth.user.info schema.registry.basic.auth.user.info bearer.auth.credentials.source
  bearer.auth.token context.name.strategy key.subject.name.strategy value.subject.name.strategy schema.reflection proxy.host
  proxy.port http.connect.timeout.ms http.read.timeout.ms max.retries retries.wait.ms retries.max.wait.ms request.header.*
  rule.executors rule.actions rule.service.loader.enable schema.registry.url.randomize schemas.cache.config
  ${ssl
    .trim()
    .split(/\s+/)
    .map((name) => `schema.registry.${name}`)
    .join(' ')}`

export const jsonConverterNames = words(`
  schemas.enable schemas.cache.size decimal.format replace.null.with.default schema.content`)

export const avroConverterNames = words(`
  ${registry} enhanced.avro.schema.support scrub.invalid.names connect.meta.data allow.optional.map.keys flatten.singleton.union
  generalized.sum.type.support ignore.default.for.nullables discard.type.doc.default avro.reflection.allow.null
  avro.remove.java.properties avro.use.logical.type.converters`)

export const jsonSchemaConverterNames = words(`
  ${registry} object.additional.properties use.optional.for.nonrequired schemas.cache.size decimal.format
  generalized.sum.type.support ignore.default.for.nullables json.fail.invalid.schema json.fail.unknown.properties json.key.type
  json.value.type json.oneof.for.nullables json.write.dates.iso8601 json.schema.spec.version json.schema.scan.packages
  json.default.property.inclusion json.indent.output javaType.property ignore.modern.dialects`)

export const protobufConverterNames = words(`
  ${registry} enhanced.protobuf.schema.support scrub.invalid.names optional.for.nullables optional.for.proto2
  wrapper.for.nullables wrapper.for.raw.primitives int.for.enums generate.index.for.unions generate.struct.for.nulls
  generalized.sum.type.support flatten.unions reference.subject.name.strategy reference.lookup.only skip.known.types`)
