import type { ConnectorRequest, Settings } from '@sluice/runtime'
import { type Info, pathOf, type Validated } from './bodies.ts'
import { type Difference, differences, differencesText } from './differences.ts'
import { maskFor } from './masking.ts'
import { type RestClient, RestError } from './rest-client.ts'
import { UsageError } from './usage-error.ts'

export interface Problem {
  readonly key: string
  readonly message: string
}

/** What is wrong with settings, as the worker sees it. */
export async function problems(rest: RestClient, config: Settings): Promise<readonly Problem[]> {
  const connectorClass = config.get('connector.class')?.trim()
  if (!connectorClass) throw new UsageError('the settings have no connector.class: which connector is it?')
  const path = `/connector-plugins/${encodeURIComponent(connectorClass)}/config/validate`
  const { configs } = await rest.call<Validated>('PUT', path, Object.fromEntries(config))
  return configs.flatMap(({ value: { name, errors } }) => errors.map((message) => ({ key: name, message })))
}

export function problemsText(found: readonly Problem[]): string {
  return found
    .map(({ key, message }) => `  ${message.startsWith(key) ? message : `${key}: ${message}`}\n`)
    .join('')
}

export interface Outcome {
  readonly name: string
  readonly done: 'created' | 'updated' | 'unchanged' | 'nothing (--dry-run)'
  readonly differences: readonly Difference[]
  /** With --dry-run: what is wrong with the settings. */
  readonly problems: readonly Problem[]
}

export interface ApplyHow {
  readonly dryRun: boolean
}

/** Makes a connector; with `dryRun` only says how it would be. */
export async function create(
  rest: RestClient,
  { name, config, initialState }: ConnectorRequest,
  { dryRun }: ApplyHow,
): Promise<Outcome> {
  const mask = await maskFor(rest, config.get('connector.class'))
  const all = differences(new Map(), config, mask)
  if (dryRun) {
    const taken = (await existing(rest, name)) !== undefined
    const found = await problems(rest, config)
    const issue = {
      key: 'name',
      message: `there is a connector ${name} already; sluice connector update changes it`,
    }
    return outcome({ name, differences: all, problems: taken ? [issue, ...found] : found })
  }
  const body = {
    name,
    config: Object.fromEntries(config),
    // workers before 3.7 don't know it
    ...(initialState !== 'RUNNING' && { initial_state: initialState }),
  }
  try {
    await rest.call<Info>('POST', '/connectors', body)
  } catch (error) {
    if (!(error instanceof RestError) || error.status !== 409) throw error
    throw new RestError(
      409,
      `${error.message.replace(/\.?$/, '.')} To change one that there is: sluice connector update`,
    )
  }
  return { name, done: 'created', differences: all, problems: [] }
}

/** Gives a connector new settings, if they differ; with `dryRun` only says what would change. `orCreate`: makes it where there is none. */
export async function update(
  rest: RestClient,
  { name, config }: Pick<ConnectorRequest, 'name' | 'config'>,
  { dryRun, orCreate }: ApplyHow & { readonly orCreate: boolean },
): Promise<Outcome> {
  const before = await existing(rest, name)
  if (before === undefined && !orCreate) {
    throw new RestError(
      404,
      `there is no connector ${name}: sluice connector create makes it, and so does --or-create.`,
    )
  }
  const mask = await maskFor(rest, config.get('connector.class'))
  // workers put the name in themselves
  const all = differences(before ?? new Map(), config, mask).filter(
    ({ key, from, to }) => key !== 'name' || (from !== undefined && to !== undefined) || before === undefined,
  )
  if (dryRun) return outcome({ name, differences: all, problems: await problems(rest, config) })
  if (before !== undefined && all.length === 0)
    return { name, done: 'unchanged', differences: [], problems: [] }
  await rest.call<Info>('PUT', pathOf(name, 'config'), Object.fromEntries(config))
  return { name, done: before === undefined ? 'created' : 'updated', differences: all, problems: [] }
}

/** The settings that a connector has, with some set and some taken away. */
export async function edited(
  rest: RestClient,
  name: string,
  changes: ReadonlyMap<string, string | null>,
): Promise<Settings> {
  const settings = new Map(await existing(rest, name))
  if (settings.size === 0) throw new RestError(404, `there is no connector ${name}.`)
  for (const [key, value] of changes) {
    if (value === null) settings.delete(key)
    else settings.set(key, value)
  }
  return settings
}

async function existing(rest: RestClient, name: string): Promise<Settings | undefined> {
  try {
    const config = await rest.call<Info['config']>('GET', pathOf(name, 'config'))
    return new Map(
      Object.entries(config).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
    )
  } catch (error) {
    if (error instanceof RestError && error.status === 404) return undefined
    throw error
  }
}

function outcome(how: Omit<Outcome, 'done'>): Outcome {
  return { ...how, done: 'nothing (--dry-run)' }
}

export function outcomeText({ name, done, differences: all, problems: found }: Outcome): string {
  if (done === 'unchanged') return `${name} has these settings already; nothing was sent.\n`
  const shown = differencesText(all)
  if (done !== 'nothing (--dry-run)') return `${name} was ${done}:\n${shown}`
  const verdict =
    found.length === 0
      ? 'The worker takes these settings.\n'
      : `The worker would refuse them:\n${problemsText(found)}`
  return `${name} would change (nothing was sent):\n${shown}${verdict}`
}
