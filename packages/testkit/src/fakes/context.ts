import {
  type ConfigFields,
  type ConfigOf,
  type Json,
  type Logger,
  type Metrics,
  parseConfig,
  type SinkContext,
  type SinkRecord,
  type SourceContext,
  type SourcePartition,
  stringifyJson,
  type TaskContext,
} from '@sluice/template'

/** A log line as a test sees it. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: object
}

/** A logger that keeps its lines. */
export function memoryLogger(
  lines: LogLine[] = [],
  bound: object = {},
): Logger & { readonly lines: LogLine[] } {
  const at = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...bound, ...fields } })
  }
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => memoryLogger(lines, { ...bound, ...fields }),
  }
}

/** Metrics that keep the last value of each name; counters their sum. */
export function memoryMetrics(): Metrics & { readonly values: Map<string, number> } {
  const values = new Map<string, number>()
  return {
    values,
    counter: (name) => ({ add: (n = 1) => void values.set(name, (values.get(name) ?? 0) + n) }),
    gauge: (name) => ({ set: (value) => void values.set(name, value) }),
  }
}

/** Parses settings as the runtime would. Throws an Error that lists every issue. */
export function configOf<S extends ConfigFields>(
  fields: S,
  settings: Readonly<Record<string, string>>,
): ConfigOf<S> {
  const { config, issues } = parseConfig(fields, new Map(Object.entries(settings)))
  if (config === undefined)
    throw new Error(issues.map(({ field, message }) => `${field} ${message}`).join('; '))
  return config
}

export interface FakeTask<C> extends TaskContext<C> {
  /** Aborts the task's signal. */
  abort(): void
}

export function fakeTask<C>(config: C): FakeTask<C> {
  const controller = new AbortController()
  return {
    config,
    task: { connector: 'test', index: 0 },
    signal: controller.signal,
    log: memoryLogger(),
    metrics: memoryMetrics(),
    abort: () => controller.abort(new Error('the task stops')),
  }
}

/** A source's context over offsets kept in a map; `commit` stores what a worker would. */
export function fakeSourceContext<C, O, Slice>(options: {
  config: C
  slice: Slice
  parseOffset: (raw: Json) => O
  stored?: ReadonlyMap<string, Json>
}): SourceContext<C, O, Slice> & FakeTask<C> {
  const stored = options.stored ?? new Map<string, Json>()
  return {
    ...fakeTask(options.config),
    slice: options.slice,
    offsets: async (partitions) =>
      partitions.map((partition) => {
        const raw = stored.get(partitionKey(partition))
        return raw === undefined ? undefined : options.parseOffset(raw)
      }),
  }
}

/** The same text for partitions of equal content, whatever the order of their members. */
export function partitionKey(partition: SourcePartition): string {
  return stringifyJson(Object.entries(partition).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

export interface Rejected {
  readonly record: SinkRecord
  readonly error: unknown
}

/** A sink's context over a Kafka that has `partitions` partitions a topic and nothing committed. */
export function fakeSinkContext<C>(
  config: C,
  kafka: { readonly partitions?: number; readonly endOffset?: bigint } = {},
): SinkContext<C> & FakeTask<C> & { readonly rejected: Rejected[] } {
  const rejected: Rejected[] = []
  return {
    ...fakeTask(config),
    rejected,
    reject: async (record, error) => void rejected.push({ record, error }),
    requestCommit: () => {},
    endOffsets: async (partitions) =>
      partitions.map((one) => ({ ...one, offset: kafka.endOffset ?? 1_000_000n })),
    partitionCount: async () => kafka.partitions ?? 1,
    transforms: [],
    routes: async () => [],
    committed: async (partitions) => partitions.map(() => undefined),
  }
}
