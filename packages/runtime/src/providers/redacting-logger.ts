import type { Logger } from '@sluice/template'
import type { Redactor } from './redactor.ts'

/**
 * Logs to another logger, with values of config providers masked wherever they are in a line. Fields of children are kept here, for a value may
 * become known after the child was made.
 */
export function redactingLogger(log: Logger, redactor: Redactor, bound: object = {}): Logger {
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: object, message: string): void =>
      log[level](redactor.fields({ ...bound, ...fields }), redactor.text(message))
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (fields) => redactingLogger(log, redactor, { ...bound, ...fields }),
  }
}
