import { type Circumstances, guiltOf } from './guilt.ts'

const shared: Circumstances = { how: 'hung', riders: [1, 2], busy: -1, accused: undefined }
const verdicts = (circumstances: Circumstances) =>
  circumstances.riders.map((rider) => guiltOf(rider, circumstances))

describe('when a thread is lost', () => {
  it.each<[string, Partial<Circumstances>, string[]]>([
    ['whoever was busy as it hung is why', { busy: 2 }, ['bystander', 'culprit']],
    ['whoever was busy is why, although it has left', { busy: 7 }, ['bystander', 'bystander']],
    ['anyone may be why, where nobody was busy', {}, ['suspect', 'suspect']],
    ['anyone may be why, after a crash', { how: 'crashed', busy: 2 }, ['suspect', 'suspect']],
    ['whoever was alone is why', { riders: [1] }, ['culprit']],
    ['whoever was alone is why, after a crash, too', { riders: [1], how: 'crashed' }, ['culprit']],
    ['whoever could not be stopped is why', { accused: 1, busy: 2 }, ['culprit', 'bystander']],
  ])('%s', (_, how, expected) => {
    expect(verdicts({ ...shared, ...how })).toEqual(expected)
  })
})
