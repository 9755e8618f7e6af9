import type { ConnectionOptions } from 'node:tls'
import type { ClientFigures } from './client-figures.ts'
import type { Refusal } from './types.ts'

export interface HostPort {
  readonly host: string
  readonly port: number
}

export type Sasl =
  | { readonly mechanism: 'PLAIN'; readonly username: string; readonly password: string }
  | {
      readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'OAUTHBEARER'
      readonly token: () => Promise<{ readonly value: string }>
      readonly refused?: (reason: string) => Promise<Refusal>
    }

/** What every client (producer, consumer, admin) needs to reach a cluster; read from the JVM's settings once. */
export interface ClientConfig {
  readonly bootstrap: readonly HostPort[]
  /** Finds other ones when none of them answers; absent: they are all there are. */
  readonly rediscover?: () => Promise<readonly HostPort[]>
  readonly clientId: string
  /** Present: TLS. */
  readonly tls?: ConnectionOptions
  readonly sasl?: Sasl
  readonly requestTimeoutMs: number
  readonly connectionSetupTimeoutMs: number
  readonly connectionsMaxIdleMs: number
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly metadataMaxAgeMs: number
  /** Absent: nothing is counted. */
  readonly figures?: ClientFigures
}
