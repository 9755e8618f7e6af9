import { Aws } from '../api/aws.ts'
import { waitUntilActive } from './wait.ts'

/** A cluster whose operation goes through these states, one a look. */
function awsWith(states: readonly string[]): Aws {
  let look = 0
  return Object.assign(new Aws({ region: 'eu-central-1' }), {
    kafka: async (operation: string) =>
      operation === 'DescribeClusterV2'
        ? { ClusterInfo: { ClusterName: 'shop', State: 'ACTIVE' } }
        : { ClusterOperationInfo: { OperationType: 'REBOOT_NODE', OperationState: states[look++] } },
  })
}

describe('waiting', () => {
  it.each(['UPDATE', 'REBOOT'])('ends when AWS says %s_COMPLETE, and not before', async (kind) => {
    const seen: string[] = []
    const aws = awsWith(['PENDING', `${kind}_IN_PROGRESS`, `${kind}_COMPLETE`])
    await waitUntilActive(aws, 'arn', 'operation', {
      everyMs: 1,
      onProgress: ({ state }) => seen.push(state),
    })
    expect(seen).toHaveLength(3)
  })

  it.each(['UPDATE', 'REBOOT'])('fails when AWS says %s_FAILED', async (kind) => {
    await expect(
      waitUntilActive(awsWith([`${kind}_FAILED`]), 'arn', 'operation', { everyMs: 1 }),
    ).rejects.toThrow('REBOOT_NODE of shop has failed')
  })
})
