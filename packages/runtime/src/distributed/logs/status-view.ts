import type { StatusRecord, StoredStatus, TopicUse } from './status-records.ts'

/** The states that the status topic tells of, as its records are read. Rules: KafkaStatusBackingStore of Kafka Connect 4.1. */
export class StatusView {
  readonly #connectors = new Map<string, StoredStatus>()
  readonly #tasks = new Map<string, Map<number, StoredStatus>>()
  readonly #topics = new Map<string, Map<string, TopicUse>>()

  connectors(): readonly string[] {
    return [...this.#connectors.keys()]
  }

  connector(name: string): StoredStatus | undefined {
    return this.#connectors.get(name)
  }

  /** By task index. */
  tasks(connector: string): ReadonlyMap<number, StoredStatus> {
    return this.#tasks.get(connector) ?? new Map()
  }

  /** By topic. */
  topics(connector: string): ReadonlyMap<string, TopicUse> {
    return this.#topics.get(connector) ?? new Map()
  }

  apply(record: StatusRecord): void {
    const { connector } = record
    switch (record.type) {
      case 'connector':
        if (record.status) this.#connectors.set(connector, record.status)
        else this.#remove(connector)
        return
      case 'task':
        setIn(this.#tasks, connector, record.task, this.#newer(connector, record.task, record.status))
        return
      case 'topic':
        setIn(this.#topics, connector, record.topic, record.use)
    }
  }

  /** A removed connector takes its tasks with it. */
  #remove(connector: string): void {
    this.#connectors.delete(connector)
    this.#tasks.delete(connector)
  }

  /** The worker that gave a task up may say so after another has started it. */
  #newer(connector: string, task: number, status: StoredStatus | null): StoredStatus | null {
    const before = this.tasks(connector).get(task)
    if (status?.state !== 'UNASSIGNED' || before?.state !== 'RUNNING') return status
    return before.generation >= status.generation ? before : status
  }
}

/**
 * Whether a worker that may be behind may write over what it knows: it knows nothing, wrote that itself, or that is of no later
 * generation of the group. It narrows the window for overwriting news; it can't close it.
 */
export function isSafe(known: StoredStatus | undefined, status: StoredStatus): boolean {
  return known === undefined || known.workerId === status.workerId || known.generation <= status.generation
}

function setIn<K, V>(maps: Map<string, Map<K, V>>, connector: string, key: K, value: V | null): void {
  const map = maps.get(connector) ?? new Map<K, V>()
  if (value === null) map.delete(key)
  else map.set(key, value)
  if (map.size > 0) maps.set(connector, map)
  else maps.delete(connector)
}
