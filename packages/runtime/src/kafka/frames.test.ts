import fc from 'fast-check'
import { FrameReader, requestHead } from './frames.ts'

const framed = (message: Uint8Array) => {
  const bytes = Buffer.alloc(4 + message.length)
  bytes.writeInt32BE(message.length)
  bytes.set(message, 4)
  return bytes
}

describe('FrameReader', () => {
  it('gives the same messages however the stream is cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 })
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(messages, cuts, (sent, sizes) => {
        const stream = Buffer.concat(sent.map(framed))
        const reader = new FrameReader()
        const received: Buffer[] = []
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          received.push(...reader.push(stream.subarray(at, at + size)))
          at += size
        }
        expect(received.map((bytes) => bytes.toString('hex'))).toEqual(
          sent.map((bytes) => Buffer.from(bytes).toString('hex')),
        )
      }),
    )
  })
})

describe('FrameReader, of what is no Kafka', () => {
  it('refuses a length below zero', () => {
    expect(() => new FrameReader().push(Buffer.from('ffffffff', 'hex'))).toThrow('a message of -1 bytes')
  })
})

describe('requestHead', () => {
  it('counts the body and the client id in', () => {
    const head = requestHead({ key: 3, version: 6, correlationId: 258, clientId: 'mé', bodyBytes: 5 })
    expect(head.toString('hex')).toBe('00000012000300060000010200036dc3a9')
    expect(head.readInt32BE(0) + 4).toBe(head.length + 5)
  })
})
