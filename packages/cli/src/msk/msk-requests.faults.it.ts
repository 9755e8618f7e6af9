import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mskEmulatorUnavailable, type Fault } from '@sluice/testkit/services'
import { MskScene } from './testing/msk-scene.ts'
import { clusterCases } from './testing/cluster-requests.ts'
import type { CommandCase } from './testing/command-case.ts'
import { otherCases } from './testing/other-requests.ts'

const unavailable = mskEmulatorUnavailable()
const emulated = unavailable === undefined ? describe : describe.skip

/** What AWS says, and what a person reads of it. */
const faults: ReadonlyArray<readonly [Fault, (one: { doing: string; right: string }) => string]> = [
  [
    {
      status: 400,
      type: 'BadRequestException',
      message: 'A parameter is not valid.',
      invalidParameter: 'thing',
    },
    ({ doing }) =>
      `sluice: can't ${doing}: AWS doesn't take the request: A parameter is not valid (thing). Nothing was changed.\n`,
  ],
  [
    { status: 409, type: 'ConflictException', message: 'The cluster is busy.' },
    ({ doing }) =>
      `sluice: can't ${doing}: it conflicts with what is there or under way: The cluster is busy. A cluster takes one change at a time, when it is ACTIVE: "sluice msk operation list" shows what is under way.\n`,
  ],
  [
    { status: 429, type: 'TooManyRequestsException', message: 'Rate exceeded' },
    ({ doing }) =>
      `sluice: can't ${doing}: AWS has had too many requests from this account: Rate exceeded. Nothing was changed: wait a minute and try again.\n`,
  ],
  [
    { status: 403, type: 'ForbiddenException', message: 'User: alice is not authorized.' },
    ({ doing, right }) =>
      `sluice: can't ${doing}: AWS doesn't allow it: User: alice is not authorized. The policy of your user or role needs ${right}.\n`,
  ],
  [
    {
      status: 403,
      type: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    },
    ({ doing }) =>
      `sluice: can't ${doing}: your login at AWS has expired: The security token included in the request is expired. Log in again (aws sso login, or a new AWS_SESSION_TOKEN).\n`,
  ],
]

emulated(`the requests of sluice msk${unavailable === undefined ? '' : ` (skipped: ${unavailable})`}`, () => {
  let scene: MskScene
  const names = new Map<string, string>()
  const filled = <T>(value: T): T => {
    const text = [...names].reduce(
      (all, [token, given]) => all.replaceAll(token, JSON.stringify(given).slice(1, -1)),
      JSON.stringify(value),
    )
    return JSON.parse(text) as T
  }
  const titleOf = ({ request }: CommandCase): string => `${request.method} ${filled(request.path)}`
  const escaped = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)

  /** The first ARN with this in it that a command prints. */
  async function arnIn(args: readonly string[], part: string): Promise<string | undefined> {
    const text = await scene.done(filled(args))
    return text.match(/arn:[^\s",]+/g)?.find((arn) => arn.includes(filled(part)))
  }

  /** The version that the cluster or replicator of a case has now. */
  async function versionOf({ request: { path } }: CommandCase): Promise<string> {
    const kind = path.includes('REPLICATOR') ? 'replicator' : 'cluster'
    const which = path.includes('EXPRESS')
      ? 'EXPRESS'
      : path.includes('REPLICATOR')
        ? 'REPLICATOR'
        : 'CLUSTER'
    const text = await scene.done(filled([kind, 'describe', which, '--json']))
    return (JSON.parse(text) as { CurrentVersion: string }).CurrentVersion
  }

  beforeAll(async () => {
    scene = await MskScene.open()
    names.set('NAME', `shop-${randomUUID().slice(0, 6)}`)
    names.set('FILE', await scene.file('server.properties', 'auto.create.topics.enable=false\n'))
    names.set('POLICY', await scene.file('policy.json', '{"Version":"2012-10-17","Statement":[]}'))
    const place = ['--subnets', 'subnet-0a,subnet-0b,subnet-0c', '--kafka-version', '3.9.x']
    names.set('CLUSTER', (await scene.done(filled(['cluster', 'create', 'NAME', ...place]))).trim())
    names.set(
      'CONFIGURATION',
      (await scene.done(filled(['configuration', 'create', 'NAME-conf', 'FILE']))).trim(),
    )
  }, 900_000)
  afterAll(() => scene?.close())
  beforeEach(() => scene.proxy.forget())

  /** What later cases refer to. */
  async function remember(): Promise<void> {
    const found: ReadonlyArray<readonly [string, readonly string[], string]> = [
      ['EXPRESS', ['cluster', 'list', '--json'], '/NAME-4/'],
      ['OPERATION', ['operation', 'list', 'NAME'], ':cluster-operation/NAME/'],
      ['REPLICATOR', ['replicator', 'list'], ':replicator/NAME-copy/'],
      ['CONNECTION', ['vpc-connection', 'list'], '/NAME/'],
    ]
    for (const [token, args, part] of found) {
      const arn = await arnIn(args, part)
      if (arn !== undefined) names.set(token, arn)
    }
  }

  const cases = [...clusterCases, ...otherCases]
  it.each(cases.map((one, index) => [one.args.join(' ').slice(0, 90), index] as const))(
    '%s',
    async (_, index) => {
      const one = cases[index]!
      if (/EXPRESS|OPERATION|REPLICATOR|CONNECTION/.test(JSON.stringify(one))) await remember()
      for (const args of one.before ?? []) await scene.done(filled(args))
      if (one.before !== undefined) await remember()

      for (const [fault, message] of faults) {
        scene.proxy.refuse(escaped(titleOf(one)), fault, Infinity)
        const { code, err } = await scene.msk(filled(one.args))
        scene.proxy.forget()
        expect(err.slice(err.indexOf('sluice: '))).toBe(message(filled(one)))
        expect(code).toBe(1)
      }

      const { request } = one
      const needsVersion = JSON.stringify(request).includes('VERSION')
      if (needsVersion) names.set('VERSION', await versionOf(one))
      const { code, out, err, requests } = await scene.msk(filled(one.args))
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
      const sent = requests.filter(({ method, path }) => `${method} ${path}` === titleOf(one))
      const { query = {}, body, ...rest } = filled(request)
      expect(sent[0]).toEqual({ ...rest, query, body })
      // nothing else is changed, and that only once
      expect(requests.filter(({ method }) => method !== 'GET')).toEqual(
        request.method === 'GET' ? [] : [sent[0]],
      )
      expect(out).toContain(filled(one.prints ?? ''))
    },
  )

  it('are all that the package makes', () => {
    const folder = fileURLToPath(new URL('../../../msk/src', import.meta.url))
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(test|it)\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
    const named = /(?:aws\.kafka\(\s*|operation: )'([A-Z]\w+)'/g
    const made = sources.flatMap((text) =>
      [...text.matchAll(named)].map(([, operation]) => `kafka:${operation}`),
    )
    expect([...new Set(cases.map(({ right }) => right))].toSorted()).toEqual([...new Set(made)].toSorted())
  })
})
