import type { DeadLetter } from '@sluice/runtime'
import { ReplaySummary } from './replay-summary.ts'

function letter(offset: bigint): DeadLetter {
  return {
    topic: 'dead',
    partition: 0,
    offset,
    timestamp: 0,
    key: null,
    value: null,
    headers: [],
    origin: { kind: 'unknown' },
    reason: undefined,
  }
}

const how = { topic: 'dead', groupId: 'g', leftOut: 0, doneBefore: 0 }

describe('what a replay says at its end', () => {
  it('counts by topic, and says what remembers it', () => {
    const summary = new ReplaySummary({ dryRun: false })
    for (const [offset, sentTo] of ['a', 'b', 'a'].entries())
      summary.add({ letter: letter(BigInt(offset)), sentTo })
    expect(summary.text(how)).toBe(
      '3 dead letters were sent again: 2 to a, 1 to b.\nWhat was sent is remembered by the group g.\n',
    )
  })

  it('names what could not be sent and why, but not hundreds', () => {
    const summary = new ReplaySummary({ dryRun: false })
    for (let offset = 0n; offset < 22n; offset++)
      summary.add({ letter: letter(offset), refused: 'its topic is gone' })
    summary.add({ letter: letter(30n), dropped: true })
    summary.add({ letter: letter(31n), sentTo: 'a' })
    const text = summary.text({ ...how, leftOut: 3, doneBefore: 2, stopped: 'It was interrupted.' })
    expect(summary.refused).toBe(22)
    expect(text).toContain(
      "1 dead letter was sent again: 1 to a.\nDropped by a transform: 1.\nCan't be sent: 22.\n",
    )
    expect(text).toContain(
      '  dead-0@19: its topic is gone\n  and 2 more\nLeft out by the filter: 3.\nSent again earlier: 2.\n',
    )
    expect(text).toContain('It was interrupted.\n')
  })

  it('promises nothing after a dry run', () => {
    const summary = new ReplaySummary({ dryRun: true })
    const fate = { letter: letter(5n), sentTo: 'a' }
    summary.add(fate)
    expect(summary.lineOf(fate)).toBe('dead-0@5 would go to a: (no headers say why)\n')
    expect(summary.text(how)).toBe('1 dead letter would be sent again: 1 to a.\n')
  })
})
