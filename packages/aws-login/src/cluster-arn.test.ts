import { parseClusterArn, regionOfBroker } from './cluster-arn.ts'

describe('names of Amazon MSK', () => {
  it('are read from an ARN', () => {
    expect(parseClusterArn('arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0a1b-2c-3')).toEqual({
      partition: 'aws',
      region: 'eu-west-1',
      account: '123456789012',
      name: 'shop',
    })
    expect(parseClusterArn('arn:aws-cn:kafka:cn-north-1:123456789012:cluster/a/b')?.region).toBe('cn-north-1')
  })

  it.each([
    '',
    'shop',
    'arn:aws:kafka:eu-west-1:1:cluster/a/b',
    'arn:aws:s3:eu-west-1:123456789012:cluster/a/b',
  ])('are no ARN: %j', (text) => expect(parseClusterArn(text)).toBeUndefined())

  it.each([
    ['b-1.shop.x1y2.c2.kafka.eu-west-1.amazonaws.com:9098', 'eu-west-1'],
    ['boot-x.c1.kafka-serverless.us-east-2.amazonaws.com:9098', 'us-east-2'],
    ['b-1-public.shop.x.c2.kafka.eu-central-1.amazonaws.com:9198', 'eu-central-1'],
    ['localhost:9098', undefined],
  ])('tell the region of %s', (address, region) => expect(regionOfBroker(address)).toBe(region))
})
