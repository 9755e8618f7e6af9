import { ask, askOk } from './http.ts'

/** Resolves where the NameNode is out of safe mode and would place a new file on a DataNode. */
export async function servesFiles(nameNode: string, signal: AbortSignal): Promise<void> {
  const { Safemode, LiveNodes } = await bean<{ Safemode: string; LiveNodes: string }>(
    nameNode,
    'NameNodeInfo',
    signal,
  )
  if (Safemode !== '') throw new Error(`the NameNode at ${nameNode} is in safe mode: ${Safemode}`)
  if (LiveNodes === '{}') throw new Error(`the NameNode at ${nameNode} has no live DataNode`)
  await placesFiles(nameNode, signal)
}

/**
 * A DataNode lives from its registration on, but takes blocks only once its first heartbeat has told of its storage.
 * Without a redirect this only chooses a DataNode: no file is made.
 */
async function placesFiles(nameNode: string, signal: AbortSignal): Promise<void> {
  const url = `${nameNode}/webhdfs/v1/.sluice-probe?op=CREATE&noredirect=true`
  const { status, body } = await ask(url, signal, { method: 'PUT' })
  if (status !== 200)
    throw new Error(`the NameNode at ${nameNode} places no file yet: HTTP ${status} ${body.slice(0, 300)}`)
}

/** `active` or `standby`. */
export async function haState(nameNode: string, signal: AbortSignal): Promise<string> {
  return (await bean<{ State: string }>(nameNode, 'NameNodeStatus', signal)).State
}

/** Resolves where the DataNode's REST server runs. */
export async function dataNodeAnswers(dataNode: string, signal: AbortSignal): Promise<void> {
  await askOk(`${dataNode}/jmx?qry=java.lang:type=Runtime`, signal)
}

async function bean<T>(nameNode: string, name: string, signal: AbortSignal): Promise<T> {
  const body = await askOk(`${nameNode}/jmx?qry=Hadoop:service=NameNode,name=${name}`, signal)
  const [found] = (JSON.parse(body) as { readonly beans: readonly T[] }).beans
  if (!found) throw new Error(`the NameNode at ${nameNode} has not started yet`)
  return found
}
