import type { Logger } from '@sluice/template'
import type { KafkaOptions } from '../kafka/types.ts'

/** The log of a Kafka client, into the runtime's. */
export function clientLog(log: Logger): KafkaOptions['log'] {
  const level =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (...args: unknown[]): void => {
      const fields = args.find((arg) => typeof arg === 'object' && arg !== null) ?? {}
      log[name](fields, args.filter((arg) => typeof arg === 'string').join(' '))
    }
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') }
}
