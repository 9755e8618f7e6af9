import type { SessionKey } from '../logs/config-records.ts'
import { SessionKeys } from './session-keys.ts'

const old = (ageMs: number): SessionKey => ({
  key: Buffer.from('old'),
  algorithm: 'HmacSHA256',
  createdAt: Date.now() - ageMs,
})

/** The config topic, as far as keys are concerned. */
function scene(how: { known?: SessionKey; fails?: boolean } = {}) {
  const seen = { written: [] as SessionKey[], failed: 0, isClaimed: false, current: how.known }
  const keys = new SessionKeys({
    algorithm: 'HmacSHA256',
    size: undefined,
    ttlMs: 60_000,
    current: () => seen.current,
    isClaimed: () => seen.isClaimed,
    failed: () => void (seen.failed += 1),
    claim: async (key) => {
      if (how.fails) throw new Error('no')
      seen.isClaimed = true
      seen.current = key(seen.current)
      seen.written.push(seen.current)
    },
  })
  return { keys, seen }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the keys of a leader', () => {
  it('are not cared for by others', async () => {
    const { keys, seen } = scene()
    keys.lead(false)
    await settled()
    expect(seen.written).toEqual([])
  })

  it('begin with a new one, long enough, where there is none or an old one', async () => {
    for (const known of [undefined, old(60_001)]) {
      const { keys, seen } = scene({ ...(known && { known }) })
      keys.lead(true)
      await settled()
      expect(seen.written.map(({ key }) => key.length)).toEqual([32])
      keys.lead(false)
    }
  })

  it('stay while they are young, yet are written again by who becomes the leader: that claims the topic', async () => {
    const known = old(1000)
    const { keys, seen } = scene({ known })
    keys.lead(true)
    await settled()
    expect(seen.written).toEqual([known])
    keys.lead(true)
    await settled()
    expect(seen.written).toEqual([known])
    keys.lead(false)
  })

  it('are told of where they cannot be written', async () => {
    const { keys, seen } = scene({ fails: true })
    keys.lead(true)
    await settled()
    expect(seen.failed).toBe(1)
    keys.lead(false)
  })
})
