export { type ClusterArn, isArn, parseClusterArn } from './api/arn.ts'
export { Aws, type AwsKeys, type AwsOptions } from './api/aws.ts'
export { MskError, type MskErrorKind, MskRuleError } from './api/msk-error.ts'
export { type Applied, type ApplyHow, applyChanges, applyCreate } from './clusters/apply.ts'
export { describeCluster, findCluster, listClusters } from './clusters/find-cluster.ts'
export { type Login, logins, loginsOf } from './clusters/login.ts'
export {
  type BootstrapAddress,
  bootstrapAddresses,
  listNodes,
  listOperations,
  offeredVersions,
  upgradesOf,
} from './clusters/look.ts'
export {
  type Exporter,
  exporters,
  exportersOf,
  type LogTargets,
  logTargetsOf,
  logTargetsText,
  type MonitoringLevel,
  monitoringLevels,
} from './clusters/monitoring.ts'
export type { ClusterChanges } from './clusters/cluster-state.ts'
export type { NewCluster } from './clusters/new-cluster.ts'
export {
  type NewServerlessCluster,
  checkNewCluster,
  planCreate,
  planServerless,
} from './clusters/plan-create.ts'
export { planDelete, planReboot } from './clusters/plan-delete.ts'
export { planUpdate } from './clusters/plan-update.ts'
export type { OfferedVersion } from './clusters/versions.ts'
export {
  describeOperation,
  type Progress,
  stepsOf,
  type WaitHow,
  waitUntilActive,
  waitUntilGone,
} from './clusters/wait.ts'
export { createNetwork, type Tell } from './network/create-network.ts'
export { deleteNetwork, networkParts } from './network/delete-network.ts'
export {
  type FoundNetwork,
  findNetwork,
  lookForNetwork,
  type Network,
  networkTag,
  regionZones,
} from './network/find-network.ts'
export { type NetworkPlan, type NewNetwork, type OpenPort, planNetwork } from './network/plan-network.ts'
export { type Change, isDangerous, type Plan, planText, type Step } from './plan.ts'
export type { Pipeline, Settings } from './policy/needs.ts'
export {
  type IamPolicy,
  type IamStatement,
  type WorkerPolicy,
  workerPolicy,
  type WorkerPolicyOptions,
} from './policy/worker-policy.ts'
export { deleteClusterPolicy, getClusterPolicy, putClusterPolicy } from './resources/cluster-policy.ts'
export {
  createConfiguration,
  deleteConfiguration,
  findConfiguration,
  listConfigurations,
  listRevisions,
  type NewConfiguration,
  type RevisionOf,
  revisionText,
  updateConfiguration,
} from './resources/configurations.ts'
export {
  createReplicator,
  deleteReplicator,
  describeReplicator,
  listReplicators,
  type NewReplicator,
  type ReplicatorChanges,
  type ReplicatorEnd,
  updateReplicator,
} from './resources/replicators.ts'
export { addSecrets, listSecrets, removeSecrets } from './resources/secrets.ts'
export { listTags, removeTags, setTags, type Tags } from './resources/tags.ts'
export {
  createTopic,
  deleteTopic,
  describeTopic,
  listTopics,
  type NewTopic,
  type TopicChanges,
  type TopicDetails,
  topicPartitions,
  updateTopic,
} from './resources/topics.ts'
export {
  createVpcConnection,
  deleteVpcConnection,
  describeVpcConnection,
  listClientVpcConnections,
  listVpcConnections,
  type NewVpcConnection,
  rejectClientVpcConnection,
} from './resources/vpc-connections.ts'
