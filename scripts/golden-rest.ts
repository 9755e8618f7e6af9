// Writes what a real worker of Kafka Connect on the JVM answers to the requests in tests/rest/steps, for the test that compares. Needs Maven and a JDK.
// npx -y pnpm@12 golden:rest
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, startKafkaConnect } from '../packages/testkit/src/services/index.ts'
import { answerOf } from '../tests/rest/exchange.ts'
import { writeRecording } from '../tests/rest/recording.ts'
import type { Answer } from '../tests/rest/step.ts'
import { steps } from '../tests/rest/steps.ts'
import { prepare, workerSettings } from '../tests/rest/world.ts'

const dir = await mkdtemp(join(tmpdir(), 'sluice-golden-rest-'))
const kafka = await startKafka({ dir: join(dir, 'kafka') })
const { bootstrapServers } = kafka
const worker = await startKafkaConnect({
  dir: join(dir, 'connect'),
  bootstrapServers,
  settings: workerSettings,
})
const prepared = await prepare(bootstrapServers)
try {
  const answers = new Map<string, Answer>()
  for (const step of steps) {
    const answer = await answerOf(step, { url: worker.url, ...prepared }).catch((error: Error) => error)
    if (answer instanceof Error) process.exitCode = 1
    else answers.set(step.id, answer)
    process.stdout.write(`${answer instanceof Error ? answer.message : answer.status} ${step.id}\n`)
  }
  if (process.exitCode !== 1) await writeRecording(steps, answers)
} finally {
  await worker.kill()
  await kafka.kill()
  await prepared.dispose()
  await rm(dir, { recursive: true, force: true })
}
