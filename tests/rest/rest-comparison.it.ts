import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts, sharedServices } from '@sluice/testkit/services'
import { SluiceProcess } from '../bad-input/sluice-process.ts'
import { type Difference, differencesOf } from './compare.ts'
import { allowed, pending } from './differences.ts'
import { answerOf } from './exchange.ts'
import { judge } from './match.ts'
import { readRecording } from './recording.ts'
import { steps } from './steps.ts'
import { prepare, workerSettings } from './world.ts'

/** Gathers what differs, in place of failing, into this file. */
const reportFile = process.env['SLUICE_REST_REPORT']

describe('REST answers', () => {
  let world: Awaited<ReturnType<typeof prepare>>
  let sluice: SluiceProcess
  let url: string

  beforeAll(async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    world = await prepare(bootstrapServers)
    const [port] = await freePorts(1)
    url = `http://127.0.0.1:${port}`
    const settings = {
      'bootstrap.servers': bootstrapServers,
      listeners: url,
      'offset.storage.file.filename': join(world.folder, 'offsets.dat'),
      ...workerSettings,
    }
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
    await writeFile(join(world.folder, 'worker.properties'), lines.join(''))
    sluice = new SluiceProcess(['standalone', 'worker.properties'], world.folder)
    await sluice.untilLogged(url, 60_000)
  }, 240_000)

  afterAll(async () => {
    await sluice?.end()
    await world?.dispose()
  }, 60_000)

  it("are those of Kafka Connect's own worker, field by field, but for what docs/REST-DIFFERENCES.md has", async () => {
    const recording = await readRecording(steps)
    const found: Difference[] = []
    for (const step of steps) {
      const answer = await answerOf(step, { url, folder: world.folder })
      found.push(...differencesOf(step.id, recording.get(step.id)!, answer))
    }
    if (reportFile) await writeFile(reportFile, JSON.stringify(found, null, 1))
    const { unjustified, stale } = judge(found, allowed)
    expect(judge(unjustified, pending).unjustified).toEqual([])
    expect(stale).toEqual([])
    expect(steps.length).toBeGreaterThan(120)
  }, 240_000)
})
