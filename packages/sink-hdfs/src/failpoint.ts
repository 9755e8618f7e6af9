import { channel } from 'node:diagnostics_channel'

const failpoints = channel('sluice:failpoint')

/** A point at which a test may end the process, to see that nothing is lost or doubled. Costs nothing while nobody listens. */
export function failpoint(name: 'hdfs:after-upload' | 'hdfs:before-rename' | 'hdfs:after-rename'): void {
  if (failpoints.hasSubscribers) failpoints.publish({ name })
}
