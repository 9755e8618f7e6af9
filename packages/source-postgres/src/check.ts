import type { Call, ConfigFields, Issue, Logger } from '@sluice/template'
import { describeQuery, describeTable } from './catalog/columns.ts'
import { listTables, namesOf, type TableName, tableReference } from './catalog/tables.ts'
import type { SourceConfig, SourceProperty } from './config/fields.ts'
import { asIssues, contradictions, ruled } from './config/setting-rules.ts'
import { isTransient, sqlState } from './connection/errors.ts'
import { STANDBY_NEEDS_PRIMARY } from './connection/servers.ts'
import { Session } from './connection/session.ts'
import { type ConnectionTarget, connectionTarget } from './connection/target.ts'
import { parseUrl } from './connection/url.ts'
import { orderingOf } from './read/ordering.ts'
import { SettingError } from './read/setting-error.ts'
import { queryOf, queryStream, tableStream } from './read/stream.ts'
import { quoteIdentifier, quoteLiteral } from './sql-text.ts'
import { serverZone } from './wall-clock.ts'
import { requireStats } from './window/timestamp-window.ts'

interface Found {
  readonly setting: string
  readonly message: string
  readonly mayPass?: boolean
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

/** Everything that can be known to be wrong before a task is started. Asks the database where the settings alone are in order. */
export async function checkSource(
  fields: ConfigFields,
  config: SourceConfig,
  call: Call,
): Promise<Issue<SourceProperty>[]> {
  const found = settingsAlone(config)
  return asIssues(fields, found.length > 0 ? found : await againstDatabase(config, call))
}

/** What is wrong with the settings whatever the database is. */
export function settingsAlone(config: SourceConfig): readonly Found[] {
  return [...ruled(config, 'refused'), ...contradictions(config), ...urlProblems(config)]
}

function urlProblems(config: SourceConfig): Found[] {
  const problems = [problemOf('connection.url', () => connectionTarget(config, config.connectionUrl, ''))]
  const { windowUrl, catalogPattern } = config
  if (windowUrl !== undefined)
    problems.push(problemOf('window.url', () => connectionTarget(config, windowUrl, '')))
  const database = problems[0] === undefined ? (parseUrl(config.connectionUrl).database ?? '') : ''
  if (catalogPattern !== undefined && problems[0] === undefined && catalogPattern !== database) {
    problems.push({
      setting: 'catalog.pattern',
      message: `must be "${database}", the database of connection.url, or absent: one connection reads one database`,
    })
  }
  return problems.filter((problem) => problem !== undefined)
}

function problemOf(setting: string, body: () => unknown): Found | undefined {
  try {
    body()
    return undefined
  } catch (error) {
    return { setting, message: (error as Error).message }
  }
}

async function againstDatabase(config: SourceConfig, { signal }: Call): Promise<readonly Found[]> {
  const target = { ...connectionTarget(config, config.connectionUrl, 'sluice check'), attempts: 1 }
  let session: Session
  try {
    session = await Session.open(target, { log: silent, signal })
  } catch (error) {
    return [refusal(target, error)]
  }
  try {
    const world = { session, config, database: target.database, signal }
    return [...(await serverProblems(world)), ...(await zoneProblems(world)), ...(await tableProblems(world))]
  } finally {
    await session.close()
  }
}

function refusal({ shown }: ConnectionTarget, error: unknown): Found {
  const cause = (error as Error).cause ?? error
  const message = (cause as Error).message
  switch (sqlState(cause)) {
    case '28P01':
      return { setting: 'connection.password', message: `was refused by the server for ${shown}: ${message}` }
    case '28000':
      return { setting: 'connection.user', message: `was refused by the server for ${shown}: ${message}` }
    case '3D000':
      return { setting: 'connection.url', message: `names a database that isn't there: ${message}` }
    default:
      return {
        setting: 'connection.url',
        message: `can't be connected to (${shown}): ${message}`,
        mayPass: isTransient(cause),
      }
  }
}

interface World {
  readonly session: Session
  readonly config: SourceConfig
  readonly database: string
  readonly signal: AbortSignal
}

async function serverProblems({ session, config, signal }: World): Promise<Found[]> {
  if (config.mode === 'bulk') return []
  if ((await session.isStandby(signal)) && config.windowUrl === undefined) {
    return [{ setting: 'window.url', message: STANDBY_NEEDS_PRIMARY }]
  }
  if (!config.mode.startsWith('timestamp')) return []
  try {
    await requireStats(session, signal)
    return []
  } catch (error) {
    signal.throwIfAborted()
    return [
      {
        setting: 'connection.user',
        message: `names a role without a right that is needed. ${(error as Error).message}`,
      },
    ]
  }
}

async function zoneProblems({ session, config, signal }: World): Promise<Found[]> {
  const text = `SELECT now() AT TIME ZONE ${quoteLiteral(serverZone(config.dbTimezone))}`
  try {
    await session.query(text, { signal, timeoutMs: 60_000 })
    return []
  } catch (error) {
    signal.throwIfAborted()
    return [{ setting: 'db.timezone', message: `is refused by the server: ${(error as Error).message}` }]
  }
}

async function tableProblems(world: World): Promise<Found[]> {
  const { session, config, database, signal } = world
  if (queryOf(config) !== undefined) return queryProblems(world)
  const tables = await listTables(session, config, signal)
  const names = new Set(tables.flatMap((table) => namesOf({ ...table, database })))
  const missing = config.tableWhitelist.filter((entry) => !names.has(entry.replaceAll('"', '')))
  const found: Found[] = missing.map((entry) => ({
    setting: 'table.whitelist',
    message: `names ${entry}, which doesn't exist in ${database} or isn't of the kinds in table.types`,
  }))
  for (const table of tables) found.push(...(await oneTable(world, table)))
  return found
}

async function oneTable({ session, config, database, signal }: World, table: TableName): Promise<Found[]> {
  const description = await describeTable(session, table, signal)
  if (description === undefined) return []
  const found: Found[] = []
  const [right] = await session
    .query<{ usage: boolean; selects: boolean; role: string }>(
      `SELECT current_user::text AS role, has_schema_privilege($1, 'USAGE') AS usage,
       has_table_privilege(to_regclass($2), 'SELECT') AS selects`,
      { signal, values: [table.schema, tableReference(table)], timeoutMs: 60_000 },
    )
    .catch(() => [{ usage: false, selects: false, role: config.connectionUser ?? 'the role' }])
  if (!right!.usage || !right!.selects) {
    const grant = right!.usage
      ? `SELECT ON ${tableReference(table)}`
      : `USAGE ON SCHEMA ${quoteIdentifier(table.schema)}`
    found.push({
      setting: 'connection.user',
      message: `may not read ${tableReference(table)}: GRANT ${grant} TO ${quoteIdentifier(right!.role)}`,
    })
  }
  return [
    ...found,
    ...settingProblem(() =>
      orderingOf(config, { ...tableStream(config, database, table), database }, description),
    ),
  ]
}

async function queryProblems({ session, config, database, signal }: World): Promise<Found[]> {
  const stream = queryStream(config)
  const setting = config.queryMasked === '' ? 'query' : 'query.masked'
  try {
    const description = await describeQuery(session, stream.select, signal)
    return settingProblem(() => orderingOf(config, { ...stream, database }, description))
  } catch (error) {
    signal.throwIfAborted()
    return [{ setting, message: `is refused by the server: ${(error as Error).message}` }]
  }
}

function settingProblem(body: () => unknown): Found[] {
  try {
    body()
    return []
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    return [{ setting: error.setting, message: error.problem }]
  }
}
