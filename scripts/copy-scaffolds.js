// The published `sluice new` makes its packages from copies of the examples, `sluice monitoring init` its folder from a copy of monitoring/.
import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

for (const kind of ['source', 'sink', 'transform']) {
  const from = fileURLToPath(new URL(`../examples/hello-${kind}`, import.meta.url))
  const to = fileURLToPath(new URL(`../packages/cli/scaffolds/hello-${kind}`, import.meta.url))
  cpSync(from, to, { recursive: true, filter: (path) => !path.includes('node_modules') })
}

cpSync(
  fileURLToPath(new URL('../monitoring', import.meta.url)),
  fileURLToPath(new URL('../packages/cli/scaffolds/monitoring', import.meta.url)),
  { recursive: true },
)
