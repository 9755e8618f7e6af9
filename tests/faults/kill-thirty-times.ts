import { setTimeout as sleep } from 'node:timers/promises'
import { writeTombstones } from './load.ts'
import type { PipelineWorld } from './pipeline-world.ts'

/** Points at which the worker kills itself, each at a passing or two after its start. */
const NAMED_POINTS = [
  'hdfs:before-rename:1',
  'hdfs:before-rename:3',
  'hdfs:after-rename:2',
  'hdfs:after-upload:3',
  'hdfs:after-rename:1',
  'hdfs:after-rename:3',
  'hdfs:after-upload:2',
  'before-group-commit:1',
  'before-group-commit:4',
  'after-group-commit:1',
  'after-group-commit:3',
  'before-offset-write:1',
  'before-offset-write:3',
  'after-offset-write:1',
  'after-offset-write:2',
]

/**
 * Fifteen kills at named points, fifteen at random moments, in turn. `meanwhile` runs beside the first of each pair.
 * Returns how many of the points were reached.
 */
export async function killThirtyTimes(
  world: PipelineWorld,
  meanwhile: (round: number) => Promise<void> = async () => {},
): Promise<number> {
  let atPoints = 0
  for (const [round, point] of NAMED_POINTS.entries()) {
    world.worker.start(point)
    const [reached] = await Promise.all([world.worker.ended(30_000), meanwhile(round)])
    if (reached) atPoints++
    await world.worker.kill()
    world.worker.start()
    await sleep(500 + Math.random() * 3_000)
    await world.worker.kill()
    await writeTombstones(world.bootstrapServers, world.topic, await someKeys(world, round))
  }
  return atPoints
}

async function someKeys(world: PipelineWorld, round: number): Promise<readonly string[]> {
  const records = await world.topicRecords()
  return records
    .filter(({ value }) => value !== null)
    .slice(round * 7, round * 7 + 3)
    .map(({ key }) => key!)
}
