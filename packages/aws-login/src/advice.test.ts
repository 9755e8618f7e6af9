import { adviceFor, type RefusedLogin } from './advice.ts'

const denied: RefusedLogin = {
  reason: '[0d1f]: Access denied',
  region: 'eu-west-1',
  accessKeyId: 'AKIA1',
  source: 'the default chain',
  cluster: 'arn:c',
}

describe('advice for a refused login', () => {
  it.each<[string, Partial<RefusedLogin>, string]>([
    ['a clock that is behind', { skewMs: -423_000 }, "This machine's clock is 7 min 3 s behind AWS's"],
    ['a clock that is ahead', { skewMs: 3_600_000 }, "This machine's clock is 60 min 0 s ahead of AWS's"],
    ['another region', { clusterRegion: 'us-east-1' }, 'set msk.region=us-east-1'],
    [
      'a key that STS does not know',
      { identity: { error: 'InvalidClientTokenId' } },
      "AWS doesn't know the key",
    ],
    [
      'a secret that STS does not take',
      { identity: { error: 'SignatureDoesNotMatch' } },
      "isn't that of access key AKIA1",
    ],
    ['credentials that have ended', { identity: { error: 'ExpiredToken' } }, 'The credentials have ended'],
    [
      'good credentials',
      { identity: { arn: 'arn:me' } },
      'the IAM policy of arn:me allows kafka-cluster:Connect on arn:c',
    ],
    ['nothing known', {}, 'the IAM policy of access key AKIA1 from the default chain'],
    ['a broker that says more: the key', { reason: 'unknown access key AKIA1' }, "AWS doesn't know the key"],
    [
      'a broker that says more: the signature',
      { reason: 'signature does not match' },
      "The signature isn't good",
    ],
    [
      'a broker that says more: the region',
      { reason: 'Wrong region in the credential scope' },
      'signed for eu-west-1',
    ],
    ['a broker that says more: too late', { reason: 'Token expired 5 ms ago' }, 'The token was too old'],
    ['a broker that says more: too early', { reason: 'Signature not yet current' }, 'is ahead, set it'],
    ['a broker that says more: the session', { reason: 'session token does not match' }, 'AWS_SESSION_TOKEN'],
  ])('with %s', (_, known, text) => {
    expect(adviceFor({ ...denied, ...known })).toContain(text)
  })

  it('says how the clocks agree where that isn’t the reason', () => {
    expect(adviceFor({ ...denied, skewMs: 1200 })).toContain("(This machine's clock agrees with AWS's.)")
    expect(adviceFor({ ...denied, skewMs: -90_000 })).toContain(
      "(This machine's clock is 1 min 30 s behind AWS's.)",
    )
  })
})
