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

/** A shell that somebody types into: what it offers for a line, after a press of the tab key. */
const shells = {
  bash: (words: readonly string[]) =>
    `source <(sluice completion bash); COMP_WORDS=(sluice ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _sluice; printf '%s\n' "\${COMPREPLY[@]}"`,
  fish: (words: readonly string[]) =>
    `sluice completion fish | source; complete -C 'sluice ${words.join(' ')}'`,
  zsh: (words: readonly string[]) => `
    zmodload zsh/zpty
    zpty it "zsh -f -i"
    zpty -w it "unsetopt zle_bracketed_paste; LISTMAX=0; PROMPT='ready>'; source <(sluice completion zsh); echo loa''ded"
    zpty -r -m it seen '*loaded*'
    zpty -n -w it 'sluice ${words.join(' ')}'$'\t'
    local text=
    for n in {1..40}; do
      sleep 0.25
      while zpty -rt it more; do text+=$more; done
      [[ -n $text && $text == *$last ]] && break
    done
    print -r -- $text
    zpty -d it`,
} as const

/** Those that are installed; the others are skipped, and said so. */
describe.each(Object.keys(shells) as (keyof typeof shells)[])('completion in %s', (shell) => {
  const itIf = isThere(shell) ? it : it.skip
  const offered = async (...words: readonly string[]): Promise<string> => {
    const script = `export PATH=${path}:$PATH; cd ${scene.folder}; ${shells[shell](words)}`
    return (await scene.run(shell, ['-c', script])).out
  }

  itIf(
    'offers subcommands, options and values',
    async () => {
      expect(await offered('connector', 'pa')).toContain('pause')
      const all = await offered('connector', '')
      for (const one of ['list', 'status', 'offsets']) expect(all).toContain(one)
      expect(await offered('connector', 'list', '--wa')).toContain('--watch')
      expect(await offered('connector', 'create', '--initial-state', 'P')).toContain('PAUSED')
    },
    60_000,
  )
})
