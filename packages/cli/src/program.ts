import { readFileSync } from 'node:fs'
import type { LogLevel } from '@sluice/runtime'
import { Command, Option } from 'commander'
import { completionCommand } from './completion/completion-command.ts'
import { addConsole } from './console/console-commands.ts'
import { connectorCommand } from './connector/connector-command.ts'
import { dlqCommand } from './dlq/dlq-command.ts'
import { becomeFrugal } from './frugal-process.ts'
import { monitoringCommand } from './monitoring/monitoring-command.ts'
import { mskCommand } from './msk/msk-command.ts'
import { stackCommand } from './stack/stack-command.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/**
 * The `sluice` command. Each sub-command loads what it needs when it runs: help and completion answer at once, whatever a worker would load.
 */
export function program(): Command {
  const sluice = new Command('sluice')
    .description('Kafka Connect for Node: run connectors, write one, look around.')
    .version(version)
    .showHelpAfterError('(sluice --help shows the commands)')
    .configureHelp({ sortSubcommands: false })
    .addHelpText('after', examples)
  addStandalone(sluice)
  addDistributed(sluice)
  sluice.addCommand(connectorCommand())
  addConsole(sluice)
  sluice.addCommand(dlqCommand())
  sluice.addCommand(mskCommand())
  sluice.addCommand(stackCommand())
  sluice.addCommand(monitoringCommand())
  addPlugins(sluice)
  addNew(sluice)
  sluice.addCommand(completionCommand())
  return sluice
}

const examples = `
First steps:
  $ sluice stack up                      real Kafka, Postgres, Elasticsearch and HDFS on this machine, no Docker
  $ sluice new source weather            a package with a connector, its tests and an example
  $ sluice standalone worker.properties orders.json
                                         run connectors; REST answers at http://127.0.0.1:8083
  $ sluice connector list                look at what runs there
  $ source <(sluice completion bash)     complete commands and names of connectors

Settings, files and REST are those of Kafka Connect: https://kafka.apache.org/documentation/#connect`

function addStandalone(sluice: Command): void {
  sluice
    .command('standalone')
    .showHelpAfterError('(sluice standalone --help shows more)')
    .description('run one worker: offsets in a file, connectors from files or REST')
    .argument(
      '<worker.properties>',
      "the worker's settings, as Kafka Connect's connect-standalone reads them",
    )
    .argument('[connector...]', "connectors' settings: .properties or .json, one connector a file")
    .addOption(
      new Option('--log-level <level>', 'how much to log')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addHelpText(
      'after',
      `
A smallest worker.properties:
  bootstrap.servers=127.0.0.1:9092
  key.converter=org.apache.kafka.connect.json.JsonConverter
  key.converter.schemas.enable=false
  value.converter=org.apache.kafka.connect.json.JsonConverter
  value.converter.schemas.enable=false
  offset.storage.file.filename=offsets.dat

A first connector, orders.json:
  {
    "name": "orders",
    "config": {
      "connector.class": "postgres",
      "connection.url": "postgres://user:password@127.0.0.1:5432/shop",
      "table.whitelist": "orders",
      "mode": "incrementing",
      "incrementing.column.name": "id",
      "topic.prefix": "shop."
    }
  }

Ends with 0 when SIGTERM or SIGINT (Ctrl-C) stopped it, all flushed and committed; 1 where a port or a file failed it;
2 where settings are wrong; 130 when a second signal cut it off.`,
    )
    .action(async (workerFile: string, connectorFiles: string[], { logLevel }: { logLevel: LogLevel }) => {
      becomeFrugal()
      const { standalone } = await import('./standalone.ts')
      process.exitCode = await standalone({ workerFile, connectorFiles, logLevel })
    })
}

function addDistributed(sluice: Command): void {
  sluice
    .command('distributed')
    .showHelpAfterError('(sluice distributed --help shows more)')
    .description(
      'run one worker of a cluster: connectors, offsets and states in topics, work shared by all workers',
    )
    .argument(
      '<worker.properties>',
      "the worker's settings, as Kafka Connect's connect-distributed reads them; the same for all workers but for listeners",
    )
    .addOption(
      new Option('--log-level <level>', 'how much to log')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addHelpText(
      'after',
      `
A smallest worker.properties:
  bootstrap.servers=127.0.0.1:9092
  group.id=sluice
  config.storage.topic=sluice-configs
  offset.storage.topic=sluice-offsets
  status.storage.topic=sluice-status
  key.converter=org.apache.kafka.connect.json.JsonConverter
  value.converter=org.apache.kafka.connect.json.JsonConverter
  listeners=http://127.0.0.1:8083

The topics are made where they do not exist, with three replicas unless *.storage.replication.factor says otherwise.
Connectors are created by REST, at any of the workers.

Ends with 0 when SIGTERM or SIGINT (Ctrl-C) stopped it, all flushed and committed; 1 where a port or a file failed it;
2 where settings are wrong; 130 when a second signal cut it off.`,
    )
    .action(async (workerFile: string, { logLevel }: { logLevel: LogLevel }) => {
      becomeFrugal()
      const { distributed } = await import('./standalone.ts')
      process.exitCode = await distributed({ workerFile, logLevel })
    })
}

function addPlugins(sluice: Command): void {
  sluice
    .command('plugins')
    .description('list the connectors, converters and transforms that a worker started here would find')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const { plugins } = await import('./plugins.ts')
      process.stdout.write(await plugins({ json: options.json === true }))
    })
}

function addNew(sluice: Command): void {
  sluice
    .command('new')
    .showHelpAfterError('(sluice new --help shows more)')
    .description('make a package: a connector or transform with its tests, an example and a README')
    .argument('<kind>', 'source, sink or transform')
    .argument('<name>', 'the name by which configurations call it, such as weather')
    .option('--dir <folder>', 'where to make it (default: ./<name>)')
    .addHelpText('after', '\nExample:\n  $ sluice new sink webhook && cd webhook && npm install && npm test')
    .action(async (kind: string, name: string, options: { dir?: string }) => {
      const { newPackage } = await import('./new/new-package.ts')
      process.stdout.write(await newPackage({ kind, name, dir: options.dir }))
    })
}
