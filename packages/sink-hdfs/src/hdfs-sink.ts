import { type Call, defineSink, type SinkContext, type SinkTask, type TopicPartition } from '@sluice/template'
import { partitionFolder } from './file-names.ts'
import { HdfsSinkTask } from './hdfs-sink-task.ts'
import { remarksOn } from './other-settings.ts'
import { type HdfsIssue, issuesOf, type Plan, planOf } from './plan.ts'
import { endOfFiles } from './start-position.ts'
import { confluentSettings, type HdfsConfig, hdfsSettings } from './settings.ts'
import { HttpTransport } from './webhdfs/http-transport.ts'
import { WebHdfsClient } from './webhdfs/webhdfs-client.ts'
import { remedyFor } from './webhdfs/webhdfs-error.ts'

const common = { version: '0.1.0', check, alterOffsets, open }

/** Topics into files of HDFS by WebHDFS: JSON lines, each record in exactly one file. */
export const hdfsSink = defineSink({
  ...common,
  name: 'hdfs',
  doc: 'Writes topics into files of HDFS through WebHDFS or HttpFS: JSON lines or text, each record exactly once.',
  config: hdfsSettings,
})

/** The same under the name of the connector that it stands in for, with that one's settings and defaults. */
export const hdfsSinkConnector = defineSink({
  ...common,
  name: 'io.confluent.connect.hdfs.HdfsSinkConnector',
  aliases: ['HdfsSinkConnector', 'HdfsSink', 'io.confluent.connect.hdfs3.Hdfs3SinkConnector'],
  doc: "Runs configurations of Confluent's HDFS sink: the same files in the same places, of JSON or text.",
  config: confluentSettings,
})

async function check(config: HdfsConfig, { signal }: Call): Promise<readonly HdfsIssue[]> {
  const issues = issuesOf(config)
  if (issues.length > 0) return issues
  return withClient(config, planOf(config), async (client) => {
    try {
      await client.status('/', signal)
      return []
    } catch (error) {
      signal.throwIfAborted()
      const reason = error instanceof Error ? error.message : String(error)
      const message = `names an HDFS that doesn't answer as it should: ${reason}`
      const remedy = remedyFor(error)
      return [{ field: 'storeUrl' as const, message, mayPass: remedy === 'elsewhere' || remedy === 'later' }]
    }
  })
}

/** Reading goes on behind the files whatever the group says, so an offset before their end would be taken for set and have no effect. */
async function alterOffsets(
  config: HdfsConfig,
  offsets: readonly (TopicPartition & { readonly offset: bigint | null })[],
  { signal }: Call,
): Promise<void> {
  const plan = planOf(config)
  await withClient(config, plan, async (client) => {
    for (const of of offsets) {
      const folder = partitionFolder(plan.layout, of)
      const files = await client.list(folder, signal)
      const written = endOfFiles(
        of,
        files.map(({ name }) => name),
      )
      if (written === undefined || (of.offset !== null && of.offset >= written)) continue
      throw new Error(
        `The files in ${folder} hold records up to offset ${written - 1n}, and reading goes on behind them. ` +
          'To read earlier records again, move the files away first.',
      )
    }
  })
}

async function withClient<T>(
  config: HdfsConfig,
  plan: Plan,
  use: (client: WebHdfsClient) => Promise<T>,
): Promise<T> {
  const { client, close } = connect(config, plan)
  try {
    return await use(client)
  } finally {
    close()
  }
}

async function open(context: SinkContext<HdfsConfig>): Promise<SinkTask> {
  const plan = planOf(context.config)
  for (const { setting, because } of remarksOn(context.config)) {
    context.log.warn({ setting }, `HDFS: the setting ${setting} ${because}.`)
  }
  const { client, close } = connect(context.config, plan)
  return new HdfsSinkTask(context, { plan, client, close })
}

function connect(config: HdfsConfig, plan: Plan): { client: WebHdfsClient; close: () => void } {
  const transport = new HttpTransport({ timeoutMs: config.webhdfsTimeoutMs })
  const client = new WebHdfsClient({
    nameNodes: plan.store.nameNodes,
    transport,
    user: plan.user,
    doAs: config.webhdfsDoas === '' ? undefined : config.webhdfsDoas,
    dataHosts: config.webhdfsDataHosts,
  })
  return { client, close: () => transport.close() }
}
