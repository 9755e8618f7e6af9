import type { Settings } from '../../config/settings.ts'
import type { ConfigRecord, RestartRequest, SessionKey, TargetState } from './config-records.ts'

/** What the config topic says of a connector. */
export interface ConnectorConfig {
  readonly settings: Settings
  readonly target: TargetState
  /** By index, as last committed; none where they are inconsistent. */
  readonly tasks: readonly Settings[]
  /** As the last commit says; 0 before the first. */
  readonly taskCount: number
  /** The last commit found records of its tasks missing, compacted away: the leader has to divide the work anew. */
  readonly inconsistent: boolean
  /**
   * Tasks were written that no commit followed: their writer died. Compaction may take the committed ones for them, so that other workers,
   * which read the topic later, find those inconsistent: the next who publishes writes all of them again.
   */
  readonly hasUncommitted: boolean
  /** Which commit they are of: its offset in the topic, the same for all workers; of the last that was consistent. Undefined before the first. */
  readonly taskGeneration: number | undefined
  /** The settings that the committed tasks were made from; undefined before the first commit, or where compaction has removed them. */
  readonly appliedSettings: Settings | undefined
  /** How many tasks have to be fenced before new ones start (exactly once); outlives the connector. */
  readonly fencedTaskCount: number | undefined
  /** Tasks were committed after the last fencing. */
  readonly fencingPending: boolean
}

/** The config topic up to an offset. Immutable. */
export interface ClusterState {
  /** Behind the last record read; 0 where there was none. */
  readonly offset: bigint
  readonly connectors: ReadonlyMap<string, ConnectorConfig>
  readonly sessionKey: SessionKey | undefined
  /** Levels that were set for the whole cluster, by logger. */
  readonly loggers: ReadonlyMap<string, string>
  /**
   * Names of removed connectors whose tasks are in the topic still: who puts a connector of such a name has to commit no tasks before, or they
   * would be taken for its own once compaction has removed what says that they aren't.
   */
  readonly leftovers: ReadonlySet<string>
}

/** What a record changed. */
export type ConfigChange =
  /** A connector's settings were written, perhaps the same again. */
  | { readonly type: 'connector'; readonly connector: string }
  | { readonly type: 'removed'; readonly connector: string }
  /** A commit was read: the tasks are others, or inconsistent. */
  | { readonly type: 'tasks'; readonly connector: string }
  | { readonly type: 'target'; readonly connector: string }
  | { readonly type: 'session-key' }
  | ({ readonly type: 'restart' } & RestartRequest)
  | { readonly type: 'logger'; readonly namespace: string; readonly level: string }
  /**
   * No record: this worker may not write as the leader any more, until it claims that again. Fenced: another one claimed it, so that
   * this one has to ask the group first who leads.
   */
  | { readonly type: 'given-up'; readonly isFenced: boolean }
  /** The topic was read again from its start: anything may be another. */
  | { readonly type: 'everything' }

interface Tasks {
  readonly count: number
  /** Undefined: inconsistent. */
  readonly configs: readonly Settings[] | undefined
  readonly applied: Settings | undefined
}

/** Applies the records of the config topic, in order. Rules and their reasons: KafkaConfigBackingStore of Kafka Connect 4.1. */
export class ClusterStateBuilder {
  readonly #settings = new Map<string, Settings>()
  readonly #targets = new Map<string, TargetState>()
  readonly #tasks = new Map<string, Tasks>()
  /** Read, but not yet committed. */
  readonly #deferred = new Map<string, Map<number, Settings>>()
  readonly #generations = new Map<string, number>()
  readonly #fenced = new Map<string, number>()
  readonly #fencingPending = new Set<string>()
  readonly #loggers = new Map<string, string>()
  readonly #leftovers = new Set<string>()
  #sessionKey: SessionKey | undefined
  #offset = 0n
  #state: ClusterState | undefined

