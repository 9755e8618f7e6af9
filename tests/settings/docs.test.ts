import { existsSync, readFileSync } from 'node:fs'
import { generatedPages } from '../../scripts/docs/pages.ts'

describe('the pages that come out of the code', () => {
  it.each([...generatedPages()])('are committed as they would be made now: %s', (path, text) => {
    const file = new URL(`../../${path}`, import.meta.url)
    const hint = `${path} is out of date: run npx -y pnpm@12 run docs`
    const committed = existsSync(file) ? readFileSync(file, 'utf8') : ''
    expect(committed === text ? 'up to date' : hint).toBe('up to date')
  })
})
