import type { ConnectionOptions } from 'node:tls'
import { toObject, type Settings } from '../../config/settings.ts'
import { httpCall } from '../../rest/http-call.ts'
import { signed } from '../../rest/signature.ts'
import type { SessionKey } from '../logs/config-records.ts'

export interface LeaderCallsOptions {
  readonly key: () => SessionKey | undefined
  /** `inter.worker.signature.algorithm`. */
  readonly algorithm: string
  /** For leaders that listen on https. */
  readonly tls: ConnectionOptions | undefined
}

const timeoutMs = 90_000

/** What a worker asks of the leader over its REST, signed (KIP-507). Each is tried once; rejects with the leader's own words. */
export class LeaderCalls {
  readonly #options: LeaderCallsOptions

  constructor(options: LeaderCallsOptions) {
    this.#options = options
  }

  /** The connector was divided into these tasks. */
  async putTaskConfigs(leaderUrl: string, connector: string, tasks: readonly Settings[]): Promise<void> {
    await this.#call('POST', address(leaderUrl, connector, 'tasks'), JSON.stringify(tasks.map(toObject)))
  }

  async fence(leaderUrl: string, connector: string): Promise<void> {
    await this.#call('PUT', address(leaderUrl, connector, 'fence'), '')
  }

  async #call(method: string, url: URL, text: string): Promise<void> {
    const { tls } = this.#options
    const key = this.#options.key()
    if (key === undefined) throw new Error('No key to sign with has been read from the config topic yet.')
    const body = Buffer.from(text)
    const headers = {
      'content-type': 'application/json',
      ...signed(body, key.key, this.#options.algorithm),
    }
    const { status, body: answer } = await httpCall(url, { method, headers, body, timeoutMs, tls })
    if (status >= 300) throw new Error(`The leader at ${url.origin} answered ${status}: ${answer.toString()}`)
  }
}

function address(leaderUrl: string, connector: string, what: string): URL {
  return new URL(`connectors/${encodeURIComponent(connector)}/${what}`, leaderUrl)
}