  /** The state so far. The same object until something is applied. */
  state(): ClusterState {
    this.#state ??= {
      offset: this.#offset,
      connectors: new Map(
        [...this.#settings].map(([name, settings]) => [name, this.#connector(name, settings)]),
      ),
      sessionKey: this.#sessionKey,
      loggers: new Map(this.#loggers),
      leftovers: new Set([...this.#leftovers].filter((name) => !this.#settings.has(name))),
    }
    return this.#state
  }

  /** A record was read, whatever is in it. */
  passed(offset: bigint): void {
    this.#offset = offset + 1n
    this.#state = undefined
  }

  /** The change that others are to know of, if any. */
  apply(record: ConfigRecord): ConfigChange | undefined {
    this.#state = undefined
    switch (record.type) {
      case 'connector':
        return this.#connectorRead(record.connector, record.settings)
      case 'target':
        return this.#targetRead(record.connector, record.target)
      case 'task': {
        const deferred = this.#deferred.get(record.connector) ?? new Map<number, Settings>()
        this.#deferred.set(record.connector, deferred.set(record.task, record.settings))
        return undefined
      }
      case 'commit':
        return this.#commitRead(record.connector, record.tasks)
      case 'fencing':
        this.#fenced.set(record.connector, record.tasks)
        this.#fencingPending.delete(record.connector)
        return undefined
      case 'session-key':
        this.#sessionKey = record.sessionKey
        return { type: 'session-key' }
      case 'logger':
        this.#loggers.set(record.namespace, record.level)
        return record
      case 'restart':
        return record
    }
  }

  #connectorRead(connector: string, settings: Settings | null): ConfigChange {
    if (settings === null) {
      this.#forget(connector)
      return { type: 'removed', connector }
    }
    this.#settings.set(connector, settings)
    return { type: 'connector', connector }
  }

  /** A removed target comes with a removed connector, which says it all. One that comes before its connector says how that starts. */
  #targetRead(connector: string, target: TargetState | null): ConfigChange | undefined {
    const before = this.#targets.get(connector)
    if (target === null) this.#targets.delete(connector)
    else this.#targets.set(connector, target)
    const isNews = target !== null && target !== before && this.#settings.has(connector)
    return isNews ? { type: 'target', connector } : undefined
  }

  /**
   * A connector may be unknown yet: its settings were written again since, and compaction has removed the former ones. Kafka Connect passes over its tasks then.
   */
  #commitRead(connector: string, count: number): ConfigChange | undefined {
    const settings = this.#settings.get(connector)
    const deferred = this.#deferred.get(connector) ?? new Map<number, Settings>()
    const configs = firstOf(deferred, count)
    if (configs) this.#generations.set(connector, Number(this.#offset) - 1)
    // What was written for another commit than this one must not be mixed into the next.
    this.#deferred.delete(connector)
    const applied = configs ? settings : this.#tasks.get(connector)?.applied
    this.#tasks.set(connector, { count, configs, applied })
    this.#fencingPending.add(connector)
    if (count > 0) this.#leftovers.add(connector)
    else this.#leftovers.delete(connector)
    return settings && { type: 'tasks', connector }
  }

  /** The fencing stays: tasks that ran may run still. */
  #forget(connector: string): void {
    this.#settings.delete(connector)
    this.#tasks.delete(connector)
    this.#deferred.delete(connector)
  }

  #connector(name: string, settings: Settings): ConnectorConfig {
    const tasks = this.#tasks.get(name)
    return {
      settings,
      target: this.#targets.get(name) ?? 'STARTED',
      tasks: tasks?.configs ?? [],
      taskCount: tasks?.count ?? 0,
      inconsistent: tasks !== undefined && tasks.configs === undefined,
      hasUncommitted: this.#deferred.has(name),
      taskGeneration: this.#generations.get(name),
      appliedSettings: tasks?.applied,
      fencedTaskCount: this.#fenced.get(name),
      fencingPending: this.#fencingPending.has(name),
    }
  }
}

/** Undefined where one is missing. Further ones are left over from a time of more tasks, whose commit was compacted away. */
function firstOf(deferred: ReadonlyMap<number, Settings>, count: number): readonly Settings[] | undefined {
  if (deferred.size < count) return undefined
  const configs = Array.from({ length: count }, (_, task) => deferred.get(task))
  return configs.every((one) => one !== undefined) ? configs : undefined
}
