import { isatty } from 'node:tty'
import { styleText } from 'node:util'
import type { Logger } from '@sluice/template'
import { type DestinationStream, pino } from 'pino'
import { leveledLogger } from './leveled-logger.ts'
import { loggerLevel, LogLevels } from './log-levels.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Logs to stdout: one line of JSON each, or lines for people where stdout is a terminal. `level` is what a worker's loggers have at first. */
export function createLogger(how: { readonly level: LogLevel; readonly pretty?: boolean }): Logger {
  const pretty = how.pretty ?? isatty(1)
  const options = {
    // what passes is decided before, by name
    level: 'debug',
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level: string) => ({ level }) },
  }
  const levels = new LogLevels(loggerLevel(how.level) ?? 'INFO')
  return leveledLogger(pretty ? pino(options, terminal()) : pino(options), levels)
}

/** For programs that pass no logger and want none. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
}

type Colour = 'gray' | 'green' | 'yellow' | 'red'
type Paint = (colour: Colour, text: string) => string

const colours: Readonly<Record<string, Colour>> = {
  debug: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
}

function terminal(): DestinationStream {
  // styleText knows NO_COLOR and what the terminal can do
  const paint: Paint = (colour, text) => styleText(colour, text, { stream: process.stdout })
  return { write: (line) => void process.stdout.write(`${readable(line, paint)}\n`) }
}

/** `12:00:00.000 WARN  Sentence. connector=orders task=0`, a trace below. */
export function readable(line: string, paint: Paint): string {
  const { time, level, msg, trace, err, ...fields } = JSON.parse(line) as Record<string, unknown>
  const at = String(time).slice(11, 23)
  const word = paint(colours[String(level)] ?? 'gray', String(level).toUpperCase().padEnd(5))
  const rest = Object.entries(fields).map(([key, value]) => paint('gray', ` ${key}=${shown(value)}`))
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
