import { Buffer } from 'node:buffer'
import { type CommandCase, line, role, secret } from './command-case.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
export const otherCases: readonly CommandCase[] = [
  {
    args: line('configuration create NAME-more FILE --description ours --kafka-versions 3.9.x,3.8.x'),
    request: {
      method: 'POST',
      path: '/v1/configurations',
      body: {
        name: 'NAME-more',
        description: 'ours',
        kafkaVersions: ['3.9.x', '3.8.x'],
        serverProperties: base64('auto.create.topics.enable=false\n'),
      },
    },
    doing: 'create the configuration NAME-more',
    right: 'kafka:CreateConfiguration',
    prints: 'configuration/NAME-more/',
  },
  {
    args: line('configuration list'),
    request: { method: 'GET', path: '/v1/configurations' },
    doing: 'list configurations',
    right: 'kafka:ListConfigurations',
    prints: 'NAME-more',
  },
  {
    args: line('configuration describe CONFIGURATION --revision 1'),
    request: { method: 'GET', path: '/v1/configurations/CONFIGURATION/revisions/1' },
    doing: 'read revision 1 of NAME-conf',
    right: 'kafka:DescribeConfigurationRevision',
    prints: 'auto.create.topics.enable=false\n',
  },
  {
    args: line('configuration describe CONFIGURATION'),
    request: { method: 'GET', path: '/v1/configurations/CONFIGURATION' },
    doing: 'describe the configuration CONFIGURATION',
    right: 'kafka:DescribeConfiguration',
  },
  {
    args: line('configuration update NAME-conf FILE --description next'),
    request: {
      method: 'PUT',
      path: '/v1/configurations/CONFIGURATION',
      body: { description: 'next', serverProperties: base64('auto.create.topics.enable=false\n') },
    },
    doing: 'make a revision of NAME-conf',
    right: 'kafka:UpdateConfiguration',
    prints: 'NAME-conf has revision 2',
  },
  {
    args: line('configuration revisions NAME-conf'),
    request: { method: 'GET', path: '/v1/configurations/CONFIGURATION/revisions' },
    doing: 'list the revisions of NAME-conf',
    right: 'kafka:ListConfigurationRevisions',
    prints: 'next',
  },
  {
    args: line('configuration delete CONFIGURATION --yes'),
    request: { method: 'DELETE', path: '/v1/configurations/CONFIGURATION' },
    doing: 'delete the configuration NAME-conf',
    right: 'kafka:DeleteConfiguration',
  },
  {
    args: line('topic create NAME orders --partitions 6 --replication 2 --set retention.ms=1000'),
    request: {
      method: 'POST',
      path: '/v1/clusters/CLUSTER/topics',
      body: {
        topicName: 'orders',
        partitionCount: 6,
        replicationFactor: 2,
        configs: base64('retention.ms=1000\n'),
      },
    },
    doing: 'create the topic orders at NAME',
    right: 'kafka:CreateTopic',
  },
  {
    args: line('topic list NAME --name ord'),
    request: { method: 'GET', path: '/v1/clusters/CLUSTER/topics', query: { topicNameFilter: 'ord' } },
    doing: 'list topics of NAME',
    right: 'kafka:ListTopics',
    prints: 'orders',
  },
  {
    args: line('topic describe NAME orders'),
    request: { method: 'GET', path: '/v1/clusters/CLUSTER/topics/orders' },
    doing: 'describe the topic orders of NAME',
    right: 'kafka:DescribeTopic',
    prints: 'retention.ms  1000',
  },
  {
    args: line('topic describe NAME orders'),
    request: { method: 'GET', path: '/v1/clusters/CLUSTER/topics/orders/partitions' },
    doing: 'look at the partitions of orders',
    right: 'kafka:DescribeTopicPartitions',
    prints: 'LEADER',
  },
  {
    args: line('topic update NAME orders --partitions 9 --set retention.ms=2000'),
    request: {
      method: 'PUT',
      path: '/v1/clusters/CLUSTER/topics/orders',
      body: { partitionCount: 9, configs: base64('retention.ms=2000\n') },
    },
    doing: 'change the topic orders of NAME',
    right: 'kafka:UpdateTopic',
  },
  {
    args: line('topic delete NAME orders --yes'),
    request: { method: 'DELETE', path: '/v1/clusters/CLUSTER/topics/orders' },
    doing: 'delete the topic orders of NAME',
    right: 'kafka:DeleteTopic',
  },
  {
    args: line('secret add NAME SECRET'),
    request: {
      method: 'POST',
      path: '/v1/clusters/CLUSTER/scram-secrets',
      body: { secretArnList: [secret] },
    },
    doing: 'add secrets to NAME',
    right: 'kafka:BatchAssociateScramSecret',
  },
  {
    args: line('secret list NAME'),
    request: { method: 'GET', path: '/v1/clusters/CLUSTER/scram-secrets' },
    doing: 'list the secrets of NAME',
    right: 'kafka:ListScramSecrets',
    prints: secret,
  },
  {
    args: line('secret remove NAME SECRET --yes'),
    request: {
      method: 'PATCH',
      path: '/v1/clusters/CLUSTER/scram-secrets',
      body: { secretArnList: [secret] },
    },
    doing: 'take secrets from NAME',
    right: 'kafka:BatchDisassociateScramSecret',
  },
  {
    args: line('cluster-policy put NAME POLICY'),
    request: {
      method: 'PUT',
      path: '/v1/clusters/CLUSTER/policy',
      body: { policy: '{"Version":"2012-10-17","Statement":[]}' },
    },
    doing: 'give NAME a policy',
    right: 'kafka:PutClusterPolicy',
  },
  {
    args: line('cluster-policy get NAME'),
    request: { method: 'GET', path: '/v1/clusters/CLUSTER/policy' },
    doing: 'read the policy of NAME',
    right: 'kafka:GetClusterPolicy',
    prints: '"Statement": []',
  },
  {
    args: line('cluster-policy delete NAME --yes'),
    request: { method: 'DELETE', path: '/v1/clusters/CLUSTER/policy' },
    doing: 'delete the policy of NAME',
    right: 'kafka:DeleteClusterPolicy',
  },
  {
    args: line('tag set NAME team=data stage=a=b'),
    request: { method: 'POST', path: '/v1/tags/CLUSTER', body: { tags: { team: 'data', stage: 'a=b' } } },
    doing: 'set tags of CLUSTER',
    right: 'kafka:TagResource',
  },
  {
    args: line('tag list NAME'),
    request: { method: 'GET', path: '/v1/tags/CLUSTER' },
    doing: 'list the tags of CLUSTER',
    right: 'kafka:ListTagsForResource',
    prints: 'stage=a=b\n',
  },
  {
    args: line('tag remove CLUSTER team'),
    request: { method: 'DELETE', path: '/v1/tags/CLUSTER', query: { tagKeys: 'team' } },
    doing: 'remove tags of CLUSTER',
    right: 'kafka:UntagResource',
  },
  {
    args: line(
      'replicator create NAME-copy --source CLUSTER --source-subnets ' +
        'subnet-0a,subnet-0b --target EXPRESS --target-subnets subnet-0c,subnet-0d ' +
        '--target-security-groups sg-0b --role ROLE --topics shop\\..* --except-groups ' +
        'test-.* --from EARLIEST --same-names --compression ZSTD --description copies ' +
        '--tag team=data',
    ),
    request: {
      method: 'POST',
      path: '/replication/v1/replicators',
      body: {
        replicatorName: 'NAME-copy',
        serviceExecutionRoleArn: role,
        description: 'copies',
        tags: { team: 'data' },
        kafkaClusters: [
          {
            amazonMskCluster: { mskClusterArn: 'CLUSTER' },
            vpcConfig: { subnetIds: ['subnet-0a', 'subnet-0b'] },
          },
          {
            amazonMskCluster: { mskClusterArn: 'EXPRESS' },
            vpcConfig: { subnetIds: ['subnet-0c', 'subnet-0d'], securityGroupIds: ['sg-0b'] },
          },
        ],
        replicationInfoList: [
          {
            sourceKafkaClusterArn: 'CLUSTER',
            targetKafkaClusterArn: 'EXPRESS',
            targetCompressionType: 'ZSTD',
            topicReplication: {
              topicsToReplicate: ['shop\\..*'],
              copyTopicConfigurations: true,
              copyAccessControlListsForTopics: true,
              detectAndCopyNewTopics: true,
              startingPosition: { type: 'EARLIEST' },
              topicNameConfiguration: { type: 'IDENTICAL' },
            },
            consumerGroupReplication: {
              consumerGroupsToReplicate: ['.*'],
              consumerGroupsToExclude: ['test-.*'],
              detectAndCopyNewConsumerGroups: true,
              synchroniseConsumerGroupOffsets: true,
            },
          },
        ],
      },
    },
    doing: 'create the replicator NAME-copy',
    right: 'kafka:CreateReplicator',
    prints: ':replicator/NAME-copy/',
  },
  {
    args: line('replicator list'),
    request: { method: 'GET', path: '/replication/v1/replicators' },
    doing: 'list replicators',
    right: 'kafka:ListReplicators',
    prints: 'NAME-copy',
  },
  {
    args: line('replicator describe NAME-copy'),
    request: { method: 'GET', path: '/replication/v1/replicators/REPLICATOR' },
    doing: 'describe the replicator NAME-copy',
    right: 'kafka:DescribeReplicator',
    prints: '"ReplicatorState": "RUNNING"',
  },
  {
    args: line('replicator update NAME-copy --topics orders --groups g1 --groups g2'),
    request: {
      method: 'PUT',
      path: '/replication/v1/replicators/REPLICATOR/replication-info',
      body: {
        currentVersion: 'VERSION',
        sourceKafkaClusterArn: 'CLUSTER',
        targetKafkaClusterArn: 'EXPRESS',
        topicReplication: {
          topicsToReplicate: ['orders'],
          topicsToExclude: [],
          copyTopicConfigurations: true,
          copyAccessControlListsForTopics: true,
          detectAndCopyNewTopics: true,
        },
        consumerGroupReplication: {
          consumerGroupsToReplicate: ['g1', 'g2'],
          consumerGroupsToExclude: ['test-.*'],
          detectAndCopyNewConsumerGroups: true,
          synchroniseConsumerGroupOffsets: true,
        },
      },
    },
    doing: 'change the replicator NAME-copy',
    right: 'kafka:UpdateReplicationInfo',
  },
  {
    args: line('replicator delete NAME-copy --yes'),
    request: {
      method: 'DELETE',
      path: '/replication/v1/replicators/REPLICATOR',
      query: { currentVersion: 'VERSION' },
    },
    doing: 'delete the replicator NAME-copy',
    right: 'kafka:DeleteReplicator',
  },
  {
    args: line(
      'vpc-connection create NAME --vpc vpc-0a --subnets subnet-0a,subnet-0b ' +
        '--security-groups sg-0a --login scram --tag team=data',
    ),
    request: {
      method: 'POST',
      path: '/v1/vpc-connection',
      body: {
        targetClusterArn: 'CLUSTER',
        authentication: 'SASL_SCRAM',
        vpcId: 'vpc-0a',
        clientSubnets: ['subnet-0a', 'subnet-0b'],
        securityGroups: ['sg-0a'],
        tags: { team: 'data' },
      },
    },
    doing: 'connect vpc-0a with NAME',
    right: 'kafka:CreateVpcConnection',
    prints: ':vpc-connection/123456789012/NAME/',
  },
  {
    args: line('vpc-connection list'),
    request: { method: 'GET', path: '/v1/vpc-connections' },
    doing: 'list VPC connections',
    right: 'kafka:ListVpcConnections',
    prints: 'vpc-0a',
  },
  {
    args: line('vpc-connection describe CONNECTION'),
    request: { method: 'GET', path: '/v1/vpc-connection/CONNECTION' },
    doing: 'describe the VPC connection CONNECTION',
    right: 'kafka:DescribeVpcConnection',
    prints: '"VpcId": "vpc-0a"',
  },
  {
    args: line('vpc-connection clients NAME'),
    request: { method: 'GET', path: '/v1/clusters/CLUSTER/client-vpc-connections' },
    doing: 'list who is connected with NAME',
    right: 'kafka:ListClientVpcConnections',
    prints: 'SASL_SCRAM',
  },
  {
    args: line('vpc-connection delete CONNECTION --yes'),
    request: { method: 'DELETE', path: '/v1/vpc-connection/CONNECTION' },
    doing: 'delete the VPC connection CONNECTION',
    right: 'kafka:DeleteVpcConnection',
  },
  {
    args: line('vpc-connection reject NAME CONNECTION --yes'),
    request: {
      method: 'PUT',
      path: '/v1/clusters/CLUSTER/client-vpc-connection',
      body: { vpcConnectionArn: 'CONNECTION' },
    },
    doing: 'cut off CONNECTION from NAME',
    right: 'kafka:RejectClientVpcConnection',
    before: [
      line('vpc-connection create NAME --vpc vpc-0a --subnets subnet-0a,subnet-0b --security-groups sg-0a'),
    ],
  },
  {
    args: line('cluster delete NAME --yes'),
    request: { method: 'DELETE', path: '/v1/clusters/CLUSTER', query: { currentVersion: 'VERSION' } },
    doing: 'delete the cluster NAME',
    right: 'kafka:DeleteCluster',
  },
]
