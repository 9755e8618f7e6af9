import { create, edited, type Outcome, outcomeText, problems, problemsText, update } from './apply.ts'
import { colourStates } from './colour.ts'
import { confirm } from './confirm.ts'
import { connectorInput } from './connector-input.ts'
import { listed, listText } from './list.ts'
import { alterOffsets, getOffsets, offsetsInput, offsetsText, resetOffsets } from './offsets.ts'
import { type Operation, operate, remove, restart } from './operate.ts'
import { RestClient } from './rest-client.ts'
import { type RestFlags, restAccess } from './rest-flags.ts'
import { hasFailed, statuses, statusText } from './status.ts'
import { connectorExit, UsageError } from './usage-error.ts'
import { watch } from './watch.ts'

/** The flags of commands that show something. */
export interface Shown extends RestFlags {
  readonly json?: true
  readonly watch?: true
  readonly interval: number
  readonly trace?: true
}

/** The flags of `create` and `update`. */
export interface Applied extends RestFlags {
  readonly json?: true
  readonly dryRun?: true
  readonly orCreate?: true
  readonly name?: string
  readonly initialState?: 'RUNNING' | 'PAUSED' | 'STOPPED'
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
}

const write = (text: string): void => void process.stdout.write(text)

export async function list(flags: Shown): Promise<number> {
  const rest = await clientOf(flags)
  return show(flags, async () => {
    const all = await listed(rest)
    return { text: flags.json ? jsonOf(all, flags) : listText(all), code: connectorExit.done }
  })
}

export async function status(names: readonly string[], flags: Shown): Promise<number> {
  const rest = await clientOf(flags)
  return show(flags, async () => {
    const all = await statuses(rest, names)
    const code = all.some(hasFailed) ? connectorExit.unhealthy : connectorExit.done
    return { text: flags.json ? jsonOf(all, flags) : statusText(all, { trace: flags.trace === true }), code }
  })
}

/** Once, or until Ctrl-C; the exit code is that of what was shown last. */
async function show(flags: Shown, look: () => Promise<{ text: string; code: number }>): Promise<number> {
  if (!flags.watch) {
    const { text, code } = await look()
    write(colourStates(text, process.stdout))
    return code
  }
  const ended = new AbortController()
  const end = (): void => ended.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  let last: number = connectorExit.done
  await watch(
    async () => {
      const { text, code } = await look()
      last = code
      return colourStates(text, process.stdout)
    },
    {
      everyMs: flags.interval * 1000,
      onScreen: process.stdout.isTTY && !flags.json,
      signal: ended.signal,
      write,
      now: () => new Date(),
    },
  )
  return last
}

export async function createFrom(file: string | undefined, flags: Applied): Promise<number> {
  const request = await connectorInput(file, flags.name)
  const given = flags.initialState === undefined ? request : { ...request, initialState: flags.initialState }
  return tell(await create(await clientOf(flags), given, { dryRun: flags.dryRun === true }), flags)
}

export async function updateFrom(file: string | undefined, flags: Applied): Promise<number> {
  const rest = await clientOf(flags)
  const how = { dryRun: flags.dryRun === true, orCreate: flags.orCreate === true }
  const changes = changesOf(flags)
  if (changes.size === 0) return tell(await update(rest, await connectorInput(file, flags.name), how), flags)
  if (file !== undefined) throw new UsageError('give a file, or --set and --unset; not both.')
  const { name } = flags
  if (name === undefined) throw new UsageError('--set and --unset need the connector: --name NAME.')
  return tell(await update(rest, { name, config: await edited(rest, name, changes) }, how), flags)
}

function changesOf({ set = [], unset = [] }: Applied): ReadonlyMap<string, string | null> {
  const changes = new Map<string, string | null>(unset.map((key) => [key, null]))
  for (const one of set) {
    const at = one.indexOf('=')
    if (at < 1) throw new UsageError(`--set takes name=value, such as tasks.max=4, not "${one}".`)
    changes.set(one.slice(0, at).trim(), one.slice(at + 1).trim())
  }
  return changes
}

