import { writeFile } from 'node:fs/promises'
import { sharedServices } from '@sluice/testkit/services'
import { type Difference, differencesOf } from './compare.ts'
import { allowed } from './differences.ts'
import { answerOf } from './exchange.ts'
import { judge } from './match.ts'
import { readRecording } from './recording.ts'
import { type Mode, type RestWorker, startSluice } from './sluice-worker.ts'
import { steps } from './steps.ts'
import { type Prepared, prepare } from './world.ts'

/** What differs is written there as JSON, the mode behind the name. */
const reportFile = process.env['SLUICE_REST_REPORT']

describe.each<Mode>(['standalone', 'distributed'])('REST answers of a worker, %s,', (mode) => {
  let prepared: Prepared
  let worker: RestWorker

  beforeAll(async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    prepared = await prepare(bootstrapServers)
    worker = await startSluice(prepared.folder, bootstrapServers, mode)
  }, 240_000)

  afterAll(async () => {
    await worker?.stop()
    await prepared?.dispose()
  }, 60_000)

  it("are those of Kafka Connect's own worker, field by field, but for what docs/REST-DIFFERENCES.md has", async () => {
    const recording = await readRecording(steps)
    const found: Difference[] = []
    for (const step of steps) {
      const answer = await answerOf(step, { url: worker.url, ...prepared })
      found.push(...differencesOf(step.id, recording.get(step.id)!, answer))
    }
    if (reportFile) await writeFile(`${reportFile}.${mode}`, JSON.stringify(found, null, 1))
    const { unjustified, stale } = judge(
      found,
      allowed.filter((one) => (one.only ?? mode) === mode),
    )
    expect(unjustified).toEqual([])
    expect(stale).toEqual([])
    expect(steps.length).toBeGreaterThan(120)
  }, 240_000)
})
