/** A version of Kafka as MSK lists it: `3.9.x.kraft`, with its status. */
export interface OfferedVersion {
  readonly version: string
  readonly status: string
}

/** What AWS supports longest, then the newest that it offers. Undefined where it offers none. */
export function recommendedVersion(offered: readonly OfferedVersion[]): string | undefined {
  const active = offered.filter(({ status }) => status === 'ACTIVE').map(({ version }) => version)
  return (
    ['3.9.x.kraft', '3.9.x'].find((version) => active.includes(version)) ??
    active.toSorted(compareVersions).at(-1)
  )
}

export function versionRule(version: string, offered: readonly OfferedVersion[]): string | undefined {
  const found = offered.find((one) => one.version === version)
  if (found?.status === 'ACTIVE') return undefined
  const list = offered.filter(({ status }) => status === 'ACTIVE').map((one) => one.version)
  if (found !== undefined)
    return `Kafka ${version} is ${found.status.toLowerCase()} at MSK; it offers ${list.join(', ')}`
  return `MSK doesn't offer Kafka ${version}; it offers ${list.join(', ')}`
}

/** By their numbers; KRaft behind ZooKeeper. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return Number(a.includes('kraft')) - Number(b.includes('kraft'))
}

function numbersOf(version: string): readonly number[] {
  return version.split('.').map(Number).filter(Number.isInteger)
}
