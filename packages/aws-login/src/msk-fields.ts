import { type ConfigOf, oneOf, string } from '@sluice/template'

/** The settings of a worker (or of any client) that Amazon MSK is found and logged in by. */
export const mskFields = {
  mskClusterArn: string({
    doc: 'Finds the brokers of this cluster of Amazon MSK, by asking AWS (GetBootstrapBrokers); no bootstrap.servers are needed then.',
    importance: 'HIGH',
    optional: true,
  }),
  mskClusterName: string({
    doc: 'Finds the cluster by its name in msk.region, where the ARN is not at hand (ListClustersV2, DescribeClusterV2).',
    importance: 'HIGH',
    optional: true,
  }),
  mskRegion: string({
    doc: "Asks and signs for this region; absent: that of the ARN, of the brokers' names, or of the environment (AWS_REGION, the profile).",
    optional: true,
  }),
  mskAuth: oneOf(['auto', 'iam', 'scram', 'tls', 'none'], {
    doc: "Logs in by IAM, by a user's name and password (SCRAM), by a certificate or by TLS alone (tls), or not at all (none); auto: as the other settings say, else by the first of these that the cluster offers.",
    importance: 'HIGH',
    default: 'auto',
  }),
  mskNetwork: oneOf(['private', 'public', 'vpc'], {
    doc: "Takes the addresses inside the cluster's VPC, those of public access, or those of a multi-VPC connection.",
    default: 'private',
  }),
  mskScramSecretArn: string({
    doc: 'Takes user name and password for SCRAM from this secret of Secrets Manager, one that is associated with the cluster.',
    optional: true,
  }),
  mskProfile: string({
    doc: 'Takes credentials from this profile of the files in ~/.aws; absent: the default chain (environment, profile, web identity, container, instance).',
    optional: true,
  }),
  mskRoleArn: string({
    doc: 'Assumes this role, with the credentials that there are otherwise, and goes on as it.',
    optional: true,
  }),
  mskRoleSessionName: string({
    doc: "Names the role's session. It is a part of the principal, so that it has to stay the same while a worker runs.",
    default: 'sluice',
  }),
  mskRoleExternalId: string({
    doc: 'Gives this external id when it assumes the role.',
    optional: true,
  }),
  mskStsRegion: string({
    doc: 'Asks STS of this region for the role; absent: msk.region.',
    optional: true,
  }),
  mskStsEndpoint: string({
    doc: 'Asks STS at this URL: a VPC endpoint, or an emulator.',
    optional: true,
  }),
  mskEndpoint: string({
    doc: "Asks MSK's API at this URL: a VPC endpoint, or an emulator.",
    optional: true,
  }),
} as const

export type MskConfig = ConfigOf<typeof mskFields>
