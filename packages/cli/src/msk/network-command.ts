import { type Command, InvalidArgumentError } from 'commander'
import { type AwsFlags, list, oneOf, run, subcommand } from './declare.ts'
import { examples } from './help.ts'
import type { NetworkFlags, RemoveFlags } from './network-actions.ts'
import type { Terminal } from './terminal.ts'

/** `sluice msk network ...` */
export function addNetwork(msk: Command, terminal: Terminal): void {
  const network = msk.command('network').description('make and delete the VPC that a cluster stands in')
  const load = () => import('./network-actions.ts')
  subcommand(
    network,
    'create',
    'make a VPC with DNS, subnets, routes and a security group; prints what a cluster takes',
  )
    .argument('<name>', 'by which it is found again')
    .option('--cidr <block>', 'of the VPC, /16 to /28 (default: 10.0.0.0/16)')
    .option('--zones <n or names>', '2 or 3, or their names; final (default: 3)', zones)
    .option(
      '--subnets <blocks>',
      'one for each zone (default: sixteen times smaller than the VPC, side by side)',
      list,
    )
    .option(
      '--login <logins>',
      'open the ports of: iam, scram, tls, none (default: iam)',
      oneOf(['iam', 'scram', 'tls', 'none'] as const),
    )
    .option(
      '--prometheus <exporters>',
      'open the ports of: jmx (11001), node (11002)',
      oneOf(['jmx', 'node'] as const),
    )
    .option('--public', 'a gateway and routes to the internet, and the ports of public addresses')
    .option('--from <blocks>', 'who may connect (default: the VPC; with --public it has to be said)', list)
    .option('--ipv6', 'blocks of IPv6 besides')
    .option('--dry-run', 'make nothing: print what would be made')
    .addHelpText('after', examples.network)
    .action((name: string, flags: NetworkFlags) =>
      run(terminal, flags, async (scene) => (await load()).create(scene, name, flags)),
    )
  subcommand(network, 'show', 'print what there is of a network')
    .argument('<name>')
    .action((name: string, flags: AwsFlags) =>
      run(terminal, flags, async (scene) => (await load()).show(scene, name, flags)),
    )
  subcommand(network, 'delete', 'delete all that belongs to a network; clusters in it have to go first')
    .argument('<name>')
    .option('--dry-run', 'delete nothing: print what would be deleted')
    .option('--yes', 'don’t ask')
    .action((name: string, flags: RemoveFlags) =>
      run(terminal, flags, async (scene) => (await load()).remove(scene, name, flags)),
    )
}

function zones(text: string): number | readonly string[] {
  if (/^\d+$/.test(text)) return Number(text)
  const names = list(text)
  if (names.length === 0) throw new InvalidArgumentError('It takes 2, 3, or names of zones by commas.')
  return names
}
