/** Structured logs: fields first, then a sentence. Compatible with pino's loggers. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** The same with these fields on every line. */
  child(fields: object): Logger
}

/** Figures of a connector's own. They appear at `/metrics` with the labels `connector` and `task`. */
export interface Metrics {
  /** Counts up. Name without prefix, in snake case, ending in what it counts: `documents_rejected_total`. */
  counter(name: string, doc: string): { add(n?: number): void }
  gauge(name: string, doc: string): { set(value: number): void }
}

/** One call of the runtime. `signal` aborts when the call is to give way; a call that then rejects is not a failure. */
export interface Call {
  readonly signal: AbortSignal
}

/** What every task is given when it opens, and may use until its `close` has resolved. */
export interface TaskContext<C> {
  readonly config: C
  readonly task: { readonly connector: string; readonly index: number }
  /** Aborts once, when the task stops. It outlives the signals of single calls. */
  readonly signal: AbortSignal
  readonly log: Logger
  readonly metrics: Metrics
}
