// Steps of an update that are about who reaches the cluster and how, and about its version. Each is undefined where nothing is to be changed.
import type { Step } from '../plan.ts'
import type { ClusterChanges, ClusterState } from './cluster-state.ts'
import { clientAuthenticationOf } from './login.ts'
import { configurationText, listOf, onOff, restarts, rolling } from './step-words.ts'

export function securityStep(now: ClusterState, wanted: ClusterChanges): Step | undefined {
  const { logins = now.logins, caArns = now.caArns, plaintext = now.plaintext } = wanted
  const login = listOf(logins) !== listOf(now.logins) || listOf(caArns) !== listOf(now.caArns)
  const encryption = plaintext !== now.plaintext
  if (!login && !encryption) return undefined
  const lost = now.logins.filter((one) => !logins.includes(one))
  return {
    doing: `change who may log in at ${now.name}`,
    changes: [
      ...(login ? [{ name: 'login', from: listOf(now.logins), to: listOf(logins) }] : []),
      ...(listOf(caArns) === listOf(now.caArns)
        ? []
        : [{ name: 'authorities', from: listOf(now.caArns), to: listOf(caArns) }]),
      ...(encryption ? [{ name: 'plaintext', from: onOff(now.plaintext), to: onOff(plaintext) }] : []),
    ],
    takes: rolling(now),
    danger:
      lost.length > 0 || (now.plaintext && !plaintext)
        ? `clients that log in by ${[...lost, ...(now.plaintext && !plaintext ? ['plaintext'] : [])].join(', ')} are shut out`
        : restarts,
    operation: 'UpdateSecurity',
    input: {
      ...(login && { ClientAuthentication: clientAuthenticationOf(logins, caArns) }),
      ...(encryption && {
        EncryptionInfo: { EncryptionInTransit: { ClientBroker: plaintext ? 'TLS_PLAINTEXT' : 'TLS' } },
      }),
    },
  }
}

export function connectivityStep(now: ClusterState, wanted: ClusterChanges): Step | undefined {
  const { publicAccess = now.publicAccess, vpcLogins = now.vpcLogins } = wanted
  const open = publicAccess !== now.publicAccess
  const vpc = listOf(vpcLogins) !== listOf(now.vpcLogins)
  if (!open && !vpc) return undefined
  return {
    doing: `change how ${now.name} is reached`,
    changes: [
      ...(open ? [{ name: 'public addresses', from: onOff(now.publicAccess), to: onOff(publicAccess) }] : []),
      ...(vpc ? [{ name: 'logins of other VPCs', from: listOf(now.vpcLogins), to: listOf(vpcLogins) }] : []),
    ],
    takes: 'about 30 minutes; brokers go on',
    ...(open &&
      (publicAccess
        ? {
            danger:
              'brokers get addresses that the internet reaches: only the login and the security group keep others out',
          }
        : { danger: 'clients outside of the VPC are cut off' })),
    operation: 'UpdateConnectivity',
    input: {
      ConnectivityInfo: {
        ...(open && { PublicAccess: { Type: publicAccess ? 'SERVICE_PROVIDED_EIPS' : 'DISABLED' } }),
        ...(vpc && {
          VpcConnectivity: {
            ClientAuthentication: {
              Sasl: {
                Iam: { Enabled: vpcLogins.includes('iam') },
                Scram: { Enabled: vpcLogins.includes('scram') },
              },
              Tls: { Enabled: vpcLogins.includes('tls') },
            },
          },
        }),
      },
    },
  }
}

export function rebalancingStep(now: ClusterState, { rebalancing }: ClusterChanges): Step | undefined {
  if (rebalancing === undefined || rebalancing === now.rebalancing) return undefined
  return {
    doing: `${rebalancing ? 'let' : 'stop'} ${now.name} ${rebalancing ? 'spread' : 'spreading'} partitions by itself`,
    changes: [{ name: 'rebalancing', from: onOff(now.rebalancing), to: onOff(rebalancing) }],
    takes: 'some minutes; brokers go on',
    operation: 'UpdateRebalancing',
    input: { Rebalancing: { Status: rebalancing ? 'ACTIVE' : 'PAUSED' } },
  }
}

export function versionStep(
  now: ClusterState,
  { kafkaVersion, configuration }: ClusterChanges,
): Step | undefined {
  if (kafkaVersion === undefined || kafkaVersion === now.kafkaVersion) return undefined
  return {
    doing: `upgrade ${now.name}`,
    changes: [
      { name: 'Kafka', from: now.kafkaVersion, to: kafkaVersion },
      ...(configuration === undefined
        ? []
        : [{ name: 'configuration', to: configurationText(configuration) }]),
    ],
    takes: rolling(now),
    danger: 'there is no way back to an older version',
    operation: 'UpdateClusterKafkaVersion',
    input: {
      TargetKafkaVersion: kafkaVersion,
      ...(configuration && {
        ConfigurationInfo: { Arn: configuration.arn, Revision: configuration.revision },
      }),
    },
  }
}
