import { join, resolve } from 'node:path'
import { stackDown } from '@sluice/testkit/services'
import { type Demo, steps } from './demo.ts'
import { help, readOptions } from './options.ts'
import { summary } from './summary.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') process.stdout.write(`${help}\n`)
else process.exitCode = await run()

/** Runs the demo; 0 only if all of it held. The first Ctrl-C ends it in order, with no server left running; the second at once. */
async function run(): Promise<number> {
  if (options === 'help') return 0
  const interrupt = new AbortController()
  const demo: Demo = { options, dir: resolve(options.dir), timesMs: {}, signal: interrupt.signal }
  const interrupted = new Promise<never>((_, reject) => {
    interrupt.signal.addEventListener('abort', () => reject(interrupt.signal.reason), { once: true })
  })
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))
  let failed = true
  try {
    await Promise.race([steps(demo).run(), interrupted])
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
    if (options.keep && !interrupt.signal.aborted) {
      demo.pipeline?.leave()
      process.stdout.write(`\n${addresses(demo)}\n`)
    } else await stopAll(demo, { remove: !failed })
  }
  if (!failed) process.stdout.write('\ndemo: ok\n')
  return failed ? 1 : 0
}

/** What failed leaves its logs; the next run begins without them. */
async function stopAll(demo: Demo, { remove }: { readonly remove: boolean }): Promise<void> {
  await demo.pipeline?.stop()
  await stackDown({ dir: join(demo.dir, 'stack'), remove })
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
