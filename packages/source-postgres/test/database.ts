import { randomUUID } from 'node:crypto'
import { isRowBatch, type Json, recordsOf, type SourceRecord, type SourceTask } from '@sluice/template'
import { configOf, fakeSourceContext, partitionKey } from '@sluice/testkit'
import { sharedServices } from '@sluice/testkit/services'
import pg from 'pg'
import { postgresSource } from '../src/definitions.ts'
import type { SourceConfig } from '../src/config/fields.ts'
import type { Offset } from '../src/read/position.ts'
import type { Slice } from '../src/read/task.ts'

/** A database of a test file's own, with everything that the tests opened in it. */
export interface TestDatabase {
  readonly url: string
  readonly name: string
  readonly client: pg.Client
  /** Another session of the same database. */
  connect(): Promise<pg.Client>
  /** A task that reads it, from stored offsets if given. */
  read(settings: Readonly<Record<string, string>>, how?: ReadOptions): Promise<Reader>
  closeReaders(): Promise<void>
  dispose(): Promise<void>
}

export interface ReadOptions {
  readonly definition?: typeof postgresSource
  readonly stored?: ReadonlyMap<string, Json>
}

export interface Reader {
  readonly task: SourceTask<Offset>
  readonly context: ReturnType<typeof fakeSourceContext<SourceConfig, Offset, Slice>>
  /** Of the last record or position that came, per partition: what a worker would have stored. */
  readonly stored: Map<string, Json>
  /** One poll's records. */
  poll(maxRecords?: number): Promise<SourceRecord<Offset>[]>
  /** Polls until so many records came, and once more, which must bring nothing. */
  take(count: number): Promise<SourceRecord<Offset>[]>
  /** Polls for as long as nothing must come. */
  expectNothing(): Promise<void>
  close(): Promise<void>
}

export async function testDatabase(serverUrl?: string): Promise<TestDatabase> {
  const server = serverUrl ?? process.env['SLUICE_TEST_POSTGRES'] ?? (await sharedServices().postgres()).url
  const name = `source_${randomUUID().slice(0, 8)}`
  await withClient(server, (client) => client.query(`CREATE DATABASE ${name}`))
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const clients: pg.Client[] = []
  const readers: Reader[] = []
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(url)
    client.on('error', () => {})
    await client.connect()
    clients.push(client)
    return client
  }
  return {
    url,
    name,
    client: await connect(),
    connect,
    read: async (settings, how = {}) => {
      const reader = await openReader({ 'connection.url': url, ...settings }, how)
      readers.push(reader)
      return reader
    },
    closeReaders: async () => void (await Promise.all(readers.map((reader) => reader.close()))),
    dispose: async () => {
      await Promise.all(readers.map((reader) => reader.close()))
      await Promise.all(clients.map((client) => client.end()))
      await withClient(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}

export async function withClient<T>(url: string, body: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await body(client)
  } finally {
    await client.end()
  }
}

const QUICK = { 'topic.prefix': 't-', 'poll.interval.ms': '20', 'poll.linger.ms': '150' }

async function openReader(
  settings: Readonly<Record<string, string>>,
  { definition: source = postgresSource, stored = new Map<string, Json>() }: ReadOptions,
): Promise<Reader> {
  const config = configOf(source.config, { ...QUICK, ...settings })
  const base = fakeSourceContext({
    config,
    slice: { tables: [] },
    parseOffset: source.parseOffset,
    stored,
  })
  const slices = await source.split?.({ ...base, maxTasks: 1, resplit: () => {} })
  const context = { ...base, slice: slices?.[0] ?? base.slice }
  const task = await source.open(context)
  const newest = new Map(stored)
  let isClosed = false
  const poll = async (maxRecords = 500): Promise<SourceRecord<Offset>[]> => {
    const polled = await task.poll({ signal: AbortSignal.timeout(30_000), maxRecords })
    const items = isRowBatch(polled) ? recordsOf(polled) : polled
    for (const { origin } of items) newest.set(partitionKey(origin.partition), origin.offset)
    return items.filter((item): item is SourceRecord<Offset> => item.topic !== undefined)
  }
  const take = async (count: number): Promise<SourceRecord<Offset>[]> => {
    const records: SourceRecord<Offset>[] = []
    const deadline = performance.now() + 10_000
    while (records.length < count && performance.now() < deadline) records.push(...(await poll()))
    records.push(...(await poll()))
    return records
  }
  return {
    task,
    context,
    stored: newest,
    poll,
    take,
    expectNothing: async () => {
      for (let n = 0; n < 3; n++) expect(values(await poll())).toEqual([])
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      base.abort()
      await task.close?.()
    },
  }
}

/** One column of the records' values. */
export function values(records: readonly SourceRecord<Offset>[], column = 'v'): unknown[] {
  return records.map((record) => (record.value as Record<string, unknown>)[column])
}
