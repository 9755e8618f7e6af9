import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const examples = fileURLToPath(new URL('../examples', import.meta.url))

describe('the examples', () => {
  it.each(readdirSync(examples).filter((name) => name.startsWith('hello-')))(
    '%s passes its own suite',
    async (name) => {
      const { stdout } = await run(process.execPath, ['--conditions=source', '--test'], {
        cwd: `${examples}/${name}`,
      })
      expect(stdout).toMatch(/^ℹ pass [1-9]/m)
      expect(stdout).toMatch(/^ℹ fail 0$/m)
    },
    60_000,
  )
})
