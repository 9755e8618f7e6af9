import { setTimeout as sleep } from 'node:timers/promises'
import type { NameNodeProxy } from '../../packages/sink-hdfs/test/name-node-proxy.ts'
import { writeTombstones } from './load.ts'
import type { PipelineWorld } from './pipeline-world.ts'

/** HDFS has carried the rename out, and the worker is killed before it hears of it. */
const unanswered = 'hdfs:rename-unanswered'

/** Where the worker is killed; with a count it kills itself, at that passing of the point after its start. */
const NAMED_POINTS = [
  'hdfs:before-rename:1',
  'hdfs:before-rename:3',
  'hdfs:after-rename:2',
  unanswered,
  'hdfs:after-rename:1',
  'hdfs:after-upload:2',
  'before-group-commit:1',
  'before-group-commit:4',
  'after-group-commit:1',
  'after-group-commit:3',
  'before-offset-write:1',
  'before-offset-write:3',
  'after-offset-write:1',
  'after-offset-write:2',
  unanswered,
]

/**
 * Fifteen kills at named points, fifteen at random moments, in turn: of the random ones, half hit a worker that starts, half one whose tasks
 * all run. Returns the named points that were reached; the world's files connector writes through `hdfs`.
 */
export async function killThirtyTimes(
  world: PipelineWorld,
  how: { readonly hdfs: NameNodeProxy; readonly meanwhile?: (round: number) => Promise<void> },
): Promise<readonly string[]> {
  const reached: string[] = []
  for (const [round, point] of NAMED_POINTS.entries()) {
    const [wasReached] = await Promise.all([killAt(point, world, how.hdfs), how.meanwhile?.(round)])
    if (wasReached) reached.push(withoutCount(point))
    world.worker.start()
    if (round % 2 === 1) await world.worker.untilRunning(3)
    await sleep(Math.random() * 3_000)
    await world.worker.kill()
    await writeTombstones(world.bootstrapServers, world.topic, await someKeys(world))
  }
  return reached
}

/** True: the worker came to the point and was killed there. It is dead in any case. */
async function killAt(point: string, { worker }: PipelineWorld, hdfs: NameNodeProxy): Promise<boolean> {
  const limitMs = 90_000
  if (point !== unanswered) {
    worker.start(point)
    const wasReached = await worker.killed(limitMs)
    await worker.kill()
    return wasReached
  }
  const limit = new AbortController()
  const held = hdfs.holdAnswerTo('RENAME', limit.signal)
  worker.start()
  const timer = setTimeout(() => limit.abort(), limitMs)
  const wasReached = await held
  clearTimeout(timer)
  await worker.kill()
  return wasReached
}

/** That the checks had something to look at: kills at every point, in each partition changes of every kind, and rows that stayed deleted. */
export async function expectKillsToHaveHit(world: PipelineWorld, reached: readonly string[]): Promise<void> {
  expect(new Set(reached)).toEqual(new Set(NAMED_POINTS.map(withoutCount)))
  expect(reached.length).toBeGreaterThanOrEqual(12)
  const records = await world.topicRecords()
  expect(new Set(records.map(({ partition }) => partition))).toEqual(new Set([0, 1, 2]))
  const kinds = Map.groupBy(records, ({ value }) => kindOfChange(value))
  expect(new Set(kinds.keys())).toEqual(new Set(['load', 'insert', 'update', 'tombstone']))
  const lastOfKey = new Map(records.map(({ key, value }) => [key, value]))
  expect([...lastOfKey.values()]).toContain(null)
}

function kindOfChange(value: string | null): 'load' | 'insert' | 'update' | 'tombstone' {
  if (value === null) return 'tombstone'
  const { version, body } = JSON.parse(value) as { readonly version: number; readonly body: string }
  if (version > 1) return 'update'
  return body.startsWith('new ') ? 'insert' : 'load'
}

/** Keys of three rows: of some that change all the time, and of some that stay deleted. */
async function someKeys(world: PipelineWorld): Promise<readonly string[]> {
  const records = (await world.topicRecords()).filter(({ value }) => value !== null)
  const places = [Math.random() * 0.05, Math.random(), Math.random()]
  return places.flatMap((place) => records[Math.floor(place * records.length)]?.key ?? [])
}

function withoutCount(point: string): string {
  return point.replace(/:\d+$/, '')
}
