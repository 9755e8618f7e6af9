import { randomUUID } from 'node:crypto'
import { mskEmulatorUnavailable, pythonUnavailable } from '@sluice/testkit/services'
import { MskScene } from './testing/msk-scene.ts'

const unavailable = mskEmulatorUnavailable() ?? pythonUnavailable()
const emulated = unavailable === undefined ? describe : describe.skip
const quickly = ['--wait', '--poll', '0.01']
const place = ['--subnets', 'subnet-0a,subnet-0b,subnet-0c']
const noRoom = { code: 'InternalError', message: 'No capacity in eu-central-1a' }

emulated(`changes of clusters${unavailable === undefined ? '' : ` (skipped: ${unavailable})`}`, () => {
  let scene: MskScene
  let name: string
  beforeAll(async () => {
    scene = await MskScene.open({ moto: true })
    name = `changing-${randomUUID().slice(0, 6)}`
    await scene.done(['cluster', 'create', name, ...place, '--kafka-version', '3.9.x'])
  }, 900_000)
  afterAll(() => scene?.close())
  beforeEach(() => scene.proxy.forget())
  const update = (...flags: readonly string[]) => scene.msk(['cluster', 'update', name, ...flags])

  it('show how far they are, step by step', async () => {
    scene.proxy.next({ looks: 3 })
    const { code, err } = await update('--storage', '150', ...quickly)
    expect(err.replaceAll(/^\d+:\d\d /gm, '')).toBe(
      `change the storage of ${name}
   ~  storage  100 GB a broker -> 150 GB a broker
   takes: some minutes to a day while volumes are optimised; brokers go on, and storage can’t be changed again for six hours
   costs: the larger volumes
change the storage of ${name} ...
${name} UPDATING: UPDATE_STORAGE, step 2 of 3, UPDATE_BROKERS
${name} UPDATING: UPDATE_STORAGE, step 3 of 3, FINALIZE_UPDATE
${name} ACTIVE: UPDATE_STORAGE
`,
    )
    expect(code).toBe(0)
  })

  it('have a bar on a screen, on one line', async () => {
    scene.proxy.next({ looks: 2 })
    const args = ['cluster', 'update', name, '--monitoring', 'PER_TOPIC_PER_BROKER', ...quickly]
    const { err } = await scene.msk(args, { screen: true })
    const line = err.slice(err.indexOf('...\n') + 4)
    expect(line.split('\r\u001b[2K').slice(1)).toEqual([
      expect.stringMatching(
        /^\[#{7}-{13}\] .* UPDATING: UPDATE_MONITORING, step 2 of 3, UPDATE_BROKERS \d+:\d\d$/,
      ),
      expect.stringMatching(/^\[#{13}-{7}\] .* step 3 of 3, FINALIZE_UPDATE \d+:\d\d$/),
      expect.stringMatching(/^\[#{20}\] .* ACTIVE: UPDATE_MONITORING \d+:\d\d\n$/),
    ])
  })

  it.each([
    ['UPDATE_STORAGE', ['--storage', '900']],
    ['UPDATE_MONITORING', ['--monitoring', 'DEFAULT']],
    ['UPDATE_BROKER_COUNT', ['--brokers-per-zone', '3']],
    ['UPDATE_BROKER_TYPE', ['--broker-type', 'kafka.m7g.4xlarge']],
    ['UPDATE_SECURITY', ['--login', 'iam,scram']],
    ['UPDATE_CONNECTIVITY', ['--vpc-login', 'iam']],
    ['UPDATE_CLUSTER_KAFKA_VERSION', ['--kafka-version', '3.9.x.kraft']],
    ['UPDATE_CLUSTER_CONFIGURATION', ['--configuration', 'CONFIGURATION']],
  ])(
    'of the kind %s that are UPDATING and then FAILED say at which step, why, and what to do',
    async (kind, flags) => {
      const own = `failing-${randomUUID().slice(0, 6)}`
      await scene.done(['cluster', 'create', own, ...place, '--kafka-version', '3.9.x'])
      const file = await scene.file('server.properties', 'a.b=c\n')
      const configured = kind.includes('CONFIG')
        ? (await scene.done(['configuration', 'create', own, file])).trim()
        : ''
      const args = ['cluster', 'update', own, ...flags, '--yes', ...quickly]
      scene.proxy.next({ looks: 1, fails: noRoom })
      const { code, err } = await scene.msk(args.map((arg) => arg.replace('CONFIGURATION', configured)))
      expect(err).toContain(`${own} UPDATING: ${kind}, step 2 of 3, UPDATE_BROKERS\n`)
      expect(err.slice(err.indexOf('sluice: '))).toBe(
        `sluice: ${kind} of ${own} has failed: InternalError No capacity in eu-central-1a. The cluster is FAILED: it takes no changes; look at its configuration and subnets, then delete it and make it anew, or ask AWS support.\n`,
      )
      expect(code).toBe(3)
    },
  )

  it('to express brokers, and restarts, fail in the same words', async () => {
    const own = `express-${randomUUID().slice(0, 6)}`
    await scene.done(['cluster', 'create', own, ...place, '--broker-type', 'express.m7g.large'])
    scene.proxy.next({ looks: 1, fails: noRoom })
    const { code, err } = await scene.msk(['cluster', 'update', own, '--rebalancing', ...quickly])
    expect([code, err]).toEqual([
      3,
      expect.stringContaining(`sluice: UPDATE_REBALANCING of ${own} has failed`),
    ])
    scene.proxy.forget()
    scene.proxy.next({ looks: 1, fails: noRoom })
    const again = await scene.msk(['cluster', 'reboot', own, '1', '--yes', ...quickly])
    expect(again.err).toContain(`${own} REBOOTING_BROKER: REBOOT_NODE`)
    expect([again.code, again.err]).toEqual([
      3,
      expect.stringContaining(`sluice: REBOOT_NODE of ${own} has failed`),
    ])
  })

  it('that fail while a cluster is made say so', async () => {
    const own = `broken-${randomUUID().slice(0, 6)}`
    scene.proxy.next({ looks: 2, fails: noRoom })
    const { code, err, out } = await scene.msk(['cluster', 'create', own, ...place, ...quickly])
    expect(err).toMatch(new RegExp(`^\\d+:\\d\\d ${own} CREATING$`, 'm'))
    expect(err.slice(err.indexOf('sluice: '))).toBe(
      `sluice: ${own} has failed: InternalError No capacity in eu-central-1a. The cluster is FAILED: it takes no changes; look at its configuration and subnets, then delete it and make it anew, or ask AWS support.\n`,
    )
    expect([code, out]).toEqual([3, ''])
    expect(await scene.msk(['cluster', 'describe', own])).toMatchObject({
      code: 3,
      out: expect.stringContaining('FAILED: No capacity in eu-central-1a'),
    })
  })

  it('are waited for by another command', async () => {
    scene.proxy.next({ looks: 2 })
    expect((await update('--storage', '160')).err).toContain(
      `"sluice msk operation wait ${name}" waits for it.\n`,
    )
    const { code, err } = await scene.msk(['operation', 'wait', name, '--poll', '0.01'])
    expect(code).toBe(0)
    expect(err).toContain(`${name} ACTIVE`)
  })

  it('that take longer than somebody waits go on', async () => {
    scene.proxy.next({ looks: 1_000 })
    const { code, err } = await update('--storage', '170', '--wait', '--poll', '0.01', '--timeout', '0.0005')
    expect(err).toContain(
      `sluice: ${name} is still UPDATING after 0 minutes. AWS goes on with it: "sluice msk operation list ${name}" shows how far it is.\n`,
    )
    expect(code).toBe(1)
  })

  it('fetch the version anew when somebody else was faster', async () => {
    // what the cluster's version was for a moment, when the other change came in between
    const stale = {
      status: 400,
      type: 'BadRequestException',
      message: "The version of the cluster isn't current.",
    }
    scene.proxy.refuse(/^PUT .*\/storage$/, stale, 2)
    const { code, requests } = await update('--storage', '180')
    expect(code).toBe(0)
    expect(requests.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      'GET clusters',
      ...Array.from({ length: 3 }, () => [expect.stringMatching(/^GET .+-\d+$/), 'PUT storage']).flat(),
    ])
  })

  it('give up when it happens again and again', async () => {
    const stale = {
      status: 400,
      type: 'BadRequestException',
      message: "The version of the cluster isn't current.",
    }
    scene.proxy.refuse(/^PUT .*\/storage$/, stale, Infinity)
    const { code, err } = await update('--storage', '190')
    expect(code).toBe(1)
    expect(err).toContain(
      `sluice: can't change the storage of ${name}: it was changed by somebody else again and again meanwhile (The version of the cluster isn't current). Nothing was changed: look at it, and try again.\n`,
    )
  })

  it('try again by themselves where AWS has too many requests', async () => {
    process.env['AWS_MAX_ATTEMPTS'] = '3'
    const many = { status: 429, type: 'TooManyRequestsException', message: 'Rate exceeded' }
    scene.proxy.refuse(/bootstrap-brokers$/, many, 1)
    expect(await scene.msk(['cluster', 'bootstrap', name])).toMatchObject({ code: 0 })
    process.env['AWS_MAX_ATTEMPTS'] = '1'
  })

  it('of several kinds are done one after the other, each when the one before it is over', async () => {
    scene.proxy.next({ looks: 1 })
    const { code, err, requests } = await update(
      '--storage',
      '210',
      '--login',
      'iam,scram',
      '--yes',
      '--poll',
      '0.01',
    )
    expect(code).toBe(0)
    expect(err).toContain(
      'note: a cluster takes one change at a time: each step waits for the one before it.\n',
    )
    expect(err).toContain(`1 of 2: change the storage of ${name} ...\n`)
    expect(err).toContain(`2 of 2: change who may log in at ${name} ...\n`)
    const changes = requests.flatMap(({ method, path }) => (method === 'GET' ? [] : [path.split('/').at(-1)]))
    expect(changes).toEqual(['storage', 'security'])
  })

  it('are only told of with --dry-run', async () => {
    const { code, out, requests } = await update('--brokers-per-zone', '4', '--dry-run')
    expect(code).toBe(0)
    expect(out).toBe(`add brokers to ${name}
   ~  brokers  3 -> 12, 4 a zone
   takes: 15 to 40 minutes; partitions stay where they are until they are reassigned
   costs: each hour of 12 brokers
Nothing was sent.
`)
    expect(requests.every(({ method }) => method === 'GET')).toBe(true)
    const { out: json } = await update('--brokers-per-zone', '4', '--dry-run', '--json')
    expect(JSON.parse(json)).toMatchObject({
      steps: [{ operation: 'UpdateBrokerCount', input: { TargetNumberOfBrokerNodes: 12 } }],
    })
  })

  it('that change nothing send nothing', async () => {
    const { code, err, requests } = await update('--brokers-per-zone', '1', '--login', 'scram,iam')
    expect([code, err]).toEqual([0, `${name} is as it should be: there is nothing to do.\n`])
    expect(requests.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('that are dangerous are agreed to by the name, or by --yes', async () => {
    const dangerous = ['cluster', 'update', name, '--broker-type', 'kafka.m7g.2xlarge']
    const nobody = await scene.msk(dangerous)
    expect([nobody.code, nobody.err]).toEqual([
      2,
      expect.stringContaining(
        'sluice: nobody is there to agree to it; --yes does without. Nothing was sent.\n',
      ),
    ])
    const other = await scene.msk(dangerous, { answer: 'shop' })
    expect([other.code, other.err]).toEqual([
      2,
      expect.stringContaining(
        'careful: brokers are replaced one by one: partitions without replicas are away meanwhile',
      ),
    ])
    expect([...nobody.requests, ...other.requests].every(({ method }) => method === 'GET')).toBe(true)
    expect(await scene.msk(dangerous, { answer: name })).toMatchObject({ code: 0 })
  })

  it('that break a rule are refused before AWS is asked to do them, all at once', async () => {
    const { code, err, requests } = await update(
      '--storage',
      '50',
      '--brokers-per-zone',
      '30',
      '--kafka-version',
      '2.8.1',
    )
    expect(code).toBe(2)
    expect(err).toContain("sluice: 3 things won't do:\n- storage only grows: brokers have")
    expect(err).toContain('- there are 1 or more brokers a zone, and at most 60 in all')
    expect(err).toContain('not to 2.8.1; there is no way back either\n')
    expect(requests.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('of what there isn’t yet are refused before anything is asked', async () => {
    const args = ['cluster', 'create', 'my_shop', '--subnets', 'subnet-0a', '--storage', '0']
    const { code, err, requests } = await scene.msk(args)
    expect([code, requests]).toEqual([2, []])
    expect(err).toBe(`sluice: 3 things won't do:
- the name of a cluster has 1 to 64 letters, digits and hyphens and begins with none of the latter; "my_shop" doesn't
- brokers run in 2 or 3 zones, one subnet each; 1 subnet given
- a broker's storage is 1 to 16384 GB, whole; 0 isn't
`)
    const nowhere = await scene.msk(['cluster', 'create', 'shop'])
    expect([nowhere.code, nowhere.err, nowhere.requests]).toEqual([
      2,
      expect.stringContaining('sluice: where shall it stand? --network NAME'),
      [],
    ])
  })

  it('that restart a broker are over when AWS says REBOOT_COMPLETE', async () => {
    scene.proxy.next({ looks: 1 })
    const { code, err } = await scene.msk(['cluster', 'reboot', name, '1', '--yes', ...quickly])
    expect([code, err]).toEqual([0, expect.stringContaining(`${name} ACTIVE: REBOOT_NODE\n`)])
  })

  it('of a policy show the old one, and ask', async () => {
    const policy = (sid: string): string => `{"Version":"2012-10-17","Statement":[{"Sid":"${sid}"}]}`
    const first = await scene.file('first.json', policy('first'))
    const second = await scene.file('second.json', policy('second'))
    await scene.done(['cluster-policy', 'put', name, first])
    const nobody = await scene.msk(['cluster-policy', 'put', name, second])
    expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining(policy('first'))])
    expect(await scene.done(['cluster-policy', 'get', name])).toContain('first')
    await scene.done(['cluster-policy', 'put', name, second, '--yes'])
    expect(await scene.done(['cluster-policy', 'get', name])).toContain('second')
  })

  it('are made in a role, where one is given', async () => {
    const args = ['cluster', 'describe', name, '--role-arn', 'arn:aws:iam::123456789012:role/operator']
    process.env['AWS_ENDPOINT_URL_STS'] = process.env['AWS_ENDPOINT_URL_EC2']
    expect(await scene.msk(args)).toMatchObject({ code: 0 })
    process.env['AWS_ENDPOINT_URL_STS'] = 'http://127.0.0.1:1'
    const { code, err } = await scene.msk(args)
    delete process.env['AWS_ENDPOINT_URL_STS']
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('STS did not give the role arn:aws:iam::123456789012:role/operator'),
    ])
  })

  it('let storage grow by itself, by another service', async () => {
    const own = `growing-${randomUUID().slice(0, 6)}`
    const { code, err } = await scene.msk([
      'cluster',
      'create',
      own,
      ...place,
      '--storage',
      '50',
      '--storage-max',
      '500',
      '--poll',
      '0.01',
    ])
    expect(err).toContain(`+  storage  50 to 500 GB a broker, when 60 % are used; it never shrinks\n`)
    expect(code).toBe(0)
    expect(
      await scene.msk(['cluster', 'update', own, '--storage-max', '600', '--storage-mark', '70']),
    ).toMatchObject({ code: 0 })
    const asked = async (target: string): Promise<Record<string, never[]>> => {
      const answer = await fetch(process.env['AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING']!, {
        method: 'POST',
        headers: {
          'x-amz-target': `AnyScaleFrontendService.${target}`,
          'content-type': 'application/x-amz-json-1.1',
          authorization:
            'AWS4-HMAC-SHA256 Credential=any/20260101/eu-central-1/application-autoscaling/aws4_request, SignedHeaders=host, Signature=0',
        },
        body: '{"ServiceNamespace":"kafka"}',
      })
      return (await answer.json()) as Record<string, never[]>
    }
    const mine = (all: readonly { ResourceId: string }[] = []) =>
      all.filter(({ ResourceId }) => ResourceId.includes(own))
    expect(mine((await asked('DescribeScalableTargets'))['ScalableTargets'])).toMatchObject([
      { ScalableDimension: 'kafka:broker-storage:VolumeSize', MinCapacity: 1, MaxCapacity: 600 },
    ])
    expect(mine((await asked('DescribeScalingPolicies'))['ScalingPolicies'])).toMatchObject([
      {
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 70,
          DisableScaleIn: true,
          PredefinedMetricSpecification: { PredefinedMetricType: 'KafkaBrokerStorageUtilization' },
        },
      },
    ])
  })

  it('end with the cluster', async () => {
    scene.proxy.next({ looks: 2 })
    const { code, err } = await scene.msk(['cluster', 'delete', name, '--yes', ...quickly])
    expect(err).toContain('careful: all topics and their data are lost; there is no way back\n')
    expect(err).toContain(`${name} DELETING\n`)
    expect(err).toContain(`${name} is deleted.\n`)
    expect(code).toBe(0)
    const gone = await scene.msk(['cluster', 'describe', name])
    expect([gone.code, gone.err]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(`^sluice: there is no cluster ${name} in eu-central-1; there are: .*failing-`),
      ),
    ])
  })
})
