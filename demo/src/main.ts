import { join, resolve } from 'node:path'
import { stackDown } from '@sluice/testkit/services'
import { type Demo, steps } from './demo.ts'
import { help, readOptions } from './options.ts'
import { summary } from './summary.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') process.stdout.write(`${help}\n`)
else process.exitCode = await run()

/** Runs the demo; 0 only if all of it held. */
async function run(): Promise<number> {
  if (options === 'help') return 0
  const demo: Demo = { options, dir: resolve(options.dir), timesMs: {} }
  let failed = true
  try {
    await steps(demo).run()
    process.stdout.write(`\n${summary(demo)}\n`)
    failed = false
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`\ndemo: failed at "${demo.step ?? 'the start'}": ${message}\n`)
    process.stderr.write(
      `Logs: ${demo.pipeline?.logFile ?? 'none of the worker yet'} and ${join(demo.dir, 'stack')}\n`,
    )
  } finally {
    await demo.table?.close()
    await demo.topic?.close()
    if (options.keep) {
      demo.pipeline?.leave()
      process.stdout.write(`\n${addresses(demo)}\n`)
    } else await stopAll(demo)
  }
  if (!failed) process.stdout.write('\ndemo: ok\n')
  return failed ? 1 : 0
}

async function stopAll(demo: Demo): Promise<void> {
  await demo.pipeline?.stop()
  await stackDown({ dir: join(demo.dir, 'stack'), remove: true })
}

function addresses({ stack, pipeline, dir }: Demo): string {
  return [
    'Left running:',
    `  REST           ${pipeline?.restUrl ?? 'not started'}  (also /metrics and /health)`,
    `  Kafka          ${stack?.kafka.bootstrapServers ?? 'not started'}`,
    `  Postgres       ${stack?.postgres.url ?? 'not started'}`,
    `  Elasticsearch  ${stack?.elasticsearch.url ?? 'not started'}`,
    `  HDFS           ${stack?.hdfs.url ?? 'not started'}`,
    `Stop the worker by its pid${pipeline ? ` ${pipeline.pid}` : ''}, the servers with: npx -y pnpm@12 sluice stack down --dir ${join(dir, 'stack')}`,
  ].join('\n')
}
