import { Command } from 'commander'

export function monitoringCommand(): Command {
  const monitoring = new Command('monitoring')
    .description('figures of workers for Prometheus and Grafana')
    .showHelpAfterError('(sluice monitoring --help shows more)')
  monitoring
    .command('init')
    .description("write Prometheus' configuration, alert rules and Grafana dashboards into a new folder")
    .argument('[folder]', 'where to', 'monitoring')
    .option('--workers <host:port,...>', 'addresses of the workers (their REST)', '127.0.0.1:8083')
    .option('--brokers <host,...>', 'brokers of a cluster on Amazon MSK with open monitoring', '')
    .addHelpText(
      'after',
      `
Examples:
  $ sluice monitoring init --workers worker-1:8083,worker-2:8083
  $ sluice monitoring init /etc/prometheus/sluice --workers worker-1:8083 --brokers b-1.example,b-2.example`,
    )
    .action(async (dir: string, options: { readonly workers: string; readonly brokers: string }) => {
      const { writeMonitoring } = await import('./write-monitoring.ts')
      const { workers, brokers } = options
      try {
        process.stdout.write(
          await writeMonitoring({ dir, workers: listed(workers), brokers: listed(brokers) }),
        )
      } catch (error) {
        process.stderr.write(`sluice: ${(error as Error).message}\n`)
        process.exitCode = 2
      }
    })
  return monitoring
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
