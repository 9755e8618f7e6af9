import type { Cluster } from '@aws-sdk/client-kafka'
import { holdRules } from '../api/msk-error.ts'
import type { Plan } from '../plan.ts'

/** What deletes the cluster with all its data. */
export function planDelete({ ClusterName: name = '', Provisioned }: Cluster): Plan {
  const brokers = Provisioned?.NumberOfBrokerNodes
  return {
    of: name,
    steps: [
      {
        doing: `delete the cluster ${name}`,
        changes: [
          {
            name: 'cluster',
            from: brokers === undefined ? `${name}, serverless` : `${name}, ${brokers} brokers`,
          },
        ],
        takes: 'about 10 minutes',
        danger: 'all topics and their data are lost; there is no way back',
        operation: 'DeleteCluster',
        input: {},
      },
    ],
    notes: ['its configuration, secrets, network and log groups stay.'],
  }
}

/** What restarts brokers; by AWS's rule one in a request. */
export function planReboot(
  { ClusterName: name = '', Provisioned }: Cluster,
  brokers: readonly number[],
): Plan {
  const count = Provisioned?.NumberOfBrokerNodes ?? 0
  const wrong = brokers.filter((id) => !Number.isInteger(id) || id < 1 || id > count)
  holdRules([
    Provisioned === undefined ? `${name} is serverless: it has no brokers to restart` : undefined,
    brokers.length === 0 ? 'name a broker to restart, by its number' : undefined,
    Provisioned !== undefined && wrong.length > 0
      ? `the brokers of ${name} have the numbers 1 to ${count}; ${wrong.join(', ')} is none of them`
      : undefined,
    new Set(brokers).size < brokers.length ? 'a broker is restarted once; one is named twice' : undefined,
  ])
  return {
    of: name,
    steps: brokers.map((id) => ({
      doing: `restart broker ${id} of ${name}`,
      changes: [],
      takes: '5 to 10 minutes; clients reconnect',
      danger: 'partitions without replicas are away meanwhile',
      operation: 'RebootBroker',
      input: { BrokerIds: [String(id)] },
    })),
    notes: [],
  }
}
