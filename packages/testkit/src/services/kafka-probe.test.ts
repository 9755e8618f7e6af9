import { viewIn } from './kafka-probe.ts'

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const text = (value: string | null) => {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value === null ? -1 : value.length)
  return Buffer.concat([bytes, Buffer.from(value ?? '')])
}

const int16 = (value: number) => int32(value).subarray(2)
const list = (items: readonly Buffer[]) => Buffer.concat([int32(items.length), ...items])

describe('the answer to a Metadata request', () => {
  const broker = (id: number, rack: string | null) =>
    Buffer.concat([int32(id), text('127.0.0.1'), int32(9092), text(rack)])
  const partition = (index: number, leader: number) =>
    Buffer.concat([int16(0), int32(index), int32(leader), list([int32(1), int32(7)]), list([int32(1)])])
  const topic = (name: string, leaders: readonly number[]) =>
    Buffer.concat([
      int16(0),
      text(name),
      Buffer.from([0]),
      list(leaders.map((leader, at) => partition(at, leader))),
    ])
  const answer = (topics: readonly Buffer[]) =>
    Buffer.concat([
      int32(1), // correlation id
      int32(0), // throttle time
      list([broker(1, null), broker(7, 'euw1-az1')]),
      text('cluster'),
      int32(1), // controller
      list(topics),
    ])

  it('lists the brokers that are alive, with and without a rack', () => {
    expect(viewIn(answer([])).brokers).toEqual([1, 7])
  })

  it('tells the topics of which a partition has no leader, or one that is not alive', () => {
    const topics = [topic('whole', [1, 7]), topic('waiting', [1, -1]), topic('bereft', [2])]
    expect(viewIn(answer(topics)).leaderless).toEqual(['waiting', 'bereft'])
  })
})
