import { Trouble } from './trouble.ts'
import { KafkaError } from './types.ts'

describe('Trouble', () => {
  const error = new KafkaError('No broker answers.', { code: 'NETWORK', retriable: true })
  const lines: string[] = []
  let now = 0
  const note = (...args: unknown[]) => void lines.push(String(args[1]))
  const log = { debug: note, info: note, warn: note, error: note }
  beforeEach(() => {
    now = 0
    lines.length = 0
  })

  it('is told of once it has lasted, then now and then, and when it is over', () => {
    const trouble = new Trouble('Producing', { log, now: () => now })
    for (; now <= 70_000; now += 1000) trouble.goesOn(error)
    trouble.over()
    expect(lines).toEqual([
      'Producing has been failing for 5 s: No broker answers.',
      'Producing has been failing for 35 s: No broker answers.',
      'Producing has been failing for 65 s: No broker answers.',
      'Producing works again.',
    ])
  })

  it('is not told of when it passes soon', () => {
    const trouble = new Trouble('Producing', { log, now: () => now })
    for (let turn = 0; turn < 20; turn += 1, now += 4000) {
      trouble.goesOn(error)
      trouble.over()
    }
    expect(lines).toEqual([])
  })
})
