import { codecOf } from '../codecs.ts'
import type { ProducerConfig } from '../producer/config.ts'
import type { KafkaReach } from '../types.ts'
import { refuseSettings } from './classify.ts'
import { clientConfig } from './client-settings.ts'
import { SettingReader, type Settings } from './setting-reader.ts'

const maxInt = 0x7fffffff
const maxPipelined = 5
const acksOf = { all: -1, '-1': -1, '0': 0, '1': 1 } as const

/**
 * A producer's settings with the JVM's defaults, but for `batch.size`: 128 KiB instead of 16, for that is an upper limit that costs nothing until
 * it is used, and twice as fast. Throws one KafkaError (CONFIG) with everything that is wrong.
 */
export function producerConfig(settings: Settings, reach: KafkaReach): ProducerConfig {
  const reader = new SettingReader(settings)
  const acks = acksOf[reader.oneOf('acks', 'all', ['all', '-1', '0', '1'])]
  const lingerMs = reader.ms('linger.ms', 5)
  const maxInFlight = reader.integer('max.in.flight.requests.per.connection', {
    fallback: maxPipelined,
    least: 1,
    most: maxInt,
  })
  const retries = reader.integer('retries', { fallback: maxInt, least: 0, most: maxInt })
  const codec = reader.oneOf('compression.type', 'none', ['none', 'gzip', 'snappy', 'lz4', 'zstd'])
  const config: ProducerConfig = {
    client: clientConfig(reader, reach),
    acks,
    idempotent: idempotent(reader, { acks, maxInFlight, retries }),
    codec: codec === 'none' ? undefined : codecOf(codec, compressionLevel(reader, codec)),
    lingerMs,
    batchBytes: reader.integer('batch.size', { fallback: 131_072, least: 0, most: maxInt }),
    bufferBytes: reader.integer('buffer.memory', { fallback: 33_554_432, least: 0 }),
    maxRequestBytes: reader.integer('max.request.size', { fallback: 1_048_576, least: 0, most: maxInt }),
    maxInFlight,
    deliveryTimeoutMs: reader.ms('delivery.timeout.ms', 120_000),
    maxBlockMs: reader.ms('max.block.ms', 60_000),
    retries,
    transactionTimeoutMs: reader.integer('transaction.timeout.ms', {
      fallback: 60_000,
      least: 1,
      most: maxInt,
    }),
  }
  checkTimes(reader, config)
  refuseSettings(reader, settings, 'producer')
  reader.done('the Kafka producer')
  return config
}

/** As in the JVM: what doesn't go with it turns it off, unless it was asked for by name. */
function idempotent(
  reader: SettingReader,
  how: { acks: number; maxInFlight: number; retries: number },
): boolean {
  const wanted = reader.flag('enable.idempotence', true)
  if (!wanted) return false
  const obstacles = [
    how.acks === -1 ? [] : ['acks must be all'],
    how.maxInFlight <= maxPipelined
      ? []
      : [`max.in.flight.requests.per.connection must be at most ${maxPipelined}`],
    how.retries > 0 ? [] : ['retries must not be 0'],
  ].flat()
  if (obstacles.length > 0 && reader.has('enable.idempotence')) {
    reader.issue('enable.idempotence', `is true, for which ${obstacles.join(' and ')}`)
  }
  return obstacles.length === 0
}

function compressionLevel(
  reader: SettingReader,
  codec: 'gzip' | 'snappy' | 'lz4' | 'zstd',
): number | undefined {
  switch (codec) {
    case 'gzip':
      return reader.integer('compression.gzip.level', { fallback: -1, least: -1, most: 9 })
    case 'zstd':
      return reader.integer('compression.zstd.level', { fallback: 3, least: -131_072, most: 22 })
    default:
      return undefined
  }
}

function checkTimes(reader: SettingReader, config: ProducerConfig): void {
  const least = config.lingerMs + config.client.requestTimeoutMs
  if (config.deliveryTimeoutMs >= least || !reader.has('delivery.timeout.ms')) return
  reader.issue(
    'delivery.timeout.ms',
    `is ${config.deliveryTimeoutMs}, but must be at least linger.ms + request.timeout.ms (${least})`,
  )
}
