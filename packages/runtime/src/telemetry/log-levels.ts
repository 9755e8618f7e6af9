export const lineLevels = ['debug', 'info', 'warn', 'error'] as const

/** Of a line that is logged. */
export type LineLevel = (typeof lineLevels)[number]

/** What a logger may be set to: log4j's names, of which TRACE and ALL let through what DEBUG does, FATAL and OFF nothing. */
export const loggerLevels = ['ALL', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'] as const

export type LoggerLevel = (typeof loggerLevels)[number]

export interface LoggerState {
  readonly level: LoggerLevel
  /** Milliseconds since the epoch; null: never changed. */
  readonly lastModified: number | null
}

const root = 'root'

/** The least line that each lets through, as an index of `lineLevels`. */
const least: Readonly<Record<LoggerLevel, number>> = {
  ALL: 0,
  TRACE: 0,
  DEBUG: 0,
  INFO: 1,
  WARN: 2,
  ERROR: 3,
  FATAL: 4,
  OFF: 4,
}

/**
 * The levels of a worker's loggers by name. Names are a tree by their dots, as in log4j: a logger that was not set itself has the level of the
 * nearest one above it, `root` above all.
 */
export class LogLevels {
  /**
   * The least line that any logger lets through, as an index of `lineLevels`. Shared memory, so that threads needn't send lines that nobody
   * wants, nor be told of a change.
   */
  readonly verbosity = new Int32Array(new SharedArrayBuffer(4))
  readonly #now: () => number
  readonly #set = new Map<string, LoggerState>()
  /** Names of loggers that there are, or were. */
  readonly #known = new Set<string>([root])

  constructor(level: LoggerLevel, now: () => number = Date.now) {
    this.#now = now
    this.#put(root, { level, lastModified: null })
  }

  /** A logger of this name is in use. */
  know(name: string): void {
    this.#known.add(name)
  }

  /** Nobody logs under the name any more; a level that was set stays. */
  forget(name: string): void {
    if (!this.#set.has(name)) this.#known.delete(name)
  }

  enabled(name: string, line: LineLevel): boolean {
    return lineLevels.indexOf(line) >= least[this.#effective(name).level]
  }

  /** Of a logger that is known; undefined for others. */
  get(name: string): LoggerState | undefined {
    const key = keyOf(name)
    return this.#known.has(key) ? this.#effective(key) : undefined
  }

  /** Of all that are known, by name. */
  all(): ReadonlyMap<string, LoggerState> {
    return new Map([...this.#known].toSorted().map((name) => [name, this.#effective(name)]))
  }

  /** Sets a logger and all below it. Returns the known ones whose level that has changed, in the order of their names. */
  set(namespace: string, level: LoggerLevel): readonly string[] {
    const key = keyOf(namespace)
    const before = this.all()
    for (const name of this.#set.keys()) if (name !== key && isBelow(name, key)) this.#set.delete(name)
    this.#known.add(key)
    this.#put(key, { level, lastModified: this.#now() })
    return [...this.all()].flatMap(([name, now]) => (before.get(name)?.level === now.level ? [] : [name]))
  }

  #put(name: string, state: LoggerState): void {
    this.#set.set(name, state)
    const all = [...this.#set.values()].map((one) => least[one.level])
    Atomics.store(this.verbosity, 0, Math.min(...all))
  }

  #effective(name: string): LoggerState {
    for (let at = name; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const found = this.#set.get(at)
      if (found !== undefined) return found
    }
    return this.#set.get(root)!
  }
}

/** The word for a level, whatever its case; undefined: there is none. */
export function loggerLevel(word: string): LoggerLevel | undefined {
  return loggerLevels.find((level) => level === word.toUpperCase())
}

function keyOf(name: string): string {
  return name === '' || name.toLowerCase() === root ? root : name
}

function isBelow(name: string, namespace: string): boolean {
  return namespace === root || name.startsWith(`${namespace}.`)
}
