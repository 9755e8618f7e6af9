import { askOk } from './http.ts'

/** Resolves where the NameNode is out of safe mode, has a live DataNode and answers WebHDFS. */
export async function servesFiles(nameNode: string, signal: AbortSignal): Promise<void> {
  const { Safemode, LiveNodes } = await bean<{ Safemode: string; LiveNodes: string }>(
    nameNode,
    'NameNodeInfo',
    signal,
  )
  if (Safemode !== '') throw new Error(`the NameNode at ${nameNode} is in safe mode: ${Safemode}`)
  if (LiveNodes === '{}') throw new Error(`the NameNode at ${nameNode} has no live DataNode`)
  await askOk(`${nameNode}/webhdfs/v1/?op=GETFILESTATUS`, signal)
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
