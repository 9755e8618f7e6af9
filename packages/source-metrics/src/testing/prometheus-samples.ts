/** Every sample that a Prometheus has of a series, as `milliseconds value`, in order. */
export async function prometheusSamples(url: string, selector: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ query: `${selector}[1h]` })
  const answer = await fetch(`${url}/api/v1/query?${query.toString()}`)
  const { data } = (await answer.json()) as {
    data: { result: ReadonlyArray<{ values: ReadonlyArray<readonly [number, string]> }> }
  }
  return (data.result[0]?.values ?? []).map(
    ([seconds, value]) => `${Math.round(seconds * 1000)} ${Number(value)}`,
  )
}

/** Plain values of a metric among records in the format native, likewise. */
export function recordSamples(
  records: ReadonlyArray<{ readonly value: string | null }>,
  name: string,
  job: string,
): readonly string[] {
  return records
    .map(({ value }) => (JSON.parse(value!) as { metric: NativeMetric }).metric)
    .filter((metric) => metric.name === name && metric.tags['job'] === job)
    .map((metric) => ({ at: Date.parse(metric.timestamp), value: (metric.counter ?? metric.gauge)?.value }))
    .filter(({ value }) => value !== null)
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, value }) => `${at} ${value}`)
}

export interface NativeMetric {
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly timestamp: string
  readonly kind: string
  readonly counter?: { readonly value: number | null }
  readonly gauge?: { readonly value: number | null }
  readonly aggregated_histogram?: {
    readonly count: number
    readonly sum: number
    readonly buckets: readonly { readonly upper_limit: number; readonly count: number }[]
  }
}
