import { Aws } from '../api/aws.ts'
import { deleteNetwork } from './delete-network.ts'
import { lookForNetwork } from './find-network.ts'

/** AWS as it would answer; what it was asked is kept. */
function awsWith(vpcs: readonly string[]): { readonly aws: Aws; readonly asked: string[] } {
  const asked: string[] = []
  const aws = Object.assign(new Aws({ region: 'eu-central-1' }), {
    ec2: async (operation: string) => {
      asked.push(operation)
      return operation === 'DescribeVpcs' ? { Vpcs: vpcs.map((VpcId) => ({ VpcId })) } : {}
    },
  })
  return { aws, asked }
}

describe('a network', () => {
  it.each(['prod*', 'prod?', '*', ''])('is not looked for by the pattern %j, nor deleted', async (name) => {
    const { aws, asked } = awsWith(['vpc-1'])
    await expect(lookForNetwork(aws, name)).rejects.toThrow('the name of a network has 1 to 64 letters')
    await expect(deleteNetwork(aws, name)).rejects.toThrow('the name of a network has 1 to 64 letters')
    expect(asked).toEqual([])
  })

  it('is not touched where several VPCs have its tag', async () => {
    const { aws, asked } = awsWith(['vpc-1', 'vpc-2'])
    await expect(deleteNetwork(aws, 'shop')).rejects.toThrow(
      'several VPCs have the tag sluice:network=shop: vpc-1, vpc-2; take it from all but one',
    )
    expect(asked.every((operation) => operation.startsWith('Describe'))).toBe(true)
  })
})
