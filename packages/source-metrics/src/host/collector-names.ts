export const collectorNames = [
  'cpu',
  'load',
  'memory',
  'disk',
  'filesystem',
  'network',
  'processes',
  'uptime',
] as const
export type CollectorName = (typeof collectorNames)[number]
