import { parseConnectorFile, type Settings } from '@sluice/runtime'
import { readText } from './connection.ts'

export interface ConnectorFlags {
  readonly rest?: string
  readonly config?: readonly string[]
}

const answerWithinMs = 10_000

/** The settings of connectors by name: of those that a worker has, and of those in files. */
export async function connectorSettings({
  rest,
  config = [],
}: ConnectorFlags): Promise<ReadonlyMap<string, Settings>> {
  const asked = rest === undefined ? [] : await askWorker(rest)
  const read = await Promise.all(
    config.map(async (file) => {
      const request = parseConnectorFile(await readText(file), file)
      return [request.name, request.config] as const
    }),
  )
  return new Map([...asked, ...read])
}

/** The dead-letter topics that connectors name, with the names of the connectors. */
export function letterTopicsOf(
  connectors: ReadonlyMap<string, Settings>,
): ReadonlyMap<string, readonly string[]> {
  const topics = new Map<string, string[]>()
  for (const [name, settings] of connectors) {
    const topic = settings.get('errors.deadletterqueue.topic.name')?.trim() ?? ''
    if (topic !== '') topics.set(topic, [...(topics.get(topic) ?? []), name])
  }
  return topics
}

async function askWorker(url: string): Promise<readonly (readonly [string, Settings])[]> {
  const { address, headers } = addressOf(url)
  let body: unknown
  try {
    const answer = await fetch(`${address}/connectors?expand=info`, {
      headers,
      signal: AbortSignal.timeout(answerWithinMs),
    })
    if (!answer.ok) throw new Error(`it answered ${answer.status}`)
    body = await answer.json()
  } catch (cause) {
    throw new Error(`the worker at ${address} can't be asked for its connectors: ${reasonOf(cause)}`, {
      cause,
    })
  }
  const infos = body as Record<string, { info?: { config?: Record<string, unknown> } }>
  return Object.entries(infos).map(([name, { info }]) => {
    const entries = Object.entries(info?.config ?? {}).map(([key, value]) => [key, String(value)] as const)
    return [name, new Map(entries)] as const
  })
}

/** fetch takes no login within a URL. */
function addressOf(url: string): { readonly address: string; readonly headers: Record<string, string> } {
  const parsed = URL.parse(url)
  if (parsed === null)
    throw new Error(`--rest takes the address of a worker, such as http://127.0.0.1:8083, not "${url}".`)
  const { username, password } = parsed
  parsed.username = ''
  parsed.password = ''
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const headers = username === '' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
  return { address: parsed.href.replace(/\/$/, ''), headers }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
