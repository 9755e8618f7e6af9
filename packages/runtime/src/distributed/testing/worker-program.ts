import { createLogger } from '../../telemetry/logger.ts'
import { runDistributed } from '../distributed.ts'

// A worker of a cluster as the CLI runs it: `worker-program.ts worker.properties`.
const [workerFile = ''] = process.argv.slice(2)
try {
  process.exitCode = await runDistributed({
    workerFile,
    plugins: [new URL('./counting-source.ts', import.meta.url).href],
    log: createLogger({ level: 'info', pretty: false }),
  })
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
