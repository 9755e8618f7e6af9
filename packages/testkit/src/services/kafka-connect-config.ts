export interface ConnectWorkerLayout {
  readonly mode: ConnectMode
  readonly port: number
  readonly bootstrapServers: string
  /** Where a standalone worker keeps its sources' offsets. */
  readonly offsetsFile: string
  /** The user's own; they win. */
  readonly settings: Readonly<Record<string, string>>
}

export type ConnectMode = 'distributed' | 'standalone'

/** The worker.properties of a worker of Kafka Connect. What is not set here has the JVM's defaults. */
export function workerSettings({
  mode,
  port,
  bootstrapServers,
  offsetsFile,
  settings,
}: ConnectWorkerLayout): Record<string, string | number> {
  return {
    'bootstrap.servers': bootstrapServers,
    listeners: `http://127.0.0.1:${port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    // the plug-ins are on the class path
    'plugin.discovery': 'hybrid_warn',
    ...(mode === 'standalone'
      ? { 'offset.storage.file.filename': offsetsFile }
      : distributed(port, settings)),
    ...settings,
  }
}

function distributed(
  port: number,
  { 'group.id': group = `connect-${port}` }: Readonly<Record<string, string>>,
): Record<string, string | number> {
  return {
    'group.id': group,
    'config.storage.topic': `${group}-configs`,
    'config.storage.replication.factor': 1,
    'offset.storage.topic': `${group}-offsets`,
    'offset.storage.replication.factor': 1,
    // the defaults make 25 and 5, which cost seconds on a small machine
    'offset.storage.partitions': 5,
    'status.storage.topic': `${group}-status`,
    'status.storage.replication.factor': 1,
    'status.storage.partitions': 2,
  }
}

/** Warnings to the log; log4j, so that `/admin/loggers` has something to set. */
export const log4jConfiguration = `<?xml version="1.0" encoding="UTF-8"?>
<Configuration>
  <Appenders>
    <Console name="out"><PatternLayout pattern="%d{HH:mm:ss.SSS} %p %c{2} %m%n"/></Console>
  </Appenders>
  <Loggers>
    <Root level="WARN"><AppenderRef ref="out"/></Root>
    <Logger name="org.apache.kafka.connect" level="INFO"/>
    <Logger name="org.apache.kafka.connect.runtime.WorkerInfo" level="WARN"/>
    <Logger name="org.apache.kafka.connect.runtime.rest.RestServer" level="WARN"/>
  </Loggers>
</Configuration>
`
