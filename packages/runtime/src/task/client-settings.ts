/** The JVM's common client settings: whom to reach and how. A worker's apply to all of its clients. */
const common =
  /^(bootstrap\.servers|client\.(dns\.lookup|rack)|security\.|sasl\.|ssl\.(?!client\.auth)|metadata\.|reconnect\.|retry\.|request\.timeout\.ms|connections\.max\.idle\.ms|socket\.|send\.buffer\.bytes|receive\.buffer\.bytes)/

type Settings = Readonly<Record<string, string>>

/**
 * Settings of one client of a connector: Connect's defaults, the worker's common ones, its prefixed ones, the connector's own.
 * Later ones win.
 */
export function clientSettings(how: {
  readonly role: 'producer' | 'consumer' | 'admin'
  readonly worker: ReadonlyMap<string, string>
  readonly overrides: Settings
  readonly defaults: Settings
}): { readonly connection: Settings; readonly client: Settings } {
  const start = `${how.role}.`
  const entries = [...how.worker]
  const all: Settings = {
    ...how.defaults,
    ...Object.fromEntries(entries.filter(([key]) => common.test(key))),
    ...Object.fromEntries(
      entries
        .filter(([key]) => key.startsWith(start))
        .map(([key, value]) => [key.slice(start.length), value]),
    ),
    ...how.overrides,
  }
  const parts = Object.entries(all)
  return {
    connection: Object.fromEntries(parts.filter(([key]) => common.test(key) || key === 'client.id')),
    client: all,
  }
}

/** Kafka Connect's own defaults where they differ from the clients'. Idempotence stays on, unlike there. */
export const producerDefaults: Settings = {
  acks: 'all',
  'delivery.timeout.ms': '2147483647',
}

export const consumerDefaults: Settings = { 'auto.offset.reset': 'earliest' }
