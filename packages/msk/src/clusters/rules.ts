// MSK's own rules, checked before AWS is asked. Each returns what is wrong as a sentence that has the rule, or undefined.
import type { Login } from './login.ts'

export const brokerStorage = { leastGb: 1, mostGb: 16_384 } as const

export function nameRule(name: string, what = 'a cluster'): string | undefined {
  return /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/.test(name)
    ? undefined
    : `the name of ${what} has 1 to 64 letters, digits and hyphens and begins with none of the latter; "${name}" doesn't`
}

/** One subnet a zone, in 2 or 3 zones; express brokers want 3. */
export function subnetsRule(subnets: readonly string[], kind: 'standard' | 'express'): string | undefined {
  if (new Set(subnets).size < subnets.length) {
    return `each zone has one subnet, and a subnet counts once; ${subnets.join(', ')} has one twice`
  }
  if (kind === 'express') {
    return subnets.length === 3
      ? undefined
      : `express brokers run in 3 zones, one subnet each; ${countOf(subnets.length, 'subnet')} given`
  }
  return subnets.length === 2 || subnets.length === 3
    ? undefined
    : `brokers run in 2 or 3 zones, one subnet each; ${countOf(subnets.length, 'subnet')} given`
}

export function subnetIdRule(subnets: readonly string[]): string | undefined {
  const wrong = subnets.filter((id) => !/^subnet-[0-9a-f]+$/.test(id))
  return wrong.length === 0
    ? undefined
    : `a subnet is named by its id, such as subnet-0a1b2c3d; "${wrong.join('", "')}" isn't`
}

export function securityGroupRule(groups: readonly string[]): string | undefined {
  const wrong = groups.filter((id) => !/^sg-[0-9a-f]+$/.test(id))
  return wrong.length === 0
    ? undefined
    : `a security group is named by its id, such as sg-0a1b2c3d; "${wrong.join('", "')}" isn't`
}

export function brokerTypeRule(type: string): string | undefined {
  return /^(kafka|express)\.[a-z0-9]+\.[a-z0-9]+$/.test(type)
    ? undefined
    : `a broker type is kafka.<family>.<size> or express.<family>.<size>, such as kafka.m7g.large; "${type}" isn't`
}

export function kindOf(brokerType: string): 'standard' | 'express' {
  return brokerType.startsWith('express.') ? 'express' : 'standard'
}

export function brokersPerZoneRule(count: number, zones: number): string | undefined {
  return Number.isInteger(count) && count >= 1 && count * zones <= 60
    ? undefined
    : `there are 1 or more brokers a zone, and at most 60 in all (a quota; fewer in some accounts); ${count} a zone in ${zones} zones won't do`
}

export function storageRule(gb: number): string | undefined {
  const { leastGb, mostGb } = brokerStorage
  return Number.isInteger(gb) && gb >= leastGb && gb <= mostGb
    ? undefined
    : `a broker's storage is ${leastGb} to ${mostGb} GB, whole; ${gb} isn't`
}

export function growingRule(fromGb: number, toGb: number): string | undefined {
  return toGb > fromGb
    ? undefined
    : `storage only grows: brokers have ${fromGb} GB each, so ${toGb} GB won't do. Data that is kept shorter (retention.ms) frees space, nothing shrinks the volume`
}

export function autoScalingRule(fromGb: number, toGb: number, percent: number): string | undefined {
  if (storageRule(toGb) !== undefined) return storageRule(toGb)
  if (toGb <= fromGb)
    return `auto-scaling only grows storage: its end, ${toGb} GB, has to be above ${fromGb} GB`
  return percent >= 10 && percent <= 80
    ? undefined
    : `auto-scaling takes 10 to 80 percent of used storage as its mark; ${percent} isn't`
}

const withThroughput = /^kafka\.(m5\.(4|8|12|16|24)xlarge|m7g\.(2|4|8|12|16)xlarge)$/

export function throughputRule(mib: number, brokerType: string): string | undefined {
  if (!withThroughput.test(brokerType)) {
    return `provisioned throughput takes brokers of kafka.m5.4xlarge, kafka.m7g.2xlarge or larger; ${brokerType} can't have it`
  }
  return Number.isInteger(mib) && mib >= 250 && mib <= 2375
    ? undefined
    : `provisioned throughput is 250 to 2375 MiB/s; ${mib} isn't`
}

export function loginRule({
  logins,
  caArns,
  plaintext,
}: {
  readonly logins: readonly Login[]
  readonly caArns: readonly string[]
  readonly plaintext: boolean
}): string | undefined {
  if (logins.length === 0) return 'a cluster needs a login: iam, scram, tls, or none for anybody'
  if (logins.includes('tls') && caArns.length === 0) {
    return 'login by tls needs the authority that signs clients’ certificates: the ARN of a private CA'
  }
  if (caArns.some((arn) => !/^arn:aws[a-z-]*:acm-pca:/.test(arn))) {
    return 'an authority is named by the ARN of a private CA: arn:aws:acm-pca:...:certificate-authority/...'
  }
  if (plaintext && !logins.includes('none')) {
    return 'clients without encryption can’t log in: plaintext needs the login none besides, or take it away'
  }
  return undefined
}

/** What has to be off before brokers get public addresses. */
export function publicRule(logins: readonly Login[], plaintext: boolean): string | undefined {
  if (!logins.includes('none') && !plaintext) return undefined
  return 'a cluster with public addresses lets nobody in without a login and without TLS: take the login none and plaintext away first'
}

export function kmsRule(key: string | undefined): string | undefined {
  return key === undefined || /^arn:aws[a-z-]*:kms:/.test(key)
    ? undefined
    : `the key for data at rest is the ARN of a KMS key (arn:aws:kms:...); "${key}" isn't`
}

function countOf(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`
}
