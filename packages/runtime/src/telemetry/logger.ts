import { isatty } from 'node:tty'
import type { Logger } from '@sluice/template'
import { type DestinationStream, pino } from 'pino'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Logs to stdout: one line of JSON each, or lines for people where stdout is a terminal. */
export function createLogger(how: { readonly level: LogLevel; readonly pretty?: boolean }): Logger {
  const pretty = how.pretty ?? isatty(1)
  const options = {
    level: how.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level: string) => ({ level }) },
  }
  return pretty ? pino(options, terminal()) : pino(options)
}

/** For programs that pass no logger and want none. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
}

const colours: Readonly<Record<string, number>> = { debug: 90, info: 32, warn: 33, error: 31 }

function terminal(): DestinationStream {
  return { write: (line) => void process.stdout.write(`${readable(line)}\n`) }
}

/** `12:00:00.000 WARN  Sentence. connector=orders task=0`, a trace below. */
export function readable(line: string): string {
  const { time, level, msg, trace, err, ...fields } = JSON.parse(line) as Record<string, unknown>
  const at = String(time).slice(11, 23)
  const word = `\u001b[${colours[String(level)] ?? 0}m${String(level).toUpperCase().padEnd(5)}\u001b[0m`
  const rest = Object.entries(fields).map(([key, value]) => ` \u001b[90m${key}=${shown(value)}\u001b[0m`)
  const below = [trace, stackOf(err)].filter((text) => text !== undefined && text !== '')
  return [`${at} ${word} ${String(msg)}${rest.join('')}`, ...below.map(indented)].join('\n')
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function stackOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'stack' in error ? error.stack : undefined
}

function indented(text: unknown): string {
  return String(text).replace(/^/gm, '    ')
}
