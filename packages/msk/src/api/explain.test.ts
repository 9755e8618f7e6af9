import { explain } from './explain.ts'
import { MskError } from './msk-error.ts'

const asked = { doing: 'look', right: 'kafka:Look', region: 'eu-central-1' }
const of = (name: string, parts: object = {}): Error =>
  Object.assign(new Error('Said so.'), { name, $metadata: {}, ...parts })

describe('what AWS says', () => {
  it.each([
    ['BadRequestException', 'bad-request'],
    ['ConflictException', 'conflict'],
    ['TopicExistsException', 'conflict'],
    ['NotFoundException', 'not-found'],
    ['InvalidVpcID.NotFound', 'not-found'],
    ['DependencyViolation', 'conflict'],
    ['TooManyRequestsException', 'too-many-requests'],
    ['RequestLimitExceeded', 'too-many-requests'],
    ['ForbiddenException', 'forbidden'],
    ['UnauthorizedOperation', 'forbidden'],
    ['ExpiredTokenException', 'expired'],
    ['RequestExpired', 'expired'],
    ['UnrecognizedClientException', 'no-credentials'],
    ['CredentialsProviderError', 'no-credentials'],
    ['InternalServerErrorException', 'failed-at-aws'],
    ['NeverHeardOf', 'unknown'],
  ])('by %s is %s, with its own words in the message', (name, kind) => {
    const error = explain(of(name), asked)
    expect(error.kind).toBe(kind)
    expect(error.message).toMatch(/^can't look: .*Said so/)
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('is another thing where the version is not current, and where nothing answers', () => {
    const stale = {
      message: 'The version of the cluster isn’t current. Check the current version and try again.',
    }
    expect(explain(of('BadRequestException', stale), asked).kind).toBe('stale-version')
    expect(explain(of('BadRequestException', { InvalidParameter: 'currentVersion' }), asked).kind).toBe(
      'stale-version',
    )
    expect(explain(of('Error', { code: 'ENOTFOUND' }), asked).message).toContain(
      'nothing answers in eu-central-1',
    )
    expect(explain(of('Error', { message: 'Region is missing' }), asked).message).toBe(
      "can't look: no region is given: --region eu-central-1, AWS_REGION, or the profile names one.",
    )
  })

  it('tells of tries, and of what else uses a network', () => {
    const many = of('TooManyRequestsException', { $metadata: { attempts: 3 } })
    expect(explain(many, asked).message).toContain('(tried 3 times)')
    const used = explain(of('DependencyViolation'), { ...asked, right: 'ec2:DeleteSubnet' })
    expect(used.message).toContain('Delete the clusters, instances and endpoints in the network first.')
  })

  it('is an MskError whatever is thrown, and once only', () => {
    for (const thrown of [undefined, null, 'text', 7, {}, { message: 'x' }]) {
      expect(explain(thrown, asked)).toBeInstanceOf(MskError)
    }
    const first = explain(of('ConflictException'), asked)
    expect(explain(first, asked)).toBe(first)
  })
})
