import { readFileSync } from 'node:fs'
import { nodeComplaint } from './node-version.ts'

describe('nodeComplaint', () => {
  it('is about versions before the oldest that package.json allows', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(engines.node).toBe('>=22.18')
    expect(nodeComplaint('v22.18.0')).toBeUndefined()
    expect(nodeComplaint('v24.0.1')).toBeUndefined()
    expect(nodeComplaint('v22.17.9')).toContain('Node 22.18 or newer is needed, and this is v22.17.9')
    expect(nodeComplaint('v18.20.4')).toContain('Node 22.18')
  })
})
