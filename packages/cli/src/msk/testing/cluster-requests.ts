import { type CommandCase, line } from './command-case.ts'

const places = ['subnet-0a', 'subnet-0b', 'subnet-0c']
const update = (
  flags: readonly string[],
  [operation, method, path, body, doing]: readonly [string, string, string, unknown, string],
): CommandCase => ({
  args: ['cluster', 'update', 'NAME', '--yes', ...flags],
  request: {
    method,
    path: `/v1/clusters/CLUSTER/${path}`,
    body: { currentVersion: 'VERSION', ...(body as object) },
  },
  doing,
  right: `kafka:${operation}`,
})

export const clusterCases: readonly CommandCase[] = [
  {
    args: line('cluster create NAME-2 --subnets subnet-0a,subnet-0b,subnet-0c --security-groups sg-0a'),
    request: {
      method: 'POST',
      path: '/api/v2/clusters',
      body: {
        clusterName: 'NAME-2',
        provisioned: {
          brokerNodeGroupInfo: {
            clientSubnets: places,
            instanceType: 'kafka.m7g.large',
            securityGroups: ['sg-0a'],
            storageInfo: { ebsStorageInfo: { volumeSize: 100 } },
          },
          clientAuthentication: {
            sasl: { iam: { enabled: true }, scram: { enabled: false } },
            tls: { enabled: false },
            unauthenticated: { enabled: false },
          },
          encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
          enhancedMonitoring: 'PER_BROKER',
          kafkaVersion: '3.9.x.kraft',
          numberOfBrokerNodes: 3,
          storageMode: 'LOCAL',
        },
      },
    },
    doing: 'create the cluster NAME-2',
    right: 'kafka:CreateClusterV2',
    prints: 'arn:aws:kafka:eu-central-1:123456789012:cluster/NAME-2/',
  },
  {
    args: line(
      'cluster create NAME-3 --subnets subnet-0a,subnet-0b --kafka-version 3.8.x ' +
        '--broker-type kafka.m5.4xlarge --brokers-per-zone 2 --storage 500 --throughput ' +
        '300 --tiered --login scram,tls,none --ca ' +
        'arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/1 --plaintext ' +
        '--kms-key arn:aws:kms:eu-central-1:123456789012:key/1 --monitoring ' +
        'PER_TOPIC_PER_BROKER --prometheus jmx,node --log-cloudwatch brokers --log-s3 ' +
        'logs/shop/kafka --log-firehose hose --configuration NAME-conf --dual-stack --tag ' +
        'team=data --tag stage=test',
    ),
    request: {
      method: 'POST',
      path: '/api/v2/clusters',
      body: {
        clusterName: 'NAME-3',
        tags: { team: 'data', stage: 'test' },
        provisioned: {
          brokerNodeGroupInfo: {
            clientSubnets: ['subnet-0a', 'subnet-0b'],
            connectivityInfo: { networkType: 'DUAL' },
            instanceType: 'kafka.m5.4xlarge',
            storageInfo: {
              ebsStorageInfo: {
                volumeSize: 500,
                provisionedThroughput: { enabled: true, volumeThroughput: 300 },
              },
            },
          },
          clientAuthentication: {
            sasl: { iam: { enabled: false }, scram: { enabled: true } },
            tls: {
              certificateAuthorityArnList: [
                'arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/1',
              ],
              enabled: true,
            },
            unauthenticated: { enabled: true },
          },
          configurationInfo: { arn: 'CONFIGURATION', revision: 1 },
          encryptionInfo: {
            encryptionAtRest: { dataVolumeKMSKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
            encryptionInTransit: { clientBroker: 'TLS_PLAINTEXT', inCluster: true },
          },
          enhancedMonitoring: 'PER_TOPIC_PER_BROKER',
          kafkaVersion: '3.8.x',
          loggingInfo: {
            brokerLogs: {
              cloudWatchLogs: { enabled: true, logGroup: 'brokers' },
              firehose: { deliveryStream: 'hose', enabled: true },
              s3: { bucket: 'logs', enabled: true, prefix: 'shop/kafka' },
            },
          },
          numberOfBrokerNodes: 4,
          openMonitoring: {
            prometheus: { jmxExporter: { enabledInBroker: true }, nodeExporter: { enabledInBroker: true } },
          },
          storageMode: 'TIERED',
        },
      },
    },
    doing: 'create the cluster NAME-3',
    right: 'kafka:CreateClusterV2',
  },
  {
    args: line(
      'cluster create NAME-4 --subnets subnet-0a,subnet-0b,subnet-0c --broker-type ' +
        'express.m7g.large --login iam,scram',
    ),
    request: {
      method: 'POST',
      path: '/api/v2/clusters',
      body: {
        clusterName: 'NAME-4',
        provisioned: {
          brokerNodeGroupInfo: { clientSubnets: places, instanceType: 'express.m7g.large' },
          clientAuthentication: {
            sasl: { iam: { enabled: true }, scram: { enabled: true } },
            tls: { enabled: false },
            unauthenticated: { enabled: false },
          },
          encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
          enhancedMonitoring: 'PER_BROKER',
          kafkaVersion: '3.9.x.kraft',
          numberOfBrokerNodes: 3,
        },
      },
    },
    doing: 'create the cluster NAME-4',
    right: 'kafka:CreateClusterV2',
  },
  {
    args: line('cluster create NAME-5 --subnets subnet-0a,subnet-0b --security-groups sg-0a --serverless'),
    request: {
      method: 'POST',
      path: '/api/v2/clusters',
      body: {
        clusterName: 'NAME-5',
        serverless: {
          clientAuthentication: { sasl: { iam: { enabled: true } } },
          vpcConfigs: [{ subnetIds: ['subnet-0a', 'subnet-0b'], securityGroupIds: ['sg-0a'] }],
        },
      },
    },
    doing: 'create the serverless cluster NAME-5',
    right: 'kafka:CreateClusterV2',
  },
  {
    args: line('cluster list'),
    request: { method: 'GET', path: '/api/v2/clusters' },
    doing: 'list clusters',
    right: 'kafka:ListClustersV2',
    prints: 'NAME',
  },
  {
    args: line('cluster describe CLUSTER'),
    request: { method: 'GET', path: '/api/v2/clusters/CLUSTER' },
    doing: 'describe NAME',
    right: 'kafka:DescribeClusterV2',
    prints: '3 of kafka.m7g.large',
  },
  {
    args: line('cluster describe NAME'),
    request: { method: 'GET', path: '/api/v2/clusters', query: { clusterNameFilter: 'NAME' } },
    doing: 'find the cluster NAME',
    right: 'kafka:ListClustersV2',
    prints: 'ACTIVE',
  },
  {
    args: line('cluster bootstrap NAME --login iam'),
    request: { method: 'GET', path: '/v1/clusters/CLUSTER/bootstrap-brokers' },
    doing: 'ask for the addresses of NAME',
    right: 'kafka:GetBootstrapBrokers',
    prints: '.c2.kafka.eu-central-1.amazonaws.com:9098,b-2.',
  },
  {
    args: line('cluster nodes NAME'),
    request: { method: 'GET', path: '/v1/clusters/CLUSTER/nodes' },
    doing: 'list the brokers of NAME',
    right: 'kafka:ListNodes',
    prints: 'BROKER  TYPE',
  },
  {
    args: line('cluster versions'),
    request: { method: 'GET', path: '/v1/kafka-versions' },
    doing: 'list versions of Kafka',
    right: 'kafka:ListKafkaVersions',
    prints: '3.9.x.kraft',
  },
  {
    args: line('cluster versions NAME'),
    request: { method: 'GET', path: '/v1/compatible-kafka-versions', query: { clusterArn: 'CLUSTER' } },
    doing: 'ask which versions NAME can be taken to',
    right: 'kafka:GetCompatibleKafkaVersions',
    prints: '3.9.x.kraft',
  },
  update(
    ['--storage', '200'],
    ['UpdateStorage', 'PUT', 'storage', { volumeSizeGB: 200 }, 'change the storage of NAME'],
  ),
  update(
    ['--monitoring', 'PER_TOPIC_PER_BROKER', '--prometheus', 'jmx'],
    [
      'UpdateMonitoring',
      'PUT',
      'monitoring',
      {
        enhancedMonitoring: 'PER_TOPIC_PER_BROKER',
        openMonitoring: {
          prometheus: { jmxExporter: { enabledInBroker: true }, nodeExporter: { enabledInBroker: false } },
        },
      },
      'change the monitoring of NAME',
    ],
  ),
  update(
    ['--brokers-per-zone', '2'],
    ['UpdateBrokerCount', 'PUT', 'nodes/count', { targetNumberOfBrokerNodes: 6 }, 'add brokers to NAME'],
  ),
  update(
    ['--broker-type', 'kafka.m7g.xlarge'],
    [
      'UpdateBrokerType',
      'PUT',
      'nodes/type',
      { targetInstanceType: 'kafka.m7g.xlarge' },
      'change the brokers of NAME',
    ],
  ),
  update(
    ['--configuration', 'NAME-conf'],
    [
      'UpdateClusterConfiguration',
      'PUT',
      'configuration',
      { configurationInfo: { arn: 'CONFIGURATION', revision: 1 } },
      'give NAME another configuration',
    ],
  ),
  update(
    ['--login', 'iam,scram'],
    [
      'UpdateSecurity',
      'PATCH',
      'security',
      {
        clientAuthentication: {
          sasl: { iam: { enabled: true }, scram: { enabled: true } },
          tls: { enabled: false },
          unauthenticated: { enabled: false },
        },
      },
      'change who may log in at NAME',
    ],
  ),
  update(
    ['--public', '--vpc-login', 'iam'],
    [
      'UpdateConnectivity',
      'PUT',
      'connectivity',
      {
        connectivityInfo: {
          publicAccess: { type: 'SERVICE_PROVIDED_EIPS' },
          vpcConnectivity: {
            clientAuthentication: {
              sasl: { iam: { enabled: true }, scram: { enabled: false } },
              tls: { enabled: false },
            },
          },
        },
      },
      'change how NAME is reached',
    ],
  ),
  update(
    ['--kafka-version', '3.9.x.kraft'],
    ['UpdateClusterKafkaVersion', 'PUT', 'version', { targetKafkaVersion: '3.9.x.kraft' }, 'upgrade NAME'],
  ),
  {
    ...update([], ['UpdateRebalancing', 'PUT', '', {}, 'let NAME-4 spread partitions by itself']),
    args: line('cluster update NAME-4 --rebalancing'),
    request: {
      method: 'PUT',
      path: '/v1/clusters/EXPRESS/rebalancing',
      body: { currentVersion: 'VERSION', rebalancing: { status: 'ACTIVE' } },
    },
  },
  {
    args: line('cluster reboot NAME 2 --yes'),
    request: { method: 'PUT', path: '/v1/clusters/CLUSTER/reboot-broker', body: { brokerIds: ['2'] } },
    doing: 'restart broker 2 of NAME',
    right: 'kafka:RebootBroker',
  },
  {
    args: line('operation list NAME'),
    request: { method: 'GET', path: '/api/v2/clusters/CLUSTER/operations' },
    doing: 'list the operations of NAME',
    right: 'kafka:ListClusterOperationsV2',
    prints: 'UPDATE_BROKER_COUNT',
  },
  {
    args: line('operation describe OPERATION'),
    request: { method: 'GET', path: '/api/v2/operations/OPERATION' },
    doing: 'look at the operation OPERATION',
    right: 'kafka:DescribeClusterOperationV2',
    prints: 'UPDATE_COMPLETE',
  },
  {
    args: line('operation wait NAME'),
    request: { method: 'GET', path: '/api/v2/clusters/CLUSTER' },
    doing: 'describe NAME',
    right: 'kafka:DescribeClusterV2',
  },
]
