import { evenConnectors, evenOut } from './even-out.ts'
import { byName, isConnector, keyOf, type Unit } from './unit.ts'

export interface GroupWorker {
  readonly id: string
  /** Where its REST answers: by this a worker is known again when it comes back. */
  readonly url: string
  /** What it runs, or has yet to stop. */
  readonly held: readonly Unit[]
}

/** What the leader remembers from one round to the next. */
export interface History {
  /** Whom each unit was given to last, by url. Absent: to nobody, or it was taken away on purpose. */
  readonly holders: ReadonlyMap<string, string>
  /** Until when the units of workers that went are kept for them, in milliseconds of the leader's clock. */
  readonly keptUntil: ReadonlyMap<string, number>
  /** Who was there. */
  readonly urls: ReadonlySet<string>
  /** Those of them that are new and wait to take the place of one that went. */
  readonly heirs: ReadonlySet<string>
}

export const noHistory: History = {
  holders: new Map(),
  keptUntil: new Map(),
  urls: new Set(),
  heirs: new Set(),
}

export interface Round {
  readonly workers: readonly GroupWorker[]
  /** All that is to run. */
  readonly units: readonly Unit[]
  readonly history: History
  readonly nowMs: number
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number
  /** So long a worker that went may still run what it had: nobody gets it before. At most the delay. */
  readonly graceMs: number
}

export interface Share {
  /** To begin with. What it keeps is not repeated. */
  readonly assigned: readonly Unit[]
  /** To stop, and to join again afterwards: only then are they given to others. */
  readonly revoked: readonly Unit[]
}

export interface Outcome {
  readonly shares: ReadonlyMap<string, Share>
  /** When the next round is due because units are kept back for a worker that went; 0: none are. */
  readonly delayMs: number
  readonly history: History
}

/**
 * Shares connectors and tasks out among workers (KIP-415, cooperative in two rounds). What a worker runs stays with it as far as that is even; what
 * must move is taken away in one round and given in the next. What a worker ran that is gone waits for it, and is given at once to the worker that comes
 * back under its url; to one that is new after the grace; the others get it when the delay is over.
 */
export function assign(round: Round): Outcome {
  const workers = round.workers.toSorted((a, b) =>
    a.url === b.url ? compare(a.id, b.id) : compare(a.url, b.url),
  )
  const claims = claimsOf(round, workers)
  const homes = homesOf(round, workers, claims.free)
  const takers = workers.filter((_, index) => !homes.heirs.has(index))
  const kept = claims.kept.filter((_, index) => !homes.heirs.has(index))
  const found = targetsFor(takers, {
    kept,
    homes: homes.homes,
    free: claims.free.filter((unit) => !homes.waiting.has(keyOf(unit))),
  })
  const targets = new Map(takers.map(({ id }, index) => [id, found[index]!]))
  const free = new Set(claims.free.map(keyOf))
  const given = workers.map(({ id }, index) => givenNow(targets.get(id) ?? [], claims.kept[index]!, free))
  return {
    shares: new Map(workers.map((worker, index) => [worker.id, shareOf(worker, given[index]!)])),
    delayMs: delayOf(round, homes),
    history: historyOf(round, { workers, given, ...homes }),
  }
}

/** Until the first of those that wait has waited long enough. */
function delayOf({ nowMs, maxDelayMs, graceMs }: Round, { keptUntil, heirs }: Homes): number {
  if (keptUntil.size === 0) return 0
  const untilMs = Math.min(...keptUntil.values())
  return Math.ceil((heirs.size > 0 ? untilMs - maxDelayMs + graceMs : untilMs) - nowMs)
}

interface Claims {
  /** What each worker has and may keep, in the order of workers. */
  readonly kept: readonly (readonly Unit[])[]
  /** What nobody has. */
  readonly free: readonly Unit[]
}

