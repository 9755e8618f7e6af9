import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type ElasticsearchServer, startElasticsearch } from './elasticsearch.ts'
import { type HdfsServer, startHdfs } from './hdfs.ts'
import { type KafkaServer, startKafka } from './kafka.ts'
import { withLock } from './lock.ts'
import { type MotoServer, startMoto } from './moto.ts'
import { type MskEmulator, startMskEmulator } from './msk-emulator.ts'
import { type MskBroker, startMskBroker } from './msk-broker.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { type SchemaRegistryServer, startSchemaRegistry } from './schema-registry.ts'
import type { Service, ServiceOptions } from './service.ts'
import { testRunFolder } from './test-run.ts'
import { versions } from './versions.ts'

/** A server that other tests use at the same time: it can be talked to, not stopped. */
export type Shared<S extends Service> = Omit<S, keyof Service | 'brokers' | 'nameNode' | 'dataNode'>

/**
 * The servers of this run of tests. The first call of each starts that server, the others, also in other processes, get
 * the same one. They are stopped when the run ends. A first start takes up to 120 s, more if it has to be downloaded:
 * give the hook that calls it a time limit to match.
 */
export interface SharedServices {
  kafka(): Promise<Shared<KafkaServer>>
  /** Kafka 3.6. */
  kafkaOld(): Promise<Shared<KafkaServer>>
  /** Kafka that checks IAM's signatures, with SCRAM and mutual TLS beside it. */
  mskBroker(): Promise<Shared<MskBroker>>
  postgres(): Promise<Shared<PostgresServer>>
  /** Elasticsearch 8.19. */
  elasticsearch(): Promise<Shared<ElasticsearchServer>>
  elasticsearch9(): Promise<Shared<ElasticsearchServer>>
  hdfs(): Promise<Shared<HdfsServer>>
  schemaRegistry(): Promise<Shared<SchemaRegistryServer>>
  /** Of AWS: EC2, IAM, STS, secrets and more. Names are shared with other tests. */
  moto(): Promise<Shared<MotoServer>>
  /** Amazon MSK's control plane. Clusters are shared with other tests. */
  msk(): Promise<Shared<MskEmulator>>
}

export function sharedServices(): SharedServices {
  return {
    kafka: () => shared('kafka', startKafka),
    kafkaOld: () => shared('kafka-old', (o) => startKafka({ ...o, version: versions.kafkaOld })),
    // sessions so short that a test sees them renewed
    mskBroker: () => shared('msk-broker', (o) => startMskBroker({ ...o, sessionMs: 3000 })),
    postgres: () => shared('postgres', startPostgres),
    elasticsearch: () => shared('elasticsearch', startElasticsearch),
    elasticsearch9: () =>
      shared('elasticsearch-9', (o) => startElasticsearch({ ...o, version: versions.elasticsearch9 })),
    hdfs: () => shared('hdfs', startHdfs),
    schemaRegistry: () => shared('schema-registry', startSchemaRegistry),
    moto: () => shared('moto', startMoto),
    msk: () => shared('msk', startMskEmulator),
  }
}

/**
 * A folder for a server of one's own, to be stopped, killed and frozen by a test:
 * `startKafka({ dir: ownFolder('kafka') })`. Whatever still runs there when the run ends is killed.
 */
export function ownFolder(name: string): string {
  return join(testRunFolder(), `own-${name}-${randomUUID().slice(0, 8)}`)
}

async function shared<S>(name: string, start: (options: ServiceOptions) => Promise<S>): Promise<S> {
  const dir = join(testRunFolder(), name)
  return await withLock(`${dir}.lock`, () => start({ dir }))
}
