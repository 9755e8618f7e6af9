export interface ClusterArn {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly name: string
}

const arn = /^arn:(aws[\w-]*):kafka:([a-z0-9-]+):(\d{12}):cluster\/([^/]+)\/[\w-]+$/

/** The parts of a cluster's ARN; undefined where the text is none. */
export function parseClusterArn(text: string): ClusterArn | undefined {
  const [, partition, region, account, name] = arn.exec(text) ?? []
  if (partition === undefined || region === undefined || account === undefined || name === undefined)
    return undefined
  return { partition, region, account, name }
}

/** Of a broker's name, such as `b-1.shop.x1y2z3.c2.kafka.eu-west-1.amazonaws.com`; undefined where it has none. */
export function regionOfBroker(address: string): string | undefined {
  return /\.kafka(?:-serverless)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?(?::\d+)?$/.exec(address.trim())?.[1]
}
