// Writes the pages of docs/ that come out of the code: SETTINGS.md and reference/. A test fails while the committed ones differ.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedPages } from './docs/pages.ts'

const root = new URL('../', import.meta.url)

for (const [path, text] of generatedPages()) {
  const file = fileURLToPath(new URL(path, root))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  process.stdout.write(`${path}\n`)
}
