import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { MskTransitions, type SeenRequest, type Transition } from './msk-transitions.ts'

export type { SeenRequest, Transition } from './msk-transitions.ts'

/** What AWS answers instead. */
export interface Fault {
  readonly status: number
  /** Such as `BadRequestException`. */
  readonly type: string
  readonly message: string
  readonly invalidParameter?: string
}

export interface MskProxyOptions {
  /** The emulator behind it. */
  readonly target: string
}

export interface MskProxy extends AsyncDisposable {
  readonly url: string
  /** All that came since the start or since `forget`. */
  readonly requests: readonly SeenRequest[]
  /** Forgets requests, faults and transitions. */
  forget(): void
  /** Answers so many requests like `PUT /v1/clusters/...` with a fault, and hands none of them on. Default: one; Infinity: all. */
  refuse(fits: RegExp, fault: Fault, times?: number): void
  /** What the next change of a cluster goes through. Without one it is done at the next look. */
  next(transition: Transition): void
  /** Puts an address of this machine in place of the brokers' on a port: `{ 9098: '127.0.0.1:29098' }`. */
  brokersAt(addresses: Readonly<Record<number, string>>): void
  close(): Promise<void>
}

interface Refusal {
  readonly fits: RegExp
  readonly fault: Fault
  left: number
}

interface Answer {
  readonly status: number
  readonly type: string | null
  readonly body: string
}

/**
 * Stands before an emulator of MSK and adds what it doesn't do: it looks at CurrentVersion as AWS does, lets changes take a while or fail, and answers
 * with the errors that a test asks for.
 */
export async function startMskProxy({ target }: MskProxyOptions): Promise<MskProxy> {
  const requests: SeenRequest[] = []
  let refusals: Refusal[] = []
  let addresses: Readonly<Record<number, string>> = {}
  const transitions = new MskTransitions()

  async function answer(request: IncomingMessage): Promise<Answer> {
    const raw = await textOf(request)
    const seen = seenOf(request, raw)
    requests.push(seen)
    const title = `${seen.method} ${seen.path}`
    const refusal = refusals.find(({ fits, left }) => left > 0 && fits.test(title))
    if (refusal !== undefined) {
      refusal.left--
      return faultAnswer(refusal.fault)
    }
    const ask = (method: string, url: string, body?: string) => forward(target + url, method, request, body)
    const stale = await staleVersion(seen, async (url) => (await ask('GET', url)).body)
    if (stale !== undefined) return faultAnswer(stale)
    const shown = transitions.shown(seen)
    if (shown !== undefined) return { status: 200, type: null, body: shown }
    const before = transitions.wantsBefore(seen) ? (await ask('GET', clusterUrl(seen.path)!)).body : undefined
    const got = await ask(seen.method, request.url ?? '/', raw)
    const body = got.status === 200 ? transitions.seen(seen, got.body, before) : got.body
    return { ...got, body: withAddresses(seen.path, body, addresses) }
  }

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error: unknown) => faultAnswer({ status: 502, type: 'ProxyError', message: String(error) }))
      .then((got) => send(response, got))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    forget() {
      requests.length = 0
      refusals = []
      transitions.forget()
    },
    refuse: (fits, fault, times = 1) => void refusals.push({ fits, fault, left: times }),
    next: (transition) => transitions.next(transition),
    brokersAt: (given) => void (addresses = given),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function seenOf(request: IncomingMessage, raw: string): SeenRequest {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  return {
    method: request.method ?? '',
    path: pathname.split('/').map(decodeURIComponent).join('/'),
    query: Object.fromEntries(searchParams),
    body: raw === '' ? undefined : JSON.parse(raw),
  }
}

async function forward(
  url: string,
  method: string,
  { headers }: IncomingMessage,
  body?: string,
): Promise<Answer> {
  const kept = ['authorization', 'content-type', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token']
  const named = kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]]))
  const answer = await fetch(url, {
    method,
    headers: Object.fromEntries(named) as Record<string, string>,
    ...(body && { body }),
  })
  return { status: answer.status, type: answer.headers.get('x-amzn-errortype'), body: await answer.text() }
}

function faultAnswer({ status, type, message, invalidParameter }: Fault): Answer {
  return { status, type, body: JSON.stringify({ message, invalidParameter }) }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(type !== null && { 'x-amzn-errortype': type }),
  })
  response.end(status === 204 ? undefined : body)
}

/** The URL that describes the cluster, or the replicator, of a path. */
function clusterUrl(path: string): string | undefined {
  const cluster = /arn:[^/]+:cluster\/[^/]+\/[^/]+/.exec(path)?.[0]
  if (cluster !== undefined) return `/api/v2/clusters/${encodeURIComponent(cluster)}`
  const replicator = /arn:[^/]+:replicator\/[^/]+\/[^/]+/.exec(path)?.[0]
  return replicator && `/replication/v1/replicators/${encodeURIComponent(replicator)}`
}

async function staleVersion(
  { method, path, query, body }: SeenRequest,
  describe: (url: string) => Promise<string>,
): Promise<Fault | undefined> {
  const given = query['currentVersion'] ?? (body as { currentVersion?: string } | undefined)?.currentVersion
  const url = clusterUrl(path)
  if (method === 'GET' || given === undefined || url === undefined || path.endsWith('/policy'))
    return undefined
  const described = JSON.parse(await describe(url)) as {
    clusterInfo?: { currentVersion?: string }
    currentVersion?: string
  }
  const current = described.clusterInfo?.currentVersion ?? described.currentVersion
  if (current === undefined || current === given) return undefined
  return {
    status: 400,
    type: 'BadRequestException',
    message: "The version of the cluster isn't current. Check the current version and try again.",
    invalidParameter: 'currentVersion',
  }
}

function withAddresses(path: string, body: string, addresses: Readonly<Record<number, string>>): string {
  if (!path.endsWith('/bootstrap-brokers')) return body
  const strings = JSON.parse(body) as Record<string, string>
  const mapped = Object.entries(strings).map(([name, list]) => {
    const port = Number(/:(\d+)$/.exec(list)?.[1])
    return [name, addresses[port] ?? list]
  })
  return JSON.stringify(Object.fromEntries(mapped))
}
