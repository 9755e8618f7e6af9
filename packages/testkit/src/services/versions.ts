/** Every server that is started here, pinned. A newer version is one line and a run of services.it.ts. */
export const versions = {
  kafka: '4.1.1',
  /** What older managed clusters run: the last line before 4.0 took the old protocol versions away. */
  kafkaOld: '3.6.2',
  slf4j: '1.7.36',
  /** What Kafka Connect logs by; without it `/admin/loggers` has nothing to set. */
  log4j: '2.24.3',
  elasticsearch8: '8.19.21',
  elasticsearch9: '9.5.3',
  hadoop: '3.4.3',
  /** The newest HttpFS on Maven Central; it speaks to 3.4.3. */
  httpFs: '3.4.2',
  /** The schema registry. */
  apicurio: '3.3.3',
  /** Emulates services of AWS. */
  moto: '5.2.5',
  /** Emulates Amazon MSK; the crate fakecloud-kafka, as tests/msk-emulator/Cargo.toml names it. */
  fakecloud: '0.51.0',
  mavenDependencyPlugin: '3.6.1',
} as const

export type KafkaVersion = typeof versions.kafka | typeof versions.kafkaOld
export type ElasticsearchVersion = typeof versions.elasticsearch8 | typeof versions.elasticsearch9
