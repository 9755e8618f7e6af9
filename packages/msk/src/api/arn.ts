/** The parts of an ARN of MSK: `arn:aws:kafka:eu-central-1:123456789012:cluster/shop/4c0f...-5`. */
export interface ClusterArn {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly name: string
  readonly uuid: string
}

const pattern = /^arn:(aws[a-z-]*):kafka:([a-z0-9-]+):(\d{12}):cluster\/([^/]+)\/([^/]+)$/

export function isArn(text: string): boolean {
  return text.startsWith('arn:')
}

/** Throws an Error that shows how one looks. */
export function parseClusterArn(arn: string): ClusterArn {
  const match = pattern.exec(arn)
  if (match === null) {
    throw new Error(
      `"${arn}" is no ARN of a cluster, which looks like arn:aws:kafka:eu-central-1:123456789012:cluster/NAME/UUID`,
    )
  }
  const [partition, region, account, name, uuid] = match.slice(1) as [string, string, string, string, string]
  return { partition, region, account, name, uuid }
}
