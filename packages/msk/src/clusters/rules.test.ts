import { MskRuleError } from '../api/msk-error.ts'
import type { NewCluster } from './new-cluster.ts'
import { planCreate, planServerless } from './plan-create.ts'
import { planReboot } from './plan-delete.ts'
import { planUpdate } from './plan-update.ts'
import type { ClusterChanges } from './cluster-state.ts'
import { compareVersions, recommendedVersion } from './versions.ts'

const offered = [
  { version: '3.9.x', status: 'ACTIVE' },
  { version: '3.9.x.kraft', status: 'ACTIVE' },
  { version: '2.2.1', status: 'DEPRECATED' },
]
const three = ['subnet-a1', 'subnet-b1', 'subnet-c1']

/** What is wrong, or nothing. */
function problems(body: () => unknown): readonly string[] {
  try {
    body()
    return []
  } catch (error) {
    if (error instanceof MskRuleError) return error.problems
    throw error
  }
}

describe('a new cluster', () => {
  const wrong = (changes: Partial<NewCluster>): readonly string[] =>
    problems(() => planCreate({ name: 'shop', subnets: three, ...changes }, offered))

  it('is all right as recommended', () => {
    expect(wrong({})).toEqual([])
  })

  it.each<[Partial<NewCluster>, string]>([
    [{ name: 'my_shop' }, 'the name of a cluster has 1 to 64 letters, digits and hyphens'],
    [{ name: '' }, 'the name of a cluster'],
    [{ subnets: ['subnet-a1'] }, 'brokers run in 2 or 3 zones, one subnet each; 1 subnet given'],
    [{ subnets: [...three, 'subnet-d1'] }, 'brokers run in 2 or 3 zones, one subnet each; 4 subnets given'],
    [{ subnets: ['subnet-a1', 'subnet-a1'] }, 'each zone has one subnet, and a subnet counts once'],
    [{ subnets: ['a', 'b'] }, 'a subnet is named by its id, such as subnet-0a1b2c3d; "a", "b" isn\'t'],
    [{ securityGroups: ['default'] }, 'a security group is named by its id'],
    [{ brokerType: 'm5.large' }, 'a broker type is kafka.<family>.<size>'],
    [{ brokersPerZone: 0 }, 'there are 1 or more brokers a zone'],
    [{ brokersPerZone: 21 }, 'at most 60 in all'],
    [{ kafkaVersion: '9.9' }, "MSK doesn't offer Kafka 9.9; it offers 3.9.x, 3.9.x.kraft"],
    [{ kafkaVersion: '2.2.1' }, 'Kafka 2.2.1 is deprecated at MSK; it offers 3.9.x, 3.9.x.kraft'],
    [{ storageGb: 0 }, "a broker's storage is 1 to 16384 GB, whole; 0 isn't"],
    [{ storageGb: 20_000 }, "a broker's storage is 1 to 16384 GB"],
    [
      { storageGb: 100, storageMaxGb: 100 },
      'auto-scaling only grows storage: its end, 100 GB, has to be above 100 GB',
    ],
    [{ storageMaxGb: 500, storageMark: 90 }, 'auto-scaling takes 10 to 80 percent'],
    [{ throughputMib: 300 }, "kafka.m7g.large can't have it"],
    [
      { throughputMib: 100, brokerType: 'kafka.m5.4xlarge' },
      "provisioned throughput is 250 to 2375 MiB/s; 100 isn't",
    ],
    [{ tiered: true, brokerType: 'kafka.t3.small' }, 'tiered storage takes larger brokers'],
    [{ logins: [] }, 'a cluster needs a login'],
    [{ logins: ['tls'] }, 'login by tls needs the authority'],
    [{ logins: ['tls'], caArns: ['ca'] }, 'an authority is named by the ARN of a private CA'],
    [{ plaintext: true }, 'plaintext needs the login none besides'],
    [{ kmsKey: 'mine' }, 'the key for data at rest is the ARN of a KMS key'],
    [{ brokerType: 'express.m7g.large', subnets: three.slice(1) }, 'express brokers run in 3 zones'],
    [
      { brokerType: 'express.m7g.large', storageGb: 10, tiered: true },
      "express brokers look after their storage themselves: a size, tiers of storage can't be chosen",
    ],
  ])('with %j breaks a rule', (changes, rule) => {
    expect(wrong(changes)).toEqual([expect.stringContaining(rule)])
  })

  it('hears of all broken rules at once', () => {
    const both = { name: 'a_b', storageGb: 0 }
    expect(wrong(both)).toHaveLength(2)
    expect(() => planCreate({ subnets: three, ...both }, offered)).toThrow(/^2 things won't do:\n- .*\n- /)
  })

  it('is told what it costs', () => {
    const { steps, notes } = planCreate(
      {
        name: 'shop',
        subnets: three.slice(1),
        brokerType: 'kafka.m5.4xlarge',
        throughputMib: 250,
        storageMaxGb: 900,
      },
      offered,
    )
    expect(steps.map(({ bill }) => bill)).toEqual([
      'each hour of 2 brokers, and their storage whether used or not, and the provisioned throughput: a bill of its own for each MiB/s',
      'the storage that it has grown to',
    ])
    expect(notes).toEqual([
      'the number of zones (2) is final.',
      '2 zones are for development only: while one broker is away, topics with min.insync.replicas=2 take no data.',
    ])
  })

  it('that is serverless has rules, too', () => {
    expect(problems(() => planServerless({ name: 'a_b', subnets: ['subnet-a1'] }))).toHaveLength(2)
  })
})

describe('a change', () => {
  const cluster = {
    ClusterName: 'shop',
    Provisioned: {
      BrokerNodeGroupInfo: {
        ClientSubnets: three,
        InstanceType: 'kafka.m7g.large',
        StorageInfo: { EbsStorageInfo: { VolumeSize: 100 } },
      },
      NumberOfBrokerNodes: 3,
      StorageMode: 'TIERED' as const,
      CurrentBrokerSoftwareInfo: { KafkaVersion: '3.8.x' },
      ClientAuthentication: { Sasl: { Iam: { Enabled: true } }, Unauthenticated: { Enabled: true } },
      EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS_PLAINTEXT' as const } },
    },
  }
  const wrong = (changes: ClusterChanges): readonly string[] =>
    problems(() => planUpdate(cluster, changes, ['3.9.x']))

  it.each<[ClusterChanges, string]>([
    [{ storageGb: 50 }, "storage only grows: brokers have 100 GB each, so 50 GB won't do"],
    [{ storageMaxGb: 90 }, 'its end, 90 GB, has to be above 100 GB'],
    [{ throughputMib: 300 }, 'provisioned throughput takes brokers of'],
    [{ tiered: false }, 'a cluster can’t go back to local storage alone'],
    [
      { brokerType: 'express.m7g.large' },
      'can’t become one of express brokers: make another, and copy by a replicator',
    ],
    [{ kafkaVersion: '3.7.x' }, 'MSK takes Kafka 3.8.x to 3.9.x, not to 3.7.x; there is no way back either'],
    [{ logins: ['iam'] }, 'clients without encryption can’t log in'],
    [{ logins: [], plaintext: false }, 'a cluster needs a login'],
    [{ publicAccess: true }, 'take the login none and plaintext away first'],
    [{ vpcLogins: ['scram'] }, "clients of other VPCs log in as all do: scram isn't on at the cluster"],
    [{ rebalancing: true }, 'only express brokers spread partitions by themselves'],
  ])('to %j breaks a rule', (changes, rule) => {
    expect(wrong(changes)).toEqual([expect.stringContaining(rule)])
  })

  it('of several kinds is one plan, the least harm first', () => {
    const { steps } = planUpdate(
      cluster,
      {
        kafkaVersion: '3.9.x',
        storageGb: 200,
        logins: ['iam'],
        plaintext: false,
        brokerType: 'kafka.m7g.xlarge',
      },
      ['3.9.x'],
    )
    expect(steps.map(({ operation }) => operation)).toEqual([
      'UpdateStorage',
      'UpdateBrokerType',
      'UpdateSecurity',
      'UpdateClusterKafkaVersion',
    ])
    expect(steps.map(({ danger }) => danger)).toEqual([
      undefined,
      'brokers are replaced one by one: partitions without replicas are away meanwhile',
      'clients that log in by none, plaintext are shut out',
      'there is no way back to an older version',
    ])
  })

  it('gives a new configuration together with the version that it is for', () => {
    const configuration = { arn: 'arn:aws:kafka:eu-central-1:1:configuration/ours/1-2', revision: 3 }
    const { steps } = planUpdate(cluster, { kafkaVersion: '3.9.x', configuration }, ['3.9.x'])
    expect(steps.map(({ input }) => input)).toEqual([
      {
        TargetKafkaVersion: '3.9.x',
        ConfigurationInfo: { Arn: configuration.arn, Revision: 3 },
      },
    ])
  })

  it('is none of a serverless cluster', () => {
    expect(problems(() => planUpdate({ ClusterName: 'shop', Serverless: { VpcConfigs: [] } }, {}))).toEqual([
      'shop is serverless: AWS looks after its brokers, storage and version; only its tags and policy can be changed',
    ])
  })

  it.each([
    [[4], 'the brokers of shop have the numbers 1 to 3; 4 is none of them'],
    [[Number.NaN], 'the numbers 1 to 3'],
    [[], 'name a broker to restart'],
    [[1, 1], 'one is named twice'],
  ])('that restarts the brokers %j breaks a rule', (brokers, rule) => {
    expect(problems(() => planReboot(cluster, brokers))).toEqual([expect.stringContaining(rule)])
  })
})

describe('versions of Kafka', () => {
  it('are ordered by their numbers', () => {
    const all = ['3.10.x', '2.8.1', '3.9.x.kraft', '3.9.x', '4.0.x.kraft', '3.9.0']
    expect(all.toSorted(compareVersions)).toEqual([
      '2.8.1',
      '3.9.x',
      '3.9.0',
      '3.9.x.kraft',
      '3.10.x',
      '4.0.x.kraft',
    ])
  })

  it('are recommended where they are offered', () => {
    const of = (...versions: readonly string[]) =>
      recommendedVersion(versions.map((version) => ({ version, status: 'ACTIVE' })))
    expect(of('3.9.x', '3.9.x.kraft', '4.1.x.kraft')).toBe('3.9.x.kraft')
    expect(of('4.1.x.kraft', '4.0.x.kraft')).toBe('4.1.x.kraft')
    expect(recommendedVersion([{ version: '3.9.x', status: 'DEPRECATED' }])).toBeUndefined()
  })
})
