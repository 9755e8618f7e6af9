import { randomUUID } from 'node:crypto'
import {
  CreateTagsCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { configOf } from '@sluice/testkit'
import { pythonUnavailable, sharedServices } from '@sluice/testkit/services'
import { metricsFields } from '../config/fields.ts'
import { ec2Targets } from './ec2.ts'

const unavailable = pythonUnavailable()
const possible = unavailable === undefined ? describe : describe.skip

possible(`targets on EC2 ${unavailable ?? ''}`, () => {
  const role = `web-${randomUUID().slice(0, 8)}`
  const before = { ...process.env }
  let endpoint: string

  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
    endpoint = (await sharedServices().moto()).url
  }, 180_000)
  afterAll(() => {
    process.env = before
  })

  it('are running instances with all the tags, and their tags are labels where that is wanted', async () => {
    const client = new EC2Client({ endpoint, region: 'eu-west-1' })
    const run = await client.send(
      new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 3, MaxCount: 3 }),
    )
    const [first, second, third] = run.Instances!.map(({ InstanceId }) => InstanceId!)
    const tag = (ids: string[], Key: string, Value: string) =>
      client.send(new CreateTagsCommand({ Resources: ids, Tags: [{ Key, Value }] }))
    await tag([first!, second!, third!], 'role', role)
    await tag([first!, third!], 'env', 'test')
    await tag([first!], 'team:name', 'shop')
    await client.send(new TerminateInstancesCommand({ InstanceIds: [third!] }))
    client.destroy()
    const config = configOf(metricsFields, {
      topic: 't',
      'metrics.input': 'scrape',
      'scrape.ec2.tags': `role=${role},env=test`,
      'scrape.ec2.region': 'eu-west-1',
      'scrape.ec2.endpoint': endpoint,
      'scrape.ec2.labels': 'team:name',
    })
    const found = await ec2Targets(config, new AbortController().signal)
    expect(found).toEqual([
      {
        address: `${run.Instances![0]!.PrivateIpAddress}:9100`,
        labels: [
          ['ec2_instance_id', first],
          ['team_name', 'shop'],
        ],
      },
    ])
  }, 60_000)
})
