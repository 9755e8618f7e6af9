import assert from 'node:assert/strict'
import {
  type ConfigFields,
  kindOf,
  type SinkDefinition,
  type SinkTask,
  stringifyJson,
  wait,
} from '@sluice/template'
import { configOf, fakeSinkContext } from '../fakes/context.ts'
import { type RecordSketch, sinkBatch, sinkRecord } from '../fakes/sink-batch.ts'
import { abortListeners, resourceWatch } from './resources.ts'
import { type Check, type Runner, register } from './runner.ts'

/** A world for one check: an outside system of its own, empty. */
export interface SinkWorld {
  readonly settings: Readonly<Record<string, string>>
  /** What stands in the outside system now, in an order of its own making that is the same each time. */
  read(): Promise<readonly unknown[]>
  dispose?(): Promise<void>
}

export interface SinkSubject<S extends ConfigFields> {
  readonly definition: SinkDefinition<S>
  arrange(): Promise<SinkWorld>
  /** The n-th record to write; topic, partition and offset are filled in. */
  record(n: number): RecordSketch
  /** Default 25. */
  readonly records?: number
  /**
   * `same` (default): a batch put twice leaves what it leaves once. `repeats`: it may stand there twice, whole and in order each time, as in
   * an output that can only be appended to.
   */
  readonly twice?: 'same' | 'repeats'
}

/** The promises of the template's sink side, as tests of one connector. */
export function acceptSink<S extends ConfigFields>(subject: SinkSubject<S>, runner?: Runner): void {
  register(`sink ${subject.definition.name} keeps the promises of the template`, sinkChecks(subject), runner)
}

export function sinkChecks<S extends ConfigFields>(subject: SinkSubject<S>): readonly Check[] {
  const inWorld = (body: (world: SinkWorld) => Promise<void>) => async () => {
    const world = await subject.arrange()
    try {
      await body(world)
    } finally {
      await world.dispose?.()
    }
  }
  return [
    {
      name: 'has written what was put once it is flushed and its partition is given back',
      run: inWorld(async (world) => {
        assert.equal((await writeOnce(subject, world)).length, subject.records ?? 25)
      }),
    },
    {
      name:
        subject.twice === 'repeats'
          ? 'leaves whole batches when one is put twice'
          : 'leaves the same when a batch is put twice',
      run: inWorld(async (world) => {
        const once = await writeOnce(subject, world)
        await session(subject, world, async ({ put, from }) => {
          // a sink that keeps its own offsets says where to read on; the runtime then leaves out what comes before
          await put(from)
          await put(from)
        })
        const after = await world.read()
        if (subject.twice !== 'repeats') return assert.deepEqual(after, once)
        for (let at = 0; at < after.length; at += once.length) {
          assert.deepEqual(after.slice(at, at + once.length), once)
        }
      }),
    },
    {
      name: 'leaves the same when a put was cut short and comes again',
      run: inWorld(async (world) => {
        await session(subject, world, async ({ put, from }) => {
          await put(from, AbortSignal.timeout(1)).catch(() => {})
          await put(from)
        })
        const found = await world.read()
        const distinct =
          subject.twice === 'repeats' ? new Set(found.map((item) => stringifyJson(item))).size : found.length
        assert.equal(distinct, subject.records ?? 25)
      }),
    },
    {
      name: 'never commits more than it consumed',
      run: inWorld(async (world) => {
        await session(subject, world, async ({ task, put, from }) => {
          await put(from)
          await task.flush?.({ signal: AbortSignal.timeout(30_000) })
          const consumed = [{ topic: 'test', partition: 0, offset: BigInt(subject.records ?? 25) }]
          const committed =
            (await task.preCommit?.(consumed, { signal: AbortSignal.timeout(30_000) })) ?? consumed
          for (const { offset } of committed) assert.ok(offset <= consumed[0]!.offset)
        })
      }),
    },
    {
      name: 'leaves no socket, timer or listener after close',
      run: inWorld(async (world) => {
        const watch = resourceWatch()
        const signal = await session(subject, world, ({ put, from }) => put(from))
        assert.deepEqual(await watch.leftOpen(), [])
        assert.equal(abortListeners(signal), 0)
      }),
    },
  ]
}

interface Session {
  readonly task: SinkTask
  /** The first offset that the runtime would deliver. */
  readonly from: bigint
  put(from: bigint, signal?: AbortSignal): Promise<void>
}

async function writeOnce<S extends ConfigFields>(
  subject: SinkSubject<S>,
  world: SinkWorld,
): Promise<readonly unknown[]> {
  await session(subject, world, ({ put, from }) => put(from))
  return await world.read()
}

/** A task's life as the runtime leads it: open, assigned, the body, flush, preCommit, revoked, close. Returns the task's signal. */
async function session<S extends ConfigFields>(
  subject: SinkSubject<S>,
  world: SinkWorld,
  body: (session: Session) => Promise<void>,
): Promise<AbortSignal> {
  const count = subject.records ?? 25
  const records = Array.from({ length: count }, (_, n) =>
    sinkRecord({ ...subject.record(n), offset: BigInt(n) }),
  )
  const partitions = [{ topic: records[0]!.topic, partition: records[0]!.partition ?? 0 }]
  const context = fakeSinkContext(configOf(subject.definition.config, world.settings), {
    endOffset: BigInt(count),
  })
  const task = await subject.definition.open(context)
  const call = { signal: AbortSignal.timeout(60_000) }
  try {
    const positions = await task.assigned?.(partitions, { epoch: 1 })
    const put = async (from: bigint, signal: AbortSignal = call.signal): Promise<void> => {
      const batch = sinkBatch(records.filter(({ origin }) => origin.offset >= from))
      if (batch.length > 0) await putUntilTaken(task, batch, signal)
    }
    await body({ task, from: positions?.[0]?.offset ?? 0n, put })
    await task.flush?.(call)
    await task.preCommit?.([{ ...partitions[0]!, offset: BigInt(count) }], call)
    await task.revoked?.(partitions, { lost: false })
  } finally {
    await task.close?.()
  }
  return context.signal
}

async function putUntilTaken(
  task: SinkTask,
  batch: ReturnType<typeof sinkBatch>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await task.put(batch, { signal })
    } catch (error) {
      if (kindOf(error) !== 'retriable') throw error
      await wait(100, signal)
    }
  }
}
