import { describeOperation, findCluster, listOperations, stepsOf, waitUntilActive } from '@sluice/msk'
import { renderTable } from '../stack/table.ts'
import { type ActFlags, type AwsFlags, jsonOf, mskExit, type Scene } from './declare.ts'
import { ProgressLine } from './progress-line.ts'

export async function list({ aws, terminal }: Scene, name: string, flags: AwsFlags): Promise<void> {
  const { ClusterArn = '' } = await findCluster(aws, name)
  const all = (await listOperations(aws, ClusterArn)).toSorted(
    (a, b) => (b.StartTime?.getTime() ?? 0) - (a.StartTime?.getTime() ?? 0),
  )
  if (flags.json) return terminal.out(jsonOf(all))
  if (all.length === 0) return terminal.out(`Nothing was changed at ${name} yet.\n`)
  terminal.out(
    renderTable([
      ['BEGAN', 'OPERATION', 'STATE', 'ARN'],
      ...all.map(({ StartTime, OperationType = '', OperationState = '', OperationArn = '' }) => [
        StartTime?.toISOString() ?? '-',
        OperationType,
        OperationState,
        OperationArn,
      ]),
    ]),
  )
}

export async function describe({ aws, terminal }: Scene, arn: string, flags: AwsFlags): Promise<number> {
  const operation = await describeOperation(aws, arn)
  const { OperationState = '', OperationType = '', ErrorInfo } = operation
  if (flags.json) terminal.out(jsonOf(operation))
  else {
    const error = ErrorInfo && [['error', `${ErrorInfo.ErrorCode ?? ''} ${ErrorInfo.ErrorString ?? ''}`]]
    terminal.out(
      renderTable([
        ['operation', OperationType],
        ['state', OperationState],
        ['began', operation.StartTime?.toISOString() ?? '-'],
        ...(operation.EndTime ? [['ended', operation.EndTime.toISOString()]] : []),
        ...stepsOf(operation).map(({ name, status }) => [`step ${name}`, status]),
        ...(error ?? []),
      ]),
    )
  }
  return OperationState.endsWith('_FAILED') ? mskExit.unhealthy : mskExit.done
}

export async function wait({ aws, terminal }: Scene, name: string, flags: ActFlags): Promise<void> {
  const { ClusterArn = '', ActiveOperationArn } = await findCluster(aws, name)
  const line = new ProgressLine(terminal)
  try {
    const cluster = await waitUntilActive(aws, ClusterArn, ActiveOperationArn, {
      everyMs: flags.poll === undefined ? undefined : flags.poll * 1000,
      deadlineMs: flags.timeout === undefined ? undefined : flags.timeout * 60_000,
      onProgress: (progress) => line.show(progress),
    })
    if (flags.json) terminal.out(jsonOf(cluster))
  } finally {
    line.end()
  }
}
