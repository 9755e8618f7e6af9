import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ConfigFields,
  isRowBatch,
  type Json,
  parseJson,
  recordsOf,
  type SourceDefinition,
  type SourceRecord,
  type SourceTask,
  stringifyJson,
} from '@sluice/template'
import { configOf, fakeSourceContext, partitionKey } from '../fakes/context.ts'
import { abortListeners, resourceWatch } from './resources.ts'
import { type Check, type Runner, register } from './runner.ts'

/** A world for one check: something to read that nobody else touches. */
export interface SourceWorld {
  readonly settings: Readonly<Record<string, string>>
  /** Makes the next poll reject, for example by cutting the connection. Absent: that check only cuts polls short. */
  breakOnce?(): Promise<void>
  dispose?(): Promise<void>
}

export interface SourceSubject<S extends ConfigFields, O extends Json, Slice extends Json> {
  readonly definition: SourceDefinition<S, O, Slice>
  /** Makes a world in which exactly `records` records wait to be read. */
  arrange(records: number): Promise<SourceWorld>
  /** Default 25. */
  readonly records?: number
  /** Gives up on records that don't come, in milliseconds. Default 30000. */
  readonly withinMs?: number
  /**
   * `exact` (default): opening at a record's offset gives what follows that record. `repeats`: it may give again records that share the offset,
   * but nothing before them and everything after.
   */
  readonly offsets?: 'exact' | 'repeats'
}

/** The promises of the template's source side, as tests of one connector. */
export function acceptSource<S extends ConfigFields, O extends Json, Slice extends Json>(
  subject: SourceSubject<S, O, Slice>,
  runner?: Runner,
): void {
  register(
    `source ${subject.definition.name} keeps the promises of the template`,
    sourceChecks(subject),
    runner,
  )
}

export function sourceChecks<S extends ConfigFields, O extends Json, Slice extends Json>(
  subject: SourceSubject<S, O, Slice>,
): readonly Check[] {
  const expected = subject.records ?? 25
  const inWorld = (body: (world: SourceWorld) => Promise<void>) => async () => {
    const world = await subject.arrange(expected)
    try {
      await body(world)
    } finally {
      await world.dispose?.()
    }
  }
  return [
    {
      name: 'gives every record once, with an offset that survives storage',
      run: inWorld(async (world) => {
        const records = await readAll(subject, world, { expected })
        assert.equal(new Set(records.map(identity)).size, expected)
        for (const { origin } of records) {
          const stored = parseJson(stringifyJson(origin.offset))
          assert.deepEqual(
            subject.definition.parseOffset(stored),
            subject.definition.parseOffset(origin.offset),
          )
        }
      }),
    },
    {
      name: 'gives the same records whatever maxRecords is',
      run: inWorld(async (world) => {
        const many = await readAll(subject, world, { expected })
        const few = await readAll(subject, world, { expected, maxRecords: 1 })
        assert.deepEqual(few.map(identity).toSorted(), many.map(identity).toSorted())
      }),
    },
    {
      name: 'goes on after a committed offset, with nothing before it',
      run: inWorld((world) => resumes(subject, world, expected)),
    },
    {
      name: 'loses nothing when polls are cut short',
      run: inWorld(async (world) => {
        const records = await readAll(subject, world, {
          expected,
          cutAfterMs: (poll) => (poll % 3 === 2 ? undefined : poll % 4),
        })
        assert.equal(new Set(records.map(identity)).size, expected)
      }),
    },
    {
      name: 'has not moved on when a poll rejects',
      run: inWorld(async (world) => {
        const records = await readAll(subject, world, { expected, maxRecords: 5, breakBefore: 2 })
        assert.equal(new Set(records.map(identity)).size, expected)
      }),
    },
    {
      name: 'leaves no socket, timer or listener after close',
      run: inWorld(async (world) => {
        const watch = resourceWatch()
        const { task, context } = await open(subject, world)
        await pollOnce(task, { maxRecords: 3, signal: AbortSignal.timeout(10_000) })
        await task.close?.()
        assert.deepEqual(await watch.leftOpen(), [])
        assert.equal(abortListeners(context.signal), 0)
      }),
    },
  ]
}

