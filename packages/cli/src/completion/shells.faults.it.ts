import { execFileSync } from 'node:child_process'
import { ConsoleScene } from '../connector/testing/console-scene.ts'

let scene: ConsoleScene
let path: string
beforeAll(async () => {
  // no worker: there are no names of connectors
  scene = await ConsoleScene.make({ SLUICE_REST: 'http://127.0.0.1:1' })
  path = await scene.onPath()
  await scene.file('orders.json', '{}')
})
afterAll(() => scene.close())

function isThere(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0'])
    return true
  } catch {
    return false
  }
}

/** Has a shell complete a line as somebody sees it who presses the tab key there, and print what it offers; zsh waits until that is `expected`. */
const shells = {
  fish: (line: string) => `sluice completion fish | source; complete -C '${line}'`,
  zsh: (line: string, expected: string) => `
    zmodload zsh/zpty
    zpty it "zsh -f -i"
    zpty -w it "LISTMAX=0; source <(sluice completion zsh); echo loa''ded"
    zpty -r -m it seen '*loaded*'
    zpty -n -w it '${line}'$'\\t'
    zpty -r -m it seen '*${expected}*'
    print -r -- $seen
    zpty -d it`,
} as const

/** Those that are installed; the others are skipped. */
describe.each(Object.keys(shells) as (keyof typeof shells)[])('completion in %s', (shell) => {
  const itIf = isThere(shell) ? it.each : it.skip.each
  itIf([
    ['sluice connector pa', 'pause'],
    ['sluice connector ', 'validate'],
    ['sluice connector list --wa', '--watch'],
    ['sluice connector create --initial-state P', 'PAUSED'],
    ['sluice connector create or', 'orders.json'],
  ])(
    '%s: offers %s',
    async (line, expected) => {
      const script = `export PATH=${path}:$PATH; cd ${scene.folder}; ${shells[shell](line, expected)}`
      expect((await scene.run('timeout', ['60', shell, '-c', script])).out).toContain(expected)
    },
    90_000,
  )
})
