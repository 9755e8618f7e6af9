/** Where a topic's documents go. */
export interface TargetSettings {
  readonly dataStreamType: string
  readonly dataStreamDataset: string
  readonly dataStreamNamespace: string
  readonly topicToExternalResourceMapping: ReadonlyMap<string, string>
}

/** The resource that a topic is written to: the one it is mapped to, its data stream, or the index of its name. */
export function resourceOf(topic: string, settings: TargetSettings): string {
  const external = settings.topicToExternalResourceMapping.get(topic)
  if (external !== undefined) return external
  if (settings.dataStreamType === 'none') return indexName(topic)
  const namespace = settings.dataStreamNamespace.replaceAll('${topic}', topic.toLowerCase())
  return `${settings.dataStreamType}-${settings.dataStreamDataset}-${namespace}`
}

/** A topic as a name that Elasticsearch accepts for an index: lower case, at most 255 characters, no leading `-` or `_`. */
export function indexName(topic: string): string {
  const name = topic.toLowerCase().slice(0, 255)
  if (name === '.') return 'dot'
  if (name === '..') return 'dotdot'
  return name.startsWith('-') || name.startsWith('_') ? name.slice(1) : name
}
