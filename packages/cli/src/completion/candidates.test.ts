import { program } from '../program.ts'
import { candidates, type Lookups } from './candidates.ts'

const lookups: Lookups = { connectors: async () => ['orders', 'lines'] }
const offered = async (...words: string[]): Promise<readonly string[]> =>
  (await candidates(program(), words, lookups)).map(({ text }) => text)

describe('completion', () => {
  it.each([
    [['conn'], ['connector']],
    [
      ['connector', 're'],
      ['resume', 'restart'],
    ],
    [['connector', 'offsets', 'a'], ['alter']],
    [
      ['connector', 'pause', ''],
      ['orders', 'lines'],
    ],
    [['connector', 'pause', 'orders', ''], ['lines']],
    [['connector', 'status', 'o'], ['orders']],
    [['connector', 'offsets', 'get', 'l'], ['lines']],
    [['connector', 'pause', '--rest', 'http://a:1', 'o'], ['orders']],
    [['connector', 'pause', '--rest=http://a:1', 'o'], ['orders']],
    [['connector', 'pause', '--rest', ''], []],
    [['connector', 'update', '--name', 'l'], ['lines']],
    [['connector', 'create', '--initial-state', 'S'], ['STOPPED']],
    [['connector', 'create', ''], []],
    [['connector', 'list', '--wa'], ['--watch']],
    [['stack', 'up', 'po'], ['postgres']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['standalone', 'worker.properties', ''], []],
    [['nonsense', ''], []],
  ])('offers for %j: %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected)
  })

  it('asks the worker that is named on the line', async () => {
    let asked: ReadonlyMap<string, string> = new Map()
    const connectors: Lookups['connectors'] = async (options) => {
      asked = options
      return []
    }
    await candidates(program(), ['connector', 'pause', '--rest', 'http://a:1', ''], { connectors })
    expect([...asked]).toEqual([['--rest', 'http://a:1']])
  })
})
