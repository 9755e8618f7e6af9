import { readOptions } from './options.ts'

describe('readOptions', () => {
  it('takes options with and without the literal -- of pnpm', () => {
    expect(readOptions(['--', '--rows', '3000000'])).toMatchObject({ rows: 3_000_000, keep: false })
    expect(readOptions(['--rows', '10', '--keep'])).toMatchObject({ rows: 10, keep: true })
  })

  it('names the option that is wrong', () => {
    expect(() => readOptions(['--rows', '3000001'])).toThrow(
      '--rows must be a whole number from 1 to 3000000',
    )
    expect(() => readOptions(['--row', '3'])).toThrow("Unknown option '--row'")
  })
})