function tell(outcome: Outcome, flags: Applied): number {
  write(flags.json ? jsonOf(outcome) : outcomeText(outcome))
  return outcome.problems.length === 0 ? connectorExit.done : connectorExit.failed
}

export async function validate(file: string | undefined, flags: Applied): Promise<number> {
  const { name, config } = await connectorInput(file, flags.name)
  const found = await problems(await clientOf(flags), config)
  const verdict =
    found.length === 0
      ? `The worker takes the settings of ${name}.\n`
      : `${name} has settings that won't do:\n`
  write(flags.json ? jsonOf({ name, problems: found }) : verdict + problemsText(found))
  return found.length === 0 ? connectorExit.done : connectorExit.failed
}

export async function operateAll(
  names: readonly string[],
  operation: Operation,
  flags: RestFlags,
): Promise<number> {
  const rest = await clientOf(flags)
  return each(names, (name) => operate(rest, name, operation))
}

export async function restartAll(
  names: readonly string[],
  flags: RestFlags & { readonly tasks?: true; readonly onlyFailed?: true; readonly task?: number },
): Promise<number> {
  const { task } = flags
  if (task !== undefined && (flags.tasks || flags.onlyFailed)) {
    throw new UsageError('--task restarts one task; --tasks and --only-failed are for all of them.')
  }
  const how = {
    tasks: flags.tasks === true,
    onlyFailed: flags.onlyFailed === true,
    ...(task !== undefined && { task }),
  }
  const rest = await clientOf(flags)
  return each(names, (name) => restart(rest, name, how))
}

export async function deleteAll(
  names: readonly string[],
  flags: RestFlags & { readonly yes?: true },
): Promise<number> {
  const rest = await clientOf(flags)
  return each(names, async (name) => {
    await confirm(`The connector ${name} is to be deleted`, name, flags.yes === true)
    return remove(rest, name)
  })
}

/** All of them, though one fails: each failure is told, and the last word is that something failed. */
async function each(names: readonly string[], act: (name: string) => Promise<string>): Promise<number> {
  if (names.length === 1) {
    write(await act(names[0]!))
    return connectorExit.done
  }
  let code: number = connectorExit.done
  for (const name of names) {
    try {
      write(await act(name))
    } catch (error) {
      if (error instanceof UsageError) throw error
      process.stderr.write(`sluice: ${name}: ${error instanceof Error ? error.message : String(error)}\n`)
      code = connectorExit.failed
    }
  }
  return code
}

export async function showOffsets(
  name: string,
  flags: RestFlags & { readonly json?: true },
): Promise<number> {
  const offsets = await getOffsets(await clientOf(flags), name)
  write(flags.json ? jsonOf(offsets) : offsetsText(offsets))
  return connectorExit.done
}

export async function alter(
  name: string,
  file: string | undefined,
  flags: RestFlags & { readonly dryRun?: true },
): Promise<number> {
  const rest = await clientOf(flags)
  const wanted = await offsetsInput(file)
  if (flags.dryRun) {
    const before = await getOffsets(rest, name)
    write(`Stored now:\n${offsetsText(before)}Would be set (nothing was sent):\n${offsetsText(wanted)}`)
    return connectorExit.done
  }
  write(await alterOffsets(rest, name, wanted))
  return connectorExit.done
}

export async function reset(name: string, flags: RestFlags & { readonly yes?: true }): Promise<number> {
  const rest = await clientOf(flags)
  await confirm(`All offsets of ${name} are to be forgotten`, name, flags.yes === true)
  write(await resetOffsets(rest, name))
  return connectorExit.done
}

async function clientOf(flags: RestFlags): Promise<RestClient> {
  return new RestClient(await restAccess(flags))
}

/** On one line with --watch, so that each line is a document. */
function jsonOf(value: unknown, { watch: isWatched }: { readonly watch?: boolean } = {}): string {
  return `${JSON.stringify(value, exactIntegers, isWatched ? undefined : 2)}\n`
}

function exactIntegers(_: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value))
}
