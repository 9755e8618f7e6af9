import { parseArgs } from 'node:util'

export interface DemoOptions {
  /** Flights to load, at most the data set's three million. */
  readonly rows: number
  /** Leaves servers and worker running. */
  readonly keep: boolean
  /** Holds the servers' data, logs and configuration. */
  readonly dir: string
}

export const MOST_ROWS = 3_000_000

export const help = `Usage: npx -y pnpm@12 demo [options]

Starts Kafka, Postgres, Elasticsearch and HDFS on this machine, loads flights into Postgres, runs one worker with three
connectors, and proves by asking all four systems that everything arrived.

  --rows N     flights to load, 1 to 3000000 (default 200000)
  --keep       leave everything running and print the addresses
  --dir PATH   where data and logs go (default .sluice/demo)
  --help       this text`

/** Throws an Error that names the option. Understands the literal \`--\` that pnpm hands on. */
export function readOptions(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      rows: { type: 'string', default: '200000' },
      keep: { type: 'boolean', default: false },
      dir: { type: 'string', default: '.sluice/demo' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const rows = Number(values.rows)
  if (!Number.isInteger(rows) || rows < 1 || rows > MOST_ROWS) {
    throw new Error(`--rows must be a whole number from 1 to ${MOST_ROWS}, not "${values.rows}".`)
  }
  return { rows, keep: values.keep, dir: values.dir }
}