interface Reading {
  readonly expected: number
  readonly maxRecords?: number
  /** Aborts the n-th poll after so many milliseconds; undefined lets it be. */
  readonly cutAfterMs?: (poll: number) => number | undefined
  /** Breaks the world once before this poll. */
  readonly breakBefore?: number
  readonly stored?: ReadonlyMap<string, Json>
}

type AnySubject<S extends ConfigFields, O extends Json, Slice extends Json> = SourceSubject<S, O, Slice>

async function open<S extends ConfigFields, O extends Json, Slice extends Json>(
  { definition }: AnySubject<S, O, Slice>,
  world: SourceWorld,
  stored: ReadonlyMap<string, Json> = new Map(),
) {
  const config = configOf(definition.config, world.settings)
  const base = fakeSourceContext({
    config,
    slice: null as Slice,
    parseOffset: definition.parseOffset,
    stored,
  })
  const slices = await definition.split?.({ ...base, maxTasks: 1, resplit: () => {} })
  const context = { ...base, slice: slices?.[0] ?? base.slice }
  return { task: await definition.open(context), context }
}

/** Polls until the expected number of different records was seen, or nothing came for a while. */
async function readAll<S extends ConfigFields, O extends Json, Slice extends Json>(
  subject: AnySubject<S, O, Slice>,
  world: SourceWorld,
  reading: Reading,
): Promise<SourceRecord<O>[]> {
  const { task } = await open(subject, world, reading.stored)
  const records: SourceRecord<O>[] = []
  const seen = new Set<string>()
  const withinMs = subject.withinMs ?? 30_000
  const deadline = AbortSignal.timeout(withinMs)
  try {
    for (let n = 0; seen.size < reading.expected && !deadline.aborted; n++) {
      if (n === reading.breakBefore) await world.breakOnce?.()
      const cutMs = reading.cutAfterMs?.(n)
      const signal = AbortSignal.any([deadline, ...(cutMs === undefined ? [] : [AbortSignal.timeout(cutMs)])])
      for (const record of await pollOnce(task, { maxRecords: reading.maxRecords ?? 500, signal })) {
        records.push(record)
        seen.add(identity(record))
      }
    }
  } finally {
    await task.close?.()
  }
  // more than asked for: a batch may bring along what an offset shares
  assert.ok(
    seen.size >= reading.expected,
    `${seen.size} of ${reading.expected} records came within ${withinMs} ms`,
  )
  return records
}

/** One poll; a rejected one gives nothing, and the next shows whether it had moved on. */
async function pollOnce<O>(
  task: SourceTask<O>,
  call: { maxRecords: number; signal: AbortSignal },
): Promise<readonly SourceRecord<O>[]> {
  try {
    const polled = await task.poll(call)
    if (isRowBatch(polled)) return recordsOf(polled)
    if (polled.length === 0) await sleep(10)
    return polled.filter((item): item is SourceRecord<O> => item.topic !== undefined)
  } catch {
    await sleep(10)
    return []
  }
}

async function resumes<S extends ConfigFields, O extends Json, Slice extends Json>(
  subject: AnySubject<S, O, Slice>,
  world: SourceWorld,
  expected: number,
): Promise<void> {
  const all = await readAll(subject, world, { expected })
  for (const cut of [0, Math.floor(expected / 2), expected - 2]) {
    const stored = new Map<string, Json>(
      all.slice(0, cut + 1).map(({ origin }) => [partitionKey(origin.partition), origin.offset]),
    )
    const after = new Set(all.slice(cut + 1).map(identity))
    const before = new Set(all.slice(0, cut + 1).map(identity))
    const shared = new Set(all.filter((record) => sameOffset(record, all[cut]!)).map(identity))
    const rest = await readAll(subject, world, { expected: after.size, stored })
    const again = rest.map(identity).filter((one) => before.has(one))
    const allowed = subject.offsets === 'repeats' ? again.filter((one) => !shared.has(one)) : again
    assert.deepEqual(allowed, [], `opened at the offset of record ${cut}, these came again`)
    if (subject.offsets !== 'repeats') assert.deepEqual(new Set(rest.map(identity)), after)
  }
}

function sameOffset<O>(a: SourceRecord<O>, b: SourceRecord<O>): boolean {
  return stringifyJson(a.origin) === stringifyJson(b.origin)
}

function identity<O>({ origin, topic, key, value }: SourceRecord<O>): string {
  return stringifyJson([partitionKey(origin.partition), topic, key, value])
}
