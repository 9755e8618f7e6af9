import { readFile } from 'node:fs/promises'
import { type Aws, findCluster, isArn, type Settings, type WorkerPolicy, workerPolicy } from '@sluice/msk'
import { parseConnectorFile, parseProperties } from '@sluice/runtime'
import { renderTable } from '../stack/table.ts'
import { type AwsFlags, jsonOf, MskUsageError, type Scene } from './declare.ts'

export interface PolicyFlags extends AwsFlags {
  readonly cluster?: string
  readonly topic?: readonly string[]
  readonly reasons?: true
}

export async function policy(
  { aws, terminal }: Scene,
  workerFile: string,
  connectorFiles: readonly string[],
  flags: PolicyFlags,
): Promise<void> {
  const worker = await read(workerFile, parseProperties)
  const connectors = await Promise.all(connectorFiles.map((file) => read(file, parseConnectorFile)))
  const clusterArn = await clusterArnOf(aws, flags.cluster, worker)
  const made = workerPolicy({ worker, connectors, clusterArn, moreTopics: flags.topic })
  terminal.err(made.notes.map((note) => `note: ${note}\n`).join(''))
  if (flags.json) return terminal.out(jsonOf(made))
  if (flags.reasons) return terminal.out(reasonsText(made))
  terminal.out(jsonOf(made.policy))
  terminal.err(reasonsText(made))
}

function reasonsText({ reasons }: WorkerPolicy): string {
  return renderTable([
    ['ACTION', 'ON', 'BECAUSE OF'],
    ...reasons.map(({ action, resource, because }) => [action, shortOf(resource), because.join('; ')]),
  ])
}

/** `topic/orders` of an ARN of Kafka's; its cluster is the same in all. */
function shortOf(resource: string): string {
  const [, kind, name, , ...rest] =
    /^arn:[^:]+:kafka:[^:]+:\d+:([^/]+)\/([^/]+)\/([^/]+)\/?(.*)$/.exec(resource) ?? []
  if (kind === undefined) return resource
  return kind === 'cluster' ? `cluster ${name}` : `${kind} ${rest.join('/')}`
}

/** Only a name has to be asked for. */
async function clusterArnOf(aws: Aws, given: string | undefined, worker: Settings): Promise<string> {
  const wanted =
    given ?? worker.get('msk.cluster.arn')?.trim() ?? worker.get('msk.cluster.name')?.trim() ?? ''
  if (wanted === '') {
    throw new MskUsageError(
      'which cluster? --cluster NAME or its ARN, or msk.cluster.arn in the worker’s settings.',
    )
  }
  return isArn(wanted) ? wanted : ((await findCluster(aws, wanted)).ClusterArn ?? '')
}

async function read<T>(file: string, parse: (text: string, file: string) => T): Promise<T> {
  try {
    return parse(await readFile(file, 'utf8'), file)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MskUsageError(`${file} can't be used: ${reason}`, { cause })
  }
}
