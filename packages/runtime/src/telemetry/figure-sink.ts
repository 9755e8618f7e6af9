/** Takes figures of one group, by Kafka's names of its attributes (`source-record-poll-total`). Meant for once a batch, never once a record. */
export interface FigureSink {
  /** Counts. A total that ends in `-total` has a rate as well: `record-send-total`, `record-send-rate`. */
  add(attribute: string, n: number): void
  /** A value as it is now; NaN: there is none any more. */
  set(attribute: string, value: number): void
  /** One measurement of what has `<attribute>-avg`, `-max` and `-min`, of the last minute. */
  measure(attribute: string, value: number): void
  /** One measurement of what has `<attribute>-avg-time-ms` and `-max-time-ms`. */
  time(attribute: string, ms: number): void
  /** What is a text in Kafka: it is shown as a label. */
  text(attribute: string, value: string): void
}

export type Labels = Readonly<Record<string, string>>

/** Figures of several groups, each with labels of its own: a client's, say, or a transform's. */
export interface GroupSink {
  /** The same sink for the same group and labels. `group` is the type of Kafka's MBean, less `-metrics`. */
  of(group: string, labels: Labels): FigureSink
}

export const noFigures: FigureSink & GroupSink = {
  add: () => {},
  set: () => {},
  measure: () => {},
  time: () => {},
  text: () => {},
  of: () => noFigures,
}
