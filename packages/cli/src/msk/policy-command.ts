import type { Command } from 'commander'
import { collect, run, subcommand } from './declare.ts'
import { examples } from './help.ts'
import type { PolicyFlags } from './policy-actions.ts'
import type { Terminal } from './terminal.ts'

/** `sluice msk policy`: what a worker's role has to be allowed. */
export function addPolicy(msk: Command, terminal: Terminal): void {
  subcommand(msk, 'policy', 'print the least policy of IAM that a worker and its connectors need')
    .argument('<worker.properties>', 'the worker’s settings')
    .argument('[connector...]', 'connectors’ settings: .properties or .json, one connector a file')
    .option('--cluster <cluster>', 'name or ARN (default: msk.cluster.arn of the worker)')
    .option(
      '--topic <name>',
      'what is written where no setting says so, with * as IAM knows it (repeatable)',
      collect,
    )
    .option('--reasons', 'print only which setting needs which line')
    .addHelpText('after', examples.policy)
    .action((worker: string, connectors: string[], flags: PolicyFlags) =>
      run(terminal, flags, async (scene) =>
        (await import('./policy-actions.ts')).policy(scene, worker, connectors, flags),
      ),
    )
}
