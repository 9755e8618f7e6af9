import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import pg from 'pg'
import type { FinalRow } from './history.ts'

/**
 * Inserts and updates on a table as long as it runs, from two sessions of which one holds its transactions open for a while, so that rows
 * commit out of the order of their ids and timestamps. A session that the server ends begins again.
 */
export class TableLoad {
  readonly #url: string
  readonly #table: string
  #stop = new AbortController()
  #writers: Promise<unknown> | undefined

  constructor(url: string, table: string) {
    this.#url = url
    this.#table = table
  }

  async create(rows: number): Promise<void> {
    await this.#session(async (client) => {
      await client.query(`drop table if exists ${this.#table}`)
      await client.query(`create table ${this.#table} (
        id bigint generated always as identity primary key, version integer not null default 1,
        updated_at timestamptz not null default now(), body text not null)`)
      await client.query(`create index on ${this.#table} (updated_at, id)`)
      await client.query(
        `insert into ${this.#table} (body) select 'row ' || n from generate_series(1, $1) n`,
        [rows],
      )
    })
  }

  start(): void {
    this.#stop = new AbortController()
    this.#writers = Promise.all([
      this.#write({ holdMs: 0, pauseMs: 20 }),
      this.#write({ holdMs: 300, pauseMs: 100 }),
    ])
  }

  /** Ends the writers and returns the table as it stands. */
  async stop(): Promise<FinalRow[]> {
    this.#stop.abort()
    await this.#writers
    return await this.rows()
  }

  async rows(): Promise<FinalRow[]> {
    const { rows } = await this.#session((client) =>
      client.query<FinalRow>(`select id::text, version, body from ${this.#table}`),
    )
    return rows
  }

  async #write(pace: { readonly holdMs: number; readonly pauseMs: number }): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.#session((client) => this.#transactions(client, { ...pace, signal }))
      } catch (error) {
        if (!isOutage(error)) throw error
        await sleep(200)
      }
    }
  }

  async #transactions(
    client: pg.Client,
    { holdMs, pauseMs, signal }: { holdMs: number; pauseMs: number; signal: AbortSignal },
  ): Promise<void> {
    while (!signal.aborted) {
      await client.query('begin')
      await client.query(`insert into ${this.#table} (body) select 'new ' || n from generate_series(1, 3) n`)
      // row locks in one order, so that the two sessions never wait for each other in a ring
      await client.query(`update ${this.#table} set version = version + 1, updated_at = now(),
        body = 'change ' || version + 1 where id in (
        select id from ${this.#table} where id % 50 = floor(random() * 50) order by id limit 5 for update skip locked)`)
      if (holdMs > 0) await sleep(holdMs)
      await client.query('commit')
      await sleep(pauseMs)
    }
  }

  async #session<T>(body: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.#url })
    // the query that was asked, or the next one, rejects as well
    client.on('error', () => {})
    try {
      await client.connect()
      return await body(client)
    } finally {
      await client.end()
    }
  }
}

/** The server shuts down, starts up or is gone; what it refuses for the statement's sake has another SQLSTATE. */
function isOutage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return code === undefined || code.startsWith('57P') || code.startsWith('E')
}

/** Writes a tombstone for each key, as an operator with a console producer would. */
export async function writeTombstones(
  bootstrapServers: string,
  topic: string,
  keys: readonly string[],
): Promise<void> {
  const kafka = new Kafka({
    brokers: bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    clientId: 'tombstones',
  })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  try {
    await producer.send({ topic, messages: keys.map((key) => ({ key, value: null })) })
  } finally {
    await producer.disconnect()
  }
}