/** A unit that two workers claim is kept by neither: both stop it first. */
function claimsOf({ units }: Round, workers: readonly GroupWorker[]): Claims {
  const wanted = new Set(units.map(keyOf))
  const counts = new Map<string, number>()
  for (const key of workers.flatMap(({ held }) => [...new Set(held.map(keyOf))])) {
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const kept = workers.map(({ held }) =>
    held.filter((unit) => wanted.has(keyOf(unit)) && counts.get(keyOf(unit)) === 1),
  )
  return { kept, free: units.filter((unit) => !counts.has(keyOf(unit))).toSorted(byName) }
}

interface Homes {
  /** By unit: whose it was that is back, or who takes the place of the one that went. */
  readonly homes: ReadonlyMap<string, string>
  /** Those that wait for a worker to come back. */
  readonly waiting: ReadonlySet<string>
  readonly keptUntil: ReadonlyMap<string, number>
  /** Workers, by their place, that are given nothing yet: they will take the place of one that went. */
  readonly heirs: ReadonlySet<number>
}

function homesOf(round: Round, workers: readonly GroupWorker[], free: readonly Unit[]): Homes {
  const { history, nowMs, maxDelayMs, graceMs } = round
  const ids = new Map<string, string>()
  for (const { url, id } of workers) if (!ids.has(url)) ids.set(url, id)
  const orphans = Map.groupBy(
    free.filter((unit) => history.holders.has(keyOf(unit))),
    (unit) => history.holders.get(keyOf(unit))!,
  )
  const gone = [...orphans.keys()]
    .filter((url) => !ids.has(url))
    .map((url) => ({ url, untilMs: history.keptUntil.get(url) ?? nowMs + maxDelayMs }))
    .filter(({ untilMs }) => untilMs > nowMs)
    .toSorted((a, b) => a.untilMs - b.untilMs || compare(a.url, b.url))
  const newcomers = [...workers.keys()].filter((index) => isNew(workers[index]!, history))
  const heirs = new Set<number>()
  const keptUntil = new Map<string, number>()
  for (const { url, untilMs } of gone) {
    const heir = newcomers.shift()
    if (heir !== undefined && nowMs >= untilMs - maxDelayMs + graceMs) {
      ids.set(url, workers[heir]!.id)
      continue
    }
    if (heir !== undefined) heirs.add(heir)
    keptUntil.set(url, untilMs)
  }
  const homes = new Map<string, string>()
  const waiting = new Set<string>()
  for (const [url, units] of orphans) {
    const id = ids.get(url)
    for (const unit of units) {
      if (id !== undefined) homes.set(keyOf(unit), id)
      else if (keptUntil.has(url)) waiting.add(keyOf(unit))
    }
  }
  return { homes, waiting, keptUntil, heirs }
}

function isNew({ url, held }: GroupWorker, { urls, heirs, keptUntil }: History): boolean {
  return held.length === 0 && !keptUntil.has(url) && (!urls.has(url) || heirs.has(url))
}

/** What each worker is to have in the end, in the order of workers. */
function targetsFor(
  workers: readonly GroupWorker[],
  { kept, free, homes }: Claims & Pick<Homes, 'homes'>,
): readonly (readonly Unit[])[] {
  // first what doesn't run anyway: it is passed on without stopping anything
  const settled = workers.map(({ id }, index) => [
    ...free.filter((unit) => homes.get(keyOf(unit)) === id),
    ...kept[index]!.toSorted(byName),
  ])
  const homeless = free.filter((unit) => !homes.has(keyOf(unit)))
  const tasks = share(
    settled.map((units) => units.filter((unit) => !isConnector(unit))),
    homeless.filter((unit) => !isConnector(unit)),
  )
  const connectors = shareConnectors(
    settled.map((units) => units.filter(isConnector)),
    homeless.filter(isConnector),
    tasks.map(({ length }) => length),
  )
  return workers.map((_, index) => [...connectors[index]!, ...tasks[index]!])
}

/** Tasks: even in total and in each connector. */
function share(
  settled: readonly (readonly Unit[])[],
  homeless: readonly Unit[],
): readonly (readonly Unit[])[] {
  const names = [...new Set([...settled.flat(), ...homeless].map(({ connector }) => connector))].toSorted(
    compare,
  )
  const of = (units: readonly Unit[]): readonly (readonly Unit[])[] => {
    const byConnector = Map.groupBy(units, ({ connector }) => connector)
    return names.map((name) => byConnector.get(name) ?? [])
  }
  const columns = settled.map(of)
  const rows = of(homeless)
  const held = names.map((_, row) => columns.map((column) => column[row]!.length))
  const counts = evenOut(
    held,
    rows.map(({ length }) => length),
  )
  const shares: Unit[][] = settled.map(() => [])
  for (const row of names.keys()) {
    const dealt = deal(
      columns.map((column) => column[row]!),
      rows[row]!,
      counts[row]!,
    )
    for (const [index, units] of dealt.entries()) shares[index]!.push(...units)
  }
  return shares
}

function shareConnectors(
  settled: readonly (readonly Unit[])[],
  homeless: readonly Unit[],
  tasks: readonly number[],
): readonly (readonly Unit[])[] {
  if (settled.length === 0) return []
  return deal(
    settled,
    homeless,
    evenConnectors(
      settled.map(({ length }) => length),
      homeless.length,
      tasks,
    ),
  )
}

/** Gives each as many as it is to have: the last of its own, then of what is over. */
function deal(
  settled: readonly (readonly Unit[])[],
  homeless: readonly Unit[],
  counts: readonly number[],
): readonly (readonly Unit[])[] {
  const own = settled.map((units, index) => units.slice(Math.max(0, units.length - counts[index]!)))
  const over = [
    ...homeless,
    ...settled.flatMap((units, index) => units.slice(0, Math.max(0, units.length - counts[index]!))),
  ]
  return own.map((units, index) => [...units, ...over.splice(0, Math.max(0, counts[index]! - units.length))])
}

/** Without what another one has yet to stop: that is given in the next round. */
function givenNow(
  target: readonly Unit[],
  kept: readonly Unit[],
  free: ReadonlySet<string>,
): readonly Unit[] {
  const own = new Set(kept.map(keyOf))
  return target.filter((unit) => own.has(keyOf(unit)) || free.has(keyOf(unit)))
}

function shareOf({ held }: GroupWorker, given: readonly Unit[]): Share {
  const before = new Set(held.map(keyOf))
  const after = new Set(given.map(keyOf))
  return {
    assigned: given.filter((unit) => !before.has(keyOf(unit))),
    revoked: held.filter((unit) => !after.has(keyOf(unit))),
  }
}

function historyOf(
  { history }: Round,
  found: {
    readonly workers: readonly GroupWorker[]
    readonly given: readonly (readonly Unit[])[]
  } & Homes,
): History {
  const holders = new Map<string, string>()
  for (const key of found.waiting) holders.set(key, history.holders.get(key)!)
  for (const [index, { url }] of found.workers.entries()) {
    for (const unit of found.given[index]!) holders.set(keyOf(unit), url)
  }
  const heirs = new Set([...found.heirs].map((index) => found.workers[index]!.url))
  return { holders, keptUntil: found.keptUntil, urls: new Set(found.workers.map(({ url }) => url)), heirs }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
