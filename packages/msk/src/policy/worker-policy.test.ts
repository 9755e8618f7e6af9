import { readFileSync } from 'node:fs'
import { isSink, patternOf, sinkTopics, sourceTopics } from './topic-patterns.ts'
import { type WorkerPolicyOptions, workerPolicy } from './worker-policy.ts'

const clusterArn = 'arn:aws:kafka:eu-central-1:111122223333:cluster/shop/4c0f-5'
const of = (settings: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(settings))
const resource = (text: string): string =>
  text.replace('arn:aws:kafka:eu-central-1:111122223333:', '').replace('/shop/4c0f-5', '')

/** `topic/orders: DescribeTopic, WriteData`, by resource. */
function granted(options: Omit<WorkerPolicyOptions, 'clusterArn'>): Readonly<Record<string, string>> {
  const { policy } = workerPolicy({ clusterArn, ...options })
  const pairs = policy.Statement.flatMap(({ Action, Resource }) =>
    Resource.map((one) => [
      resource(one),
      Action.map((action) => action.replace('kafka-cluster:', '')).join(', '),
    ]),
  )
  return Object.fromEntries(pairs) as Record<string, string>
}

const source = {
  name: 'orders',
  config: of({
    'connector.class': 'postgres',
    'topic.prefix': 'shop.',
    'table.whitelist': 'orders, public.lines',
  }),
}
const sink = {
  name: 'to-search',
  config: of({
    'connector.class': 'elasticsearch',
    topics: 'shop.orders',
    'errors.deadletterqueue.topic.name': 'letters',
  }),
}
const standalone = of({ 'offset.storage.file.filename': 'offsets.dat' })
const cluster = of({
  'group.id': 'workers',
  'config.storage.topic': 'configs',
  'status.storage.topic': 'states',
  'offset.storage.topic': 'offsets',
})
const state = 'CreateTopic, DescribeTopic, DescribeTopicDynamicConfiguration, ReadData, WriteData'

describe('the least policy', () => {
  it('of a standalone source', () => {
    expect(granted({ worker: standalone, connectors: [source] })).toEqual({
      cluster: 'Connect, WriteDataIdempotently',
      'topic/shop.orders': 'CreateTopic, DescribeTopic, WriteData',
      'topic/shop.lines': 'CreateTopic, DescribeTopic, WriteData',
      'transactional-id/sluice-*-orders-*': 'AlterTransactionalId, DescribeTransactionalId',
    })
  })

  it('of a standalone sink', () => {
    expect(granted({ worker: standalone, connectors: [sink] })).toEqual({
      cluster: 'Connect, WriteDataIdempotently',
      'topic/shop.orders': 'DescribeTopic, ReadData',
      'topic/letters': 'CreateTopic, DescribeTopic, WriteData',
      'group/connect-to-search': 'AlterGroup, DescribeGroup',
    })
  })

  it('of a sink that writes nothing has no right to write', () => {
    const { config } = sink
    const bare = { name: 'bare', config: new Map([...config].filter(([name]) => !name.startsWith('errors'))) }
    expect(granted({ worker: standalone, connectors: [bare] })['cluster']).toBe('Connect')
  })

  it('of a cluster with exactly-once sources', () => {
    const worker = new Map([...cluster, ['exactly.once.source.support', 'enabled']])
    expect(granted({ worker, connectors: [source, sink] })).toEqual({
      cluster: 'Connect, WriteDataIdempotently',
      'topic/configs': state,
      'topic/states': state,
      'topic/offsets': state,
      'group/workers': 'AlterGroup, DescribeGroup',
      'transactional-id/connect-cluster-workers': 'AlterTransactionalId, DescribeTransactionalId',
      'topic/shop.orders': 'CreateTopic, DescribeTopic, ReadData, WriteData',
      'topic/shop.lines': 'CreateTopic, DescribeTopic, WriteData',
      'transactional-id/workers-orders-*': 'AlterTransactionalId, DescribeTransactionalId',
      'topic/letters': 'CreateTopic, DescribeTopic, WriteData',
      'group/connect-to-search': 'AlterGroup, DescribeGroup',
    })
  })

  it('lets a worker without sinks read its offsets, for which AWS wants a group', () => {
    const worker = of({ 'offset.storage.topic': 'offsets' })
    expect(granted({ worker, connectors: [source] })).toMatchObject({
      'topic/offsets': state,
      'group/connect-*': 'AlterGroup, DescribeGroup',
    })
  })

  it('makes no topics where the worker makes none, and needs no idempotence where it is off', () => {
    const worker = new Map([
      ...standalone,
      ['topic.creation.enable', 'false'],
      ['producer.enable.idempotence', 'false'],
    ])
    expect(granted({ worker, connectors: [source] })).toMatchObject({
      cluster: 'Connect',
      'topic/shop.orders': 'DescribeTopic, WriteData',
    })
  })

  it('finds the brokers by the cluster’s ARN, and the password', () => {
    const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonMSK_shop-abc'
    const worker = new Map([...standalone, ['msk.cluster.arn', clusterArn], ['msk.scram.secret.arn', secret]])
    expect(workerPolicy({ clusterArn, worker, connectors: [] }).policy.Statement).toEqual([
      { Sid: 'Discovery', Effect: 'Allow', Action: ['kafka:GetBootstrapBrokers'], Resource: [clusterArn] },
      { Sid: 'Password', Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [secret] },
      { Sid: 'Cluster', Effect: 'Allow', Action: ['kafka-cluster:Connect'], Resource: [clusterArn] },
    ])
  })

  it('names for each action on each resource the settings that need it', () => {
    const { reasons, policy } = workerPolicy({ clusterArn, worker: cluster, connectors: [source, sink] })
    const pairs = policy.Statement.flatMap(({ Action, Resource }) =>
      Resource.flatMap((one) => Action.map((action) => `${action} ${one}`)),
    )
    expect(reasons.map(({ action, resource: on }) => `${action} ${on}`).toSorted()).toEqual(pairs.toSorted())
    expect(reasons.every(({ because }) => because.length > 0)).toBe(true)
    const reasonsOf = (action: string, name: string): readonly string[] | undefined =>
      reasons.find((one) => one.action === `kafka-cluster:${action}` && resource(one.resource) === name)
        ?.because
    expect(reasonsOf('DescribeTopic', 'topic/shop.orders')).toEqual([
      'orders: topic.prefix=shop., table.whitelist=orders',
      'to-search: topics=shop.orders',
    ])
    expect(reasonsOf('AlterGroup', 'group/workers')).toEqual(['group.id=workers'])
  })

  it('is for the role that the worker takes on', () => {
    const worker = new Map([...standalone, ['msk.role.arn', 'arn:aws:iam::1:role/worker']])
    expect(workerPolicy({ clusterArn, worker, connectors: [] }).notes).toEqual([
      'the policy is for the role arn:aws:iam::1:role/worker (msk.role.arn); who starts the worker needs sts:AssumeRole on it.',
    ])
  })

  it('has distinct names for its statements', () => {
    const { policy } = workerPolicy({ clusterArn, worker: cluster, connectors: [source, sink] })
    const names = policy.Statement.map(({ Sid }) => Sid)
    expect(new Set(names).size).toBe(names.length)
  })

  it('grants no action that the page of rights doesn’t know', () => {
    const page = readFileSync(new URL('../../../../docs/RIGHTS.md', import.meta.url), 'utf8')
    const { reasons } = workerPolicy({ clusterArn, worker: cluster, connectors: [source, sink] })
    for (const { action } of reasons) expect(page).toContain(action.replace('kafka-cluster:', ''))
  })
})

