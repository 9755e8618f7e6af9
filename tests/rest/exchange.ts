import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseJson } from '@sluice/template'
import type { Answer, Step, Until } from './step.ts'
import type { RestWorld } from './world.ts'

interface Reply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

const rebalancing = /rebalance|stale configuration|reading to the end/i

/** Waits for what the step waits for, sends it, and gives the answer without what differs from run to run. */
export async function answerOf(step: Step, world: RestWorld): Promise<Answer> {
  if (step.until) await waitUntil(step.until, world)
  const deadline = performance.now() + 60_000
  for (;;) {
    const reply = await send(step, world)
    // as clients do: a group of one rebalances too
    const isMomentary = !step.once && reply.status === 409 && rebalancing.test(reply.text)
    if (!isMomentary || performance.now() > deadline) return normalised(reply, world)
    await sleep(100)
  }
}

async function waitUntil({ what, path, holds }: Until, world: RestWorld): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const { status, text } = await send({ method: 'GET', path }, world)
    if (holds(parsed(text), status)) return
    if (performance.now() > deadline) throw new Error(`It has not come about that ${what}: ${status} ${text}`)
    await sleep(50)
  }
}

function send(
  { method, path, body, text, headers = {} }: Omit<Step, 'id'>,
  world: RestWorld,
): Promise<Reply> {
  const sent = named(text ?? (body === undefined ? '' : JSON.stringify(body)), world)
  const { hostname, port } = new URL(world.url)
  const all = {
    ...(sent !== '' && { 'content-type': 'application/json' }),
    ...headers,
    'content-length': String(Buffer.byteLength(sent)),
  }
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, method, path, headers: all, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    call.once('error', reject)
    call.end(sent)
  })
}

/** The folder and the topics of this run, where the steps have their names. */
function named(text: string, { folder, topics }: RestWorld): string {
  return Object.entries(topics).reduce(
    (told, [name, own]) => told.replaceAll(name, own),
    text.replaceAll('{folder}', folder),
  )
}

const toldHeaders = ['content-type', 'location', 'allow'] as const

function normalised({ status, headers, text }: Reply, world: RestWorld): Answer {
  const known = (raw: string): string => {
    const { host } = new URL(world.url)
    const plain = raw.replaceAll(host, '{worker}').replaceAll(world.folder, '{folder}')
    return Object.entries(world.topics).reduce((told, [name, own]) => told.replaceAll(own, name), plain)
  }
  const told = toldHeaders.flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [[name, known(value)] as const]
  })
  const body = text === '' ? {} : { body: withoutChance(parsed(known(text))) }
  return { status, headers: Object.fromEntries(told), ...body }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}

/** Versions, ids, times and stacks are there or not; what they say is no matter. */
const byChance: Readonly<Record<string, string>> = {
  version: 'string',
  commit: 'string',
  kafka_cluster_id: 'string',
  trace: 'string',
  last_modified: 'number',
}

/** Of a setting that names a plug-in's version. */
const versions: ReadonlySet<string> = new Set(['default_value', 'value', 'recommended_values'])

function withoutChance(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutChance)
  if (typeof value !== 'object' || value === null) return value
  const names: unknown = 'name' in value && value.name
  const tellsVersion = typeof names === 'string' && names.endsWith('plugin.version')
  const entries = Object.entries(value).map(([name, member]) => {
    if (tellsVersion && versions.has(name)) return [name, '{version}']
    const isChance = Object.hasOwn(byChance, name) && byChance[name] === typeof member
    return [name, isChance ? `{${name}}` : withoutChance(member)]
  })
  return Object.fromEntries(entries)
}
