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
}

export const noHistory: History = { holders: new Map(), keptUntil: new Map(), urls: new Set() }

export interface Round {
  readonly workers: readonly GroupWorker[]
  /** All that is to run. */
  readonly units: readonly Unit[]
  readonly history: History
  readonly nowMs: number
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number
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
 * back under its url, or to one that is new; the others get it when the delay is over.
 */
export function assign(round: Round): Outcome {
  const workers = round.workers.toSorted((a, b) =>
    a.url === b.url ? compare(a.id, b.id) : compare(a.url, b.url),
  )
  const claims = claimsOf(round, workers)
  const { homes, waiting, keptUntil } = homesOf(round, workers, claims.free)
  const targets = targetsFor(workers, {
    ...claims,
    homes,
    free: claims.free.filter((unit) => !waiting.has(keyOf(unit))),
  })
  const free = new Set(claims.free.map(keyOf))
  const given = targets.map((units, index) => givenNow(units, claims.kept[index]!, free))
  return {
    shares: new Map(workers.map((worker, index) => [worker.id, shareOf(worker, given[index]!)])),
    delayMs: keptUntil.size === 0 ? 0 : Math.ceil(Math.min(...keptUntil.values()) - round.nowMs),
    history: historyOf(round, { workers, given, keptUntil, waiting }),
  }
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
  /** The worker, by its place, whose units these were and that is back, or that takes the place of one that went. */
  readonly homes: ReadonlyMap<string, number>
  /** Those that wait for a worker to come back. */
  readonly waiting: ReadonlySet<string>
  readonly keptUntil: ReadonlyMap<string, number>
}

function homesOf(round: Round, workers: readonly GroupWorker[], free: readonly Unit[]): Homes {
  const { history, nowMs, maxDelayMs } = round
  const places = new Map<string, number>()
  for (const [index, { url }] of workers.entries()) if (!places.has(url)) places.set(url, index)
  const orphans = Map.groupBy(
    free.filter((unit) => history.holders.has(keyOf(unit))),
    (unit) => history.holders.get(keyOf(unit))!,
  )
  const gone = [...orphans.keys()]
    .filter((url) => !places.has(url))
    .map((url) => ({ url, untilMs: history.keptUntil.get(url) ?? nowMs + maxDelayMs }))
    .filter(({ untilMs }) => untilMs > nowMs)
    .toSorted((a, b) => a.untilMs - b.untilMs || compare(a.url, b.url))
  const newcomers = workers.flatMap(({ url, held }, index) =>
    held.length === 0 && !history.urls.has(url) && !history.keptUntil.has(url) ? [index] : [],
  )
  for (const { url } of gone.splice(0, newcomers.length)) places.set(url, newcomers.shift()!)
  const keptUntil = new Map(gone.map(({ url, untilMs }) => [url, untilMs]))
  const homes = new Map<string, number>()
  const waiting = new Set<string>()
  for (const [url, units] of orphans) {
    const place = places.get(url)
    for (const unit of units) {
      if (place !== undefined) homes.set(keyOf(unit), place)
      else if (keptUntil.has(url)) waiting.add(keyOf(unit))
    }
  }
  return { homes, waiting, keptUntil }
}

/** What each worker is to have in the end, in the order of workers. */
function targetsFor(
  workers: readonly GroupWorker[],
  { kept, free, homes }: Claims & Pick<Homes, 'homes'>,
): readonly (readonly Unit[])[] {
  // first what doesn't run anyway: it is passed on without stopping anything
  const settled = workers.map((_, index) => [
    ...free.filter((unit) => homes.get(keyOf(unit)) === index),
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
    readonly keptUntil: ReadonlyMap<string, number>
    readonly waiting: ReadonlySet<string>
  },
): History {
  const holders = new Map<string, string>()
  for (const key of found.waiting) holders.set(key, history.holders.get(key)!)
  for (const [index, { url }] of found.workers.entries()) {
    for (const unit of found.given[index]!) holders.set(keyOf(unit), url)
  }
  return { holders, keptUntil: found.keptUntil, urls: new Set(found.workers.map(({ url }) => url)) }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
