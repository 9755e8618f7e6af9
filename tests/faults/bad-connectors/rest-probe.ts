import { setTimeout as sleep } from 'node:timers/promises'

export interface ProbeRequest {
  readonly method: 'GET' | 'PUT'
  readonly url: string
  readonly body?: object
}

export interface Probed {
  /** The slowest answer of each, in milliseconds. */
  readonly slowestMs: readonly number[]
  /** Answers other than those expected, and requests without one. */
  readonly wrong: readonly string[]
}

const everyMs = 100

/** Sends all of the requests every 100 ms, together; the function that it returns ends that. */
export function probe(
  requests: readonly ProbeRequest[],
  isRight: (status: number) => boolean,
): () => Promise<Probed> {
  const ending = new AbortController()
  const slowestMs = requests.map(() => 0)
  const wrong: string[] = []
  const once = async ({ method, url, body }: ProbeRequest, index: number): Promise<void> => {
    const askedAt = performance.now()
    try {
      const { status } = await call(method, url, body)
      if (!isRight(status)) wrong.push(`${method} ${url}: ${status}`)
    } catch (error) {
      wrong.push(`${method} ${url}: ${String(error)}`)
    }
    slowestMs[index] = Math.max(slowestMs[index]!, performance.now() - askedAt)
  }
  const running = (async () => {
    while (!ending.signal.aborted) {
      await Promise.all(requests.map(once))
      await sleep(everyMs)
    }
  })()
  return async () => {
    ending.abort()
    await running
    return { slowestMs: slowestMs.map(Math.round), wrong }
  }
}

export async function call(
  method: string,
  url: string,
  body?: object,
): Promise<{ readonly status: number; readonly body: unknown; readonly ms: number }> {
  const askedAt = performance.now()
  const answer = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    body: text === '' ? undefined : JSON.parse(text),
    ms: performance.now() - askedAt,
  }
}
