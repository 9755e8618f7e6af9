import { CleanUp } from './clean-up.ts'

describe('CleanUp', () => {
  it('undoes everything, last first, once, whatever fails', async () => {
    const done: string[] = []
    const failures: unknown[] = []
    const cleanUp = new CleanUp()
    cleanUp.add(() => void done.push('a'))
    cleanUp.add(() => Promise.reject(new Error('B.')))
    cleanUp.add(async () => void done.push('c'))
    await cleanUp.run((error) => failures.push(error))
    await cleanUp.run((error) => failures.push(error))
    expect(done).toEqual(['c', 'a'])
    expect(failures).toEqual([new Error('B.')])
  })

  it('tells of each failure once, and not of the one that it follows', async () => {
    const failures: unknown[] = []
    const known = new Error('The connection is gone.')
    const other = new Error('The disk is full.')
    const cleanUp = new CleanUp()
    cleanUp.add(() => Promise.reject(other))
    cleanUp.add(() => Promise.reject(other))
    cleanUp.add(() => Promise.reject(new Error('The sink did not close.', { cause: known })))
    cleanUp.add(() => Promise.reject(known))
    await cleanUp.run((error) => failures.push(error), { after: new Error('Failed.', { cause: known }) })
    expect(failures).toEqual([other])
  })
})
