import { randomUUID } from 'node:crypto'
import { Aws } from '@sluice/msk'
import { mskEmulatorUnavailable, pythonUnavailable } from '@sluice/testkit/services'
import { MskScene } from './testing/msk-scene.ts'

const unavailable = mskEmulatorUnavailable() ?? pythonUnavailable()
const emulated = unavailable === undefined ? describe : describe.skip

emulated(`a network${unavailable === undefined ? '' : ` (skipped: ${unavailable})`}`, () => {
  let scene: MskScene
  let aws: Aws
  const names = ['small', 'open', 'torn', 'plain'].map((name) => `${name}-${randomUUID().slice(0, 6)}`)
  const [small, open, torn, plain] = names as [string, string, string, string]
  beforeAll(async () => {
    scene = await MskScene.open({ moto: true })
    aws = new Aws()
  }, 900_000)
  afterAll(async () => {
    for (const name of names) await scene.msk(['network', 'delete', name, '--yes'])
    await aws?.close()
    await scene?.close()
  })

  const create = (name: string, ...flags: readonly string[]) =>
    scene.msk(['network', 'create', name, ...flags])
  /** What moto has of a network, without ids. */
  async function found(name: string) {
    const {
      vpc,
      subnets,
      securityGroup,
      public: isPublic,
    } = JSON.parse(await scene.done(['network', 'show', name, '--json'])) as {
      vpc: string
      subnets: { id: string; zone: string; cidr: string }[]
      securityGroup: string
      public: boolean
    }
    const dns = async (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
      aws.ec2('DescribeVpcAttribute', { VpcId: vpc, Attribute }, 'look')
    const { SecurityGroups = [] } = await aws.ec2(
      'DescribeSecurityGroups',
      { GroupIds: [securityGroup] },
      'look',
    )
    const routes = await aws.ec2(
      'DescribeRouteTables',
      { Filters: [{ Name: 'tag:sluice:network', Values: [name] }] },
      'look',
    )
    return {
      ids: [vpc, ...subnets.map(({ id }) => id), securityGroup],
      subnets: subnets.map(({ zone, cidr }) => `${cidr} ${zone}`),
      dns: [
        (await dns('enableDnsSupport')).EnableDnsSupport?.Value,
        (await dns('enableDnsHostnames')).EnableDnsHostnames?.Value,
      ],
      ports: (SecurityGroups[0]?.IpPermissions ?? [])
        .flatMap(({ FromPort, ToPort, IpRanges = [] }) =>
          IpRanges.map(({ CidrIp }) => `${FromPort}-${ToPort} ${CidrIp}`),
        )
        .toSorted(),
      routed: routes.RouteTables?.[0]?.Associations?.filter(({ SubnetId }) => SubnetId !== undefined).length,
      routes: (routes.RouteTables?.[0]?.Routes ?? [])
        .flatMap((one) => [one.DestinationCidrBlock ?? one.DestinationIpv6CidrBlock ?? ''])
        .toSorted(),
      isPublic,
    }
  }

  it('has a subnet in each of 3 zones, DNS, and exactly the ports of the login; it is private', async () => {
    const { code, out, err } = await create(small)
    expect(code).toBe(0)
    const made = await found(small)
    expect(made).toMatchObject({
      subnets: ['10.0.0.0/20 eu-central-1a', '10.0.16.0/20 eu-central-1b', '10.0.32.0/20 eu-central-1c'],
      dns: [true, true],
      ports: ['9098-9098 10.0.0.0/16'],
      routed: 3,
      routes: ['10.0.0.0/16'],
      isPublic: false,
    })
    const [, a, b, c, group] = made.ids
    expect(out).toContain(
      `A cluster takes it by --network ${small}, or by\n  --subnets ${a},${b},${c} --security-groups ${group}\n`,
    )
    expect(err).toContain(
      "note: the region's zones are eu-central-1a, eu-central-1b, eu-central-1c; the cluster gets 3, and that number is final.\n",
    )
  })

  it('is found by a second call, which changes nothing', async () => {
    const before = await found(small)
    const { code, err } = await create(small)
    expect([code, err.startsWith('note:')]).toEqual([0, true])
    expect(await found(small)).toEqual(before)
  })

  it('gets what it lacks where its making was interrupted', async () => {
    await create(torn, '--zones', '2')
    const before = await found(torn)
    await aws.ec2('DeleteSubnet', { SubnetId: before.ids[1] }, 'tear a hole')
    const { code, err } = await create(torn, '--zones', '2')
    expect(code).toBe(0)
    expect(err).toContain('make the subnet 10.0.0.0/20 in eu-central-1a ...\n')
    expect(err).toContain('note: 2 zones are for development only.\n')
    expect(err).not.toContain('make the VPC')
    // moto keeps the route of a subnet that is gone
    expect({ ...(await found(torn)), ids: [], routed: 2 }).toEqual({ ...before, ids: [] })
  })

  it('that is public has a gateway, routes, ports of public addresses for those named, and IPv6', async () => {
    const flags = [
      '--public',
      '--from',
      '198.51.100.0/24',
      '--login',
      'iam,scram',
      '--prometheus',
      'jmx,node',
      '--ipv6',
    ]
    const { code, err } = await create(open, '--cidr', '10.8.0.0/20', ...flags)
    expect([code, err]).toEqual([0, expect.stringContaining('make the gateway to the internet ...\n')])
    expect(await found(open)).toMatchObject({
      subnets: ['10.8.0.0/24 eu-central-1a', '10.8.1.0/24 eu-central-1b', '10.8.2.0/24 eu-central-1c'],
      ports: [
        '11001-11001 10.8.0.0/20',
        '11002-11002 10.8.0.0/20',
        '9096-9096 10.8.0.0/20',
        '9098-9098 10.8.0.0/20',
        '9196-9196 198.51.100.0/24',
        '9198-9198 198.51.100.0/24',
      ],
      routes: expect.arrayContaining(['0.0.0.0/0', '10.8.0.0/20']),
      isPublic: true,
    })
    const subnets = await aws.ec2(
      'DescribeSubnets',
      { Filters: [{ Name: 'tag:sluice:network', Values: [open] }] },
      'look',
    )
    const blocks = subnets.Subnets?.map((one) => one.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? '')
    expect(blocks).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/::\/64$/)))
    expect(new Set(blocks).size).toBe(3)
  })

  it('is only told of with --dry-run', async () => {
    const { code, out } = await create(plain, '--zones', '2', '--login', 'scram', '--dry-run')
    expect(code).toBe(0)
    expect(out).toBe(`VPC     10.0.0.0/16, with DNS host names and DNS support
subnet  10.0.0.0/20 in eu-central-1a
subnet  10.0.16.0/20 in eu-central-1b
routes  within the VPC; private
open    port 9096 for 10.0.0.0/16: login by scram
takes   a minute
costs   nothing by itself
note: the region's zones are eu-central-1a, eu-central-1b, eu-central-1c; the cluster gets 2, and that number is final.
note: 2 zones are for development only.
Nothing was sent.
`)
    expect((await scene.msk(['network', 'show', plain])).err).toBe(
      `sluice: there is no network ${plain} in eu-central-1: "sluice msk network create ${plain}" makes it.\n`,
    )
  })

  it.each([
    [['--zones', '4'], 'brokers run in 2 or 3 zones, not in 4'],
    [
      ['--zones', 'eu-central-1a,eu-central-1x'],
      'the region has the zones eu-central-1a, eu-central-1b, eu-central-1c; eu-central-1x is none of them',
    ],
    [['--cidr', '10.0.0.0/8'], "the block of a VPC is /16 to /28; /8 isn't"],
    [['--cidr', '10.0.0.0/28'], '10.0.0.0/28 has no room for 3 blocks of /28'],
    [['--cidr', '10.0.0.7/16'], '10.0.0.7/16 begins within a block; the block is 10.0.0.0/16'],
    [
      ['--subnets', '10.0.0.0/24,10.0.0.128/25,10.1.0.0/24'],
      "subnets lie inside the VPC's 10.0.0.0/16; 10.1.0.0/24 doesn't",
    ],
    [
      ['--subnets', '10.0.0.0/24,10.0.0.128/25,10.0.1.0/24'],
      "subnets don't overlap; 10.0.0.0/24 and 10.0.0.128/25 do",
    ],
    [['--subnets', '10.0.0.0/24,10.0.1.0/24'], 'there is one subnet for each zone: 3 zones, 2 blocks'],
    [['--public'], 'with public addresses, say who may connect'],
  ])('breaks a rule with %j', async (flags, rule) => {
    const { code, err } = await create(plain, ...flags)
    expect([code, err]).toEqual([2, expect.stringContaining(rule)])
  })

  it('doesn’t become another one', async () => {
    const { code, err } = await create(small, '--cidr', '10.9.0.0/16')
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`the network ${small} exists with 10.0.0.0/16, not 10.9.0.0/16`),
    ])
    const more = await create(torn, '--zones', 'eu-central-1b,eu-central-1c')
    expect([more.code, more.err]).toEqual([2, expect.stringContaining('and subnets are final')])
  })

  it('takes a cluster by its name', async () => {
    const { out } = await scene.msk(['cluster', 'create', small, '--network', small, '--dry-run', '--json'])
    const [vpc, ...rest] = (await found(small)).ids
    expect(vpc).toMatch(/^vpc-/)
    expect(JSON.parse(out)).toMatchObject({
      steps: [
        {
          input: {
            Provisioned: {
              BrokerNodeGroupInfo: { ClientSubnets: rest.slice(0, 3), SecurityGroups: rest.slice(3) },
            },
          },
        },
      ],
    })
  })

  it('is deleted with all that has its tag, and nothing else', async () => {
    const nobody = await scene.msk(['network', 'delete', open])
    expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('nobody is there to agree to it')])
    const { code, err } = await scene.msk(['network', 'delete', open], { answer: open })
    expect([code, err]).toEqual([0, expect.stringContaining('delete the VPC 10.8.0.0/20 ...\n')])
    const again = await scene.msk(['network', 'delete', open, '--yes'])
    expect([again.code, again.err]).toEqual([0, `There is nothing of a network ${open}.\n`])
    expect((await found(small)).subnets).toHaveLength(3)
  })

  it('that something stands in is not deleted, and says so', async () => {
    const [VpcId] = (await found(torn)).ids
    await aws.ec2('CreateSubnet', { VpcId, CidrBlock: '10.0.240.0/24' }, 'put something there')
    const { code, err } = await scene.msk(['network', 'delete', torn, '--yes'])
    expect(code).toBe(1)
    expect(err.slice(err.indexOf('sluice: '))).toBe(
      `sluice: can't delete the VPC 10.0.0.0/16: something else uses it or has its name: The vpc '${VpcId}' has dependencies and cannot be deleted. Delete the clusters, instances and endpoints in the network first.\n`,
    )
  })
})
