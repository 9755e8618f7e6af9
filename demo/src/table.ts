import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type Flight, flights } from './flights.ts'

/** What one system says it holds. */
export interface Tally {
  readonly count: number
  /** Sum of `distance` over all rows, records, documents or lines. */
  readonly sum: number
}

/** The source's table, asked by plain SQL. */
export class FlightsTable {
  readonly #client: pg.Client

  constructor(url: string) {
    this.#client = new pg.Client({ connectionString: url })
    this.#client.on('error', () => {}) // the next query reports it
  }

  async create(): Promise<void> {
    await this.#client.connect()
    await this.#client.query(`
      drop table if exists flights;
      create table flights (
        id bigint generated always as identity primary key,
        updated_at timestamptz not null default now(),
        departure timestamp not null,
        delay integer,
        distance integer not null,
        origin text not null,
        destination text not null
      )`)
  }

  /** Loads the data set and builds the index that the connector's query walks along. */
  async load(rows: number, onLoaded: (loaded: number) => void): Promise<void> {
    const copy = this.#client.query(
      copyFrom('copy flights (departure, delay, distance, origin, destination) from stdin'),
    )
    let loaded = 0
    const lines = async function* (): AsyncGenerator<string> {
      for await (const chunk of flights(rows)) {
        yield chunk.map(copyLine).join('')
        loaded += chunk.length
        onLoaded(loaded)
      }
    }
    await pipeline(lines, copy)
    await this.#client.query('create index on flights (updated_at, id)')
    await this.#client.query('analyze flights')
  }

  /** Changes `changes` existing rows and adds as many, in one transaction; resolves when it is committed. Returns their ids. */
  async change(changes: number, mark: number): Promise<readonly number[]> {
    const { rows } = await this.#client.query<{ id: string }>(
      `with updated as (
         update flights set delay = $1, updated_at = now() where id <= $2 returning id
       ), inserted as (
         insert into flights (departure, delay, distance, origin, destination)
         select now(), $1, 100 + n, 'OSL', 'TRD' from generate_series(1, $2) n returning id
       ) select id from updated union all select id from inserted`,
      [mark, changes],
    )
    return rows.map((row) => Number(row.id))
  }

  async tally(): Promise<Tally> {
    const { rows } = await this.#client.query<{ count: string; sum: string }>(
      'select count(*), sum(distance) from flights',
    )
    return { count: Number(rows[0]?.count), sum: Number(rows[0]?.sum) }
  }

  async close(): Promise<void> {
    await this.#client.end()
  }
}

function copyLine(flight: Flight): string {
  const fields = [
    flight.date.toISOString(),
    flight.delay ?? '\\N',
    flight.distance,
    flight.origin,
    flight.destination,
  ]
  return `${fields.join('\t')}\n`
}
