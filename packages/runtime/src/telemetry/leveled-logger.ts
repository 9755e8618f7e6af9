import type { Logger } from '@sluice/template'
import type { LineLevel, LogLevels } from './log-levels.ts'

/** Names under which the runtime logs. They lie where Kafka Connect's do, so that what is known of those holds here. */
export const loggerNames = {
  worker: 'org.apache.kafka.connect.runtime.Worker',
  rest: 'org.apache.kafka.connect.runtime.rest.RestServer',
  /** All that a connector and its tasks log, their Kafka clients included. */
  connector: (name: string): string => `org.apache.kafka.connect.connector.${name}`,
} as const

const levelsKey = Symbol('sluice.levels')

interface Leveled extends Logger {
  readonly [levelsKey]: { readonly levels: LogLevels; readonly base: Logger }
}

/** A logger whose lines pass as the levels say. A child with a `connector` among its fields logs under that connector's name, too. */
export function leveledLogger(base: Logger, levels: LogLevels, name: string = loggerNames.worker): Logger {
  levels.know(name)
  const line =
    (level: LineLevel) =>
    (fields: object, message: string): void => {
      if (levels.enabled(name, level)) base[level](fields, message)
    }
  const logger: Leveled = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (fields) => leveledLogger(base.child(fields), levels, nameFor(fields) ?? name),
    [levelsKey]: { levels, base },
  }
  return logger
}

/** The levels that decide what a logger lets through; undefined: it is none of ours. */
export function levelsOf(logger: Logger): LogLevels | undefined {
  return isLeveled(logger) ? logger[levelsKey].levels : undefined
}

/** The same logger under another name, with nothing more on its lines. */
export function namedLogger(logger: Logger, name: string): Logger {
  if (!isLeveled(logger)) return logger
  const { base, levels } = logger[levelsKey]
  return leveledLogger(base, levels, name)
}

/** The logger with lines that go to what `wrap` makes of its base: levels are looked at before. */
export function onBase(logger: Logger, wrap: (base: Logger) => Logger): Logger {
  if (!isLeveled(logger)) return wrap(logger)
  const { base, levels } = logger[levelsKey]
  return leveledLogger(wrap(base), levels)
}

/** For a line that was logged elsewhere: under the name of the connector that it is about, if it is about one. */
export function loggerFor(logger: Logger, fields: object): Logger {
  const name = nameFor(fields)
  return name === undefined ? logger : namedLogger(logger, name)
}

function nameFor(fields: object): string | undefined {
  return 'connector' in fields && typeof fields.connector === 'string'
    ? loggerNames.connector(fields.connector)
    : undefined
}

function isLeveled(logger: Logger): logger is Leveled {
  return levelsKey in logger
}
