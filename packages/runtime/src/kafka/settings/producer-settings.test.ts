import { producerConfig } from './producer-settings.ts'

const servers = { 'bootstrap.servers': 'localhost:9092' }
const read = (settings: Readonly<Record<string, string>>) => producerConfig({ ...servers, ...settings }, {})

describe('producerConfig', () => {
  it('has the defaults that lose nothing', () => {
    expect(read({})).toMatchObject({
      acks: -1,
      idempotent: true,
      codec: undefined,
      lingerMs: 5,
      maxInFlight: 5,
      deliveryTimeoutMs: 120_000,
      bufferBytes: 33_554_432,
      maxRequestBytes: 1_048_576,
    })
  })

  it('tells everything that is wrong at once', () => {
    const settings = {
      'bootstrap.servers': 'nowhere',
      'linger.ms': '-1',
      'batch.size': 'big',
      acks: '2',
      'compression.type': 'brotli',
      'enable.idempotence': 'yes',
      'security.protocol': 'SASL',
      'max.request.size': '1.5',
      'transactional.id': 'tx',
    }
    const names = Object.keys(settings).map((name) => expect.stringContaining(`${name} `))
    const tell = () => producerConfig(settings, {})
    for (const message of names) expect(tell).toThrow(expect.objectContaining({ message }))
  })

  it.each([
    [{ acks: '1' }, false],
    [{ 'max.in.flight.requests.per.connection': '6' }, false],
    [{ retries: '0' }, false],
    [{ 'max.in.flight.requests.per.connection': '5', acks: '-1' }, true],
  ])('is idempotent unless something stands against it: %j', (settings, idempotent) => {
    expect(read(settings).idempotent).toBe(idempotent)
  })

  it('refuses idempotence that was asked for and cannot be', () => {
    expect(() => read({ 'enable.idempotence': 'true', acks: '1' })).toThrow(
      'enable.idempotence is true, for which acks must be all',
    )
  })

  it('refuses a delivery timeout that leaves no time for a request', () => {
    expect(() => read({ 'delivery.timeout.ms': '1000' })).toThrow('linger.ms + request.timeout.ms (30005)')
  })

  it("takes Java's longest times, and waits as long as a timer can", () => {
    expect(
      read({ 'max.block.ms': '9223372036854775807', 'metadata.max.age.ms': '9223372036854775807' }),
    ).toMatchObject({
      maxBlockMs: 0x7fffffff,
      client: { metadataMaxAgeMs: 0x7fffffff },
    })
  })

  it('reads servers with protocol prefixes, IPv6 and white space', () => {
    const settings = { 'bootstrap.servers': ' a:1, SASL_SSL://b.example:9098 ,[::1]:3 ' }
    expect(producerConfig(settings, {}).client.bootstrap).toEqual([
      { host: 'a', port: 1 },
      { host: 'b.example', port: 9098 },
      { host: '::1', port: 3 },
    ])
  })

  it('is not misled by names of Object', () => {
    expect(read(JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>).acks).toBe(-1)
  })
})
