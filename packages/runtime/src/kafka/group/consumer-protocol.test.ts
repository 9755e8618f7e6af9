import { createRequire } from 'node:module'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './consumer-protocol.ts'

interface KafkajsProtocol {
  readonly MemberMetadata: {
    encode(metadata: object): Buffer
    decode(bytes: Buffer): { readonly topics: readonly string[] }
  }
  readonly MemberAssignment: {
    encode(assignment: object): Buffer
    decode(bytes: Buffer): { readonly assignment: Readonly<Record<string, readonly number[]>> }
  }
}

// An implementation that isn't ours: kafkajs's, of version 0.
const { MemberMetadata, MemberAssignment } = createRequire(import.meta.url)(
  'kafkajs/src/consumer/assignerProtocol.js',
) as KafkajsProtocol

const partitions = [
  { topic: 'a', partition: 0 },
  { topic: 'a', partition: 2 },
  { topic: 'b', partition: 1 },
]

describe('the consumer protocol', () => {
  it('carries subscriptions there and back', () => {
    const subscription = { topics: ['a', 'b'], owned: partitions, generation: 7, rack: 'eu-1' }
    expect(decodeSubscription(encodeSubscription(subscription))).toEqual(subscription)
    const bare = { topics: ['a'], owned: [], generation: -1, rack: null }
    expect(decodeSubscription(encodeSubscription(bare))).toEqual(bare)
  })

  it('reads what an older member sends, and is read by it', () => {
    const old = MemberMetadata.encode({ version: 0, topics: ['a', 'b'] })
    expect(decodeSubscription(old)).toEqual({ topics: ['a', 'b'], owned: [], generation: -1, rack: null })
    const ours = encodeSubscription({ topics: ['x'], owned: partitions, generation: 1, rack: null })
    expect(MemberMetadata.decode(ours).topics).toEqual(['x'])
  })

  it('carries assignments there and back, also with an older member', () => {
    expect(decodeAssignment(encodeAssignment(partitions))).toEqual(partitions)
    expect(MemberAssignment.decode(encodeAssignment(partitions)).assignment).toEqual({ a: [0, 2], b: [1] })
    const old = MemberAssignment.encode({ version: 0, assignment: { a: [0, 2], b: [1] } })
    expect(decodeAssignment(old)).toEqual(partitions)
  })

  it('takes an empty answer for an empty assignment', () => {
    expect(decodeAssignment(Buffer.alloc(0))).toEqual([])
  })
})
