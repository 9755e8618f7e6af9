export interface KafkaClusterLayout {
  /** One per broker, in the order of their node ids. */
  readonly nodes: readonly {
    readonly port: number
    readonly controllerPort: number
    readonly dataDir: string
  }[]
  /** More ways into the broker, of a cluster of one. */
  readonly listeners?: readonly KafkaListener[] | undefined
  /** The user's own; they win. */
  readonly settings: Readonly<Record<string, string>>
}

export interface KafkaListener {
  /** In capitals. Settings of this listener alone begin with `listener.name.` and the name in small letters. */
  readonly name: string
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  readonly port: number
}

/** The server.properties of node `index + 1`: broker and controller in one process (KRaft). */
export function brokerSettings(
  { nodes, settings, listeners = [] }: KafkaClusterLayout,
  index: number,
): Record<string, string | number> {
  const node = nodes[index]
  if (!node) throw new RangeError(`there is no node ${index + 1} in a cluster of ${nodes.length}`)
  const copies = Math.min(nodes.length, 3)
  const inSync = Math.max(1, copies - 1)
  return {
    'process.roles': 'broker,controller',
    'node.id': index + 1,
    listeners: [
      `PLAINTEXT://127.0.0.1:${node.port}`,
      `CONTROLLER://127.0.0.1:${node.controllerPort}`,
      ...listeners.map(({ name, port }) => `${name}://127.0.0.1:${port}`),
    ].join(','),
    'advertised.listeners': [
      `PLAINTEXT://127.0.0.1:${node.port}`,
      ...listeners.map(({ name, port }) => `${name}://localhost:${port}`),
    ].join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': [
      'PLAINTEXT:PLAINTEXT',
      'CONTROLLER:PLAINTEXT',
      ...listeners.map(({ name, protocol }) => `${name}:${protocol}`),
    ].join(','),
    'controller.quorum.voters': nodes
      .map(({ controllerPort }, at) => `${at + 1}@127.0.0.1:${controllerPort}`)
      .join(','),
    'log.dirs': node.dataDir,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    // the defaults make 50 partitions each, which cost seconds and files on a small machine
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    // a transaction that lasts too long is found within a second, not within ten
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
    // a killed broker may come back only after its session has ended; the default is 9 s
    'broker.session.timeout.ms': 5_000,
    'broker.heartbeat.interval.ms': 1_000,
    // a group of tests needn't wait for members that aren't coming
    'group.initial.rebalance.delay.ms': 0,
    // as on managed clusters: a missing topic is an error to be seen, not a topic of one partition
    'auto.create.topics.enable': 'false',
    ...settings,
  }
}
