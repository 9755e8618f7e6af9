import { Command } from 'commander'
import { addCluster, addOperation } from './cluster-command.ts'
import { mskExit } from './declare.ts'
import { overview } from './help.ts'
import { addNetwork } from './network-command.ts'
import { addPolicy } from './policy-command.ts'
import { addClusterPolicy, addConfiguration, addSecret, addTag } from './resource-commands.ts'
import { processTerminal, type Terminal } from './terminal.ts'
import { addReplicator, addTopic, addVpcConnection } from './traffic-commands.ts'

/** `sluice msk ...`: Amazon MSK, its clusters, networks and policies. The AWS SDK is loaded by the command that needs it. */
export function mskCommand(terminal: Terminal = processTerminal): Command {
  const msk = new Command('msk')
    .description('run Amazon MSK: networks, clusters, topics, policies')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : mskExit.usage))
    .showHelpAfterError('(sluice msk --help shows the commands)')
    .addHelpText('after', overview)
  addNetwork(msk, terminal)
  addCluster(msk, terminal)
  addOperation(msk, terminal)
  addPolicy(msk, terminal)
  addConfiguration(msk, terminal)
  addTopic(msk, terminal)
  addSecret(msk, terminal)
  addClusterPolicy(msk, terminal)
  addTag(msk, terminal)
  addReplicator(msk, terminal)
  addVpcConnection(msk, terminal)
  return msk
}
