import type { SplitContext } from '@sluice/template'
import { listTables, type TableName } from './catalog/tables.ts'
import type { SourceConfig } from './config/fields.ts'
import { Session } from './connection/session.ts'
import { connectionTarget } from './connection/target.ts'
import { queryOf } from './read/stream.ts'
import type { Slice } from './read/task.ts'

/** Deals the tables out to tasks, and watches for tables that appear or vanish. */
export async function split(context: SplitContext<SourceConfig>): Promise<readonly Slice[]> {
  if (queryOf(context.config) !== undefined) return [{ tables: [] }]
  const tables = await currentTables(context)
  if (tables.length === 0)
    context.log.warn({}, 'No table matches the settings; looking again at table.poll.interval.ms.')
  watch(context, tables)
  return deal(tables, context.maxTasks)
}

/** Table `i` goes to task `i` modulo the number of tasks. */
export function deal(tables: readonly TableName[], maxTasks: number): readonly Slice[] {
  const count = Math.min(maxTasks, tables.length)
  return Array.from({ length: count }, (_, task) => ({
    tables: tables.filter((_table, index) => index % count === task),
  }))
}

async function currentTables({
  config,
  log,
  signal,
}: SplitContext<SourceConfig>): Promise<readonly TableName[]> {
  const target = connectionTarget(config, config.connectionUrl, 'sluice tables')
  const session = await Session.open(target, { log, signal })
  try {
    return await listTables(session, config, signal)
  } finally {
    await session.close()
  }
}

/** Looks again and again, until the signal aborts or the tables have changed. A timer that nothing waits for keeps no process alive. */
function watch(context: SplitContext<SourceConfig>, known: readonly TableName[]): void {
  const { config, signal, log } = context
  const look = async (): Promise<void> => {
    if (signal.aborted) return
    try {
      const tables = await currentTables(context)
      if (JSON.stringify(tables) !== JSON.stringify(known)) {
        log.info(
          { before: known.length, now: tables.length },
          'Tables appeared or vanished; dividing them anew.',
        )
        return context.resplit()
      }
    } catch (error) {
      if (signal.aborted) return
      log.warn({ err: error }, 'Could not look for new tables; trying again at table.poll.interval.ms.')
    }
    watch(context, known)
  }
  setTimeout(() => void look(), config.tablePollIntervalMs).unref()
}
