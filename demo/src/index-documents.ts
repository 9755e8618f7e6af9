import { setTimeout as sleep } from 'node:timers/promises'
import type { Tally } from './table.ts'

/** The index, asked by plain HTTP. */
export class FlightsIndex {
  readonly #url: string

  constructor(url: string, index: string) {
    this.#url = `${url}/${index}`
  }

  /** Documents that a search would find now, up to a second behind; 0 while the index doesn't exist. */
  async count(): Promise<number> {
    return ((await this.#ask('_count')) as { count?: number }).count ?? 0
  }

  async tally(): Promise<Tally> {
    await this.#ask('_refresh', { method: 'POST' })
    const count = await this.count()
    const { aggregations } = (await this.#ask('_search', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ size: 0, aggs: { sum: { sum: { field: 'distance' } } } }),
    })) as { aggregations: { sum: { value: number } } }
    return { count, sum: aggregations.sum.value }
  }

  /** Do all these documents carry the mark? Reads documents as they are, searchable or not. */
  async marked(ids: readonly number[], mark: number): Promise<boolean> {
    const answer = (await this.#ask('_mget', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ids: ids.map(String) }),
    })) as { docs: { _source?: { delay: number } }[] }
    return answer.docs.every((doc) => doc._source?.delay === mark)
  }

  /** A server that is busy (429), or whose index was made a moment ago (503), is asked again for a minute. */
  async #ask(path: string, request: RequestInit = {}): Promise<unknown> {
    const deadline = performance.now() + 60_000
    for (;;) {
      const response = await fetch(`${this.#url}/${path}`, {
        ...request,
        signal: AbortSignal.timeout(60_000),
      })
      if (response.ok || response.status === 404) return response.json()
      const failure = `Elasticsearch answered ${response.status} to ${path}: ${await response.text()}`
      const passes = response.status === 429 || response.status === 503
      if (!passes || performance.now() > deadline) throw new Error(failure)
      await sleep(500)
    }
  }
}
