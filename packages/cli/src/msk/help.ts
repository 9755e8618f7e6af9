export const overview = `
Works with any login that the aws command has: AWS_ACCESS_KEY_ID, --profile, a role, a container's or machine's own. What changes something takes --dry-run, and
asks before what is dangerous (--yes doesn't). Clusters are named by name or ARN.

From an empty account to a topic:
  $ sluice msk network create shop                                  a VPC with a subnet in each of 3 zones; a minute
  $ sluice msk cluster create shop --network shop --dry-run         what would be made, how long, what it costs
  $ sluice msk cluster create shop --network shop --wait            15 to 40 minutes
  $ sluice msk cluster bootstrap shop
  $ sluice msk policy --cluster shop worker.properties orders.json  what the worker's role has to be allowed
  $ sluice standalone worker.properties orders.json

Ends with 0 when it is done; 1 when AWS refused or can't be reached; 2 when the command line can't be used or breaks a rule of MSK (nothing was
sent then); 3 when an operation has FAILED, or a cluster that is shown isn't ACTIVE.`

export const examples = {
  create: `
Examples:
  $ sluice msk cluster create shop --network shop --dry-run
  $ sluice msk cluster create shop --network shop --storage 500 --storage-max 2000 --wait
  $ sluice msk cluster create try --network try --broker-type kafka.t3.small --storage 10
  $ sluice msk cluster create shop --network shop --broker-type express.m7g.large --login iam,scram
  $ sluice msk cluster create shop --subnets subnet-0a,subnet-0b,subnet-0c --security-groups sg-0a --serverless`,
  update: `
Examples:
  $ sluice msk cluster update shop --storage 500 --dry-run
  $ sluice msk cluster update shop --brokers-per-zone 2 --wait
  $ sluice msk cluster update shop --kafka-version 3.9.x.kraft --wait --yes
  $ sluice msk cluster update shop --login iam,scram
  $ sluice msk cluster update shop --prometheus jmx,node --log-cloudwatch shop-brokers

A cluster takes one change at a time. Several are done one after the other, those first that harm least; what is so already is left out.`,
  network: `
Examples:
  $ sluice msk network create shop --dry-run
  $ sluice msk network create shop
  $ sluice msk network create try --zones 2 --cidr 10.8.0.0/20
  $ sluice msk network create shop --zones eu-central-1a,eu-central-1b,eu-central-1c --subnets 10.0.0.0/24,10.0.1.0/24,10.0.2.0/24
  $ sluice msk network create shop --public --from 198.51.100.0/24 --login iam,scram --prometheus jmx,node

A second call makes what is missing and leaves the rest: all that belongs to a network has the tag sluice:network with its name.`,
  policy: `
Examples:
  $ sluice msk policy --cluster shop worker.properties orders.json to-search.json > policy.json
  $ sluice msk policy --cluster arn:aws:kafka:eu-central-1:111122223333:cluster/shop/4c0f-5 worker.properties --reasons
  $ aws iam put-role-policy --role-name worker --policy-name kafka --policy-document file://policy.json

The policy goes to the standard output. Which setting needs which line goes beside it, or alone with --reasons.`,
} as const
