import { Argument, Command } from 'commander'
import type { Lookups } from './candidates.ts'
import { type Shell, scripts, shells } from './scripts.ts'

/** `sluice completion <shell>` */
export function completionCommand(): Command {
  return new Command('completion')
    .description('print what completes sluice in your shell, names of connectors included')
    .showHelpAfterError('(sluice completion --help shows more)')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', setUp)
    .action((shell: Shell) => void process.stdout.write(scripts[shell]))
}

/** What the printed scripts call, `sluice __complete <words>`: a line for each candidate, with what it is behind a tab. */
export async function complete(program: Command, words: readonly string[]): Promise<string> {
  const { candidates } = await import('./candidates.ts')
  const found = await candidates(program, words, lookups)
  return found.map(({ text, doc }) => `${text}\t${doc}\n`).join('')
}

/** Nobody waits longer after a press of the tab key. */
const patienceSeconds = 1

const lookups: Lookups = {
  async connectors(options) {
    const [{ RestClient }, { restAccess }] = await Promise.all([
      import('../connector/rest-client.ts'),
      import('../connector/rest-flags.ts'),
    ])
    const flag = (name: string): string | undefined => options.get(`--${name}`)
    const given = {
      rest: flag('rest'),
      user: flag('user'),
      passwordFile: flag('password-file'),
      cacert: flag('cacert'),
    }
    const flags = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    try {
      const rest = new RestClient(await restAccess({ ...flags, timeout: patienceSeconds }))
      return await rest.call<readonly string[]>('GET', '/connectors')
    } catch {
      // no worker answers: there is nothing to offer
      return []
    }
  },
}

const setUp = `
For this shell only:
  bash:  source <(sluice completion bash)
  zsh:   source <(sluice completion zsh)
  fish:  sluice completion fish | source

For good:
  bash:  sluice completion bash > ~/.local/share/bash-completion/completions/sluice
  zsh:   sluice completion zsh > "\${fpath[1]}/_sluice"
  fish:  sluice completion fish > ~/.config/fish/completions/sluice.fish

Names of connectors are asked of the worker that SLUICE_REST or --rest names, for a second at most.`
