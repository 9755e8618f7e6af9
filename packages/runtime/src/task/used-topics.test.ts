import { UsedTopics } from './used-topics.ts'

describe('topics in use', () => {
  it('are told of at first, and again now and then', () => {
    const told: string[] = []
    let now = 0
    const used = new UsedTopics(
      (topic) => told.push(topic),
      () => now,
    )
    for (const topic of ['a', 'b', 'a', 'a']) used.add(topic)
    expect(told).toEqual(['a', 'b'])
    now = 2000
    used.add('b')
    expect(told).toEqual(['a', 'b', 'b'])
  })
})
