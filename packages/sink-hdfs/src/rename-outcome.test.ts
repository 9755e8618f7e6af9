import { renameOutcome } from './rename-outcome.ts'

const none = undefined
const full = { size: 100 }
const part = { size: 40 }

describe('after a rename without a clear answer', () => {
  it.each([
    ['done', { source: none, target: full, ownFolder: true }],
    ['done', { source: none, target: full, ownFolder: false }],
    ['again', { source: full, target: none, ownFolder: true }],
    ['upload', { source: none, target: none, ownFolder: true }],
    ['fenced', { source: none, target: none, ownFolder: false }],
    ['occupied', { source: full, target: full, ownFolder: true }],
    ['occupied', { source: none, target: part, ownFolder: true }],
  ] as const)('it is %s where HDFS shows %o', (outcome, sight) => {
    expect(renameOutcome({ ...sight, expectedSize: 100 })).toBe(outcome)
  })
})