describe('the topics of a source', () => {
  const topics = (settings: Readonly<Record<string, string>>): readonly string[] =>
    sourceTopics(of(settings)).topics.map(({ pattern }) => pattern)

  it.each([
    [{ topic: 'lines' }, ['lines']],
    [{ 'topic.prefix': 'shop.' }, ['shop.*']],
    [{ 'topic.prefix': 'shop', query: 'SELECT 1' }, ['shop']],
    [{ 'topic.prefix': 'shop', 'table.whitelist': 'orders', mode: 'cdc' }, ['shop*']],
    [{ 'topic.prefix': 'shop.', 'table.whitelist': 'ord.*' }, ['shop.*']],
    [
      {
        topic: 'a',
        transforms: 'r',
        'transforms.r.type': 'x.RegexRouter',
        'transforms.r.replacement': 'new-$1',
      },
      ['a', 'new-*'],
    ],
    [{ topic: 'a', transforms: 'r', 'transforms.r.type': 'x.TimestampRouter' }, ['a-*']],
    [{ topic: 'a', transforms: 'r', 'transforms.r.type': 'x.ByLogicalTableRouter' }, ['*']],
    [{}, ['*']],
  ])('with %j: %j', (settings, expected) => {
    expect(topics(settings)).toEqual(expected)
  })

  it('that no setting names are given by hand', () => {
    const own = { name: 'own', config: of({ 'connector.class': 'own' }) }
    const { notes } = workerPolicy({ clusterArn, worker: standalone, connectors: [own] })
    expect(notes).toEqual([
      'own: no setting (topic, topic.prefix) says what it writes, so it may write every topic: name its topics by --topic',
    ])
    expect(granted({ worker: standalone, connectors: [own], moreTopics: ['weather.*'] })).toMatchObject({
      'topic/weather.*': 'CreateTopic, DescribeTopic, WriteData',
    })
  })
})

describe('the topics of a sink', () => {
  it.each([
    ['shop\\..*', 'shop.*'],
    ['^shop-(orders|lines)$', 'shop-*'],
    ['shop-[a-z]+', 'shop-*'],
    ['shop', 'shop'],
    ['shops?', 'shop*'],
    ['.*', '*'],
    ['orders|lines', '*'],
  ])('by the expression %j: %j', (regex, pattern) => {
    expect(patternOf(regex)).toBe(pattern)
    expect(isSink(of({ 'topics.regex': regex }))).toBe(true)
    expect(sinkTopics(of({ 'topics.regex': regex })).topics[0]?.pattern).toBe(pattern)
  })
})
