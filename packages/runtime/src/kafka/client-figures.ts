import { type FigureSink, type GroupSink, type Labels, noFigures } from '../telemetry/figure-sink.ts'

/** What connections count, all of a client's together. */
export class RequestFigures {
  readonly #sink: FigureSink
  #connections = 0
  #inFlight = 0

  constructor(sink: FigureSink) {
    this.#sink = sink
  }

  opened(): void {
    this.#sink.add('connection-creation-total', 1)
    this.#sink.set('connection-count', ++this.#connections)
  }

  /** `unanswered`: so many requests were in flight. */
  closed(unanswered: number): void {
    this.#sink.set('connection-count', --this.#connections)
    this.#waiting(-unanswered)
  }

  sent(bytes: number): void {
    this.#sink.add('request-total', 1)
    this.#sink.add('outgoing-byte-total', bytes)
    this.#waiting(1)
  }

  answered(ms: number, bytes: number): void {
    this.#sink.add('response-total', 1)
    this.#sink.add('incoming-byte-total', bytes)
    this.#sink.measure('request-latency', ms)
    this.#waiting(-1)
  }

  #waiting(more: number): void {
    this.#inFlight += more
    this.#sink.set('requests-in-flight', this.#inFlight)
  }
}

/** The figures of one client, under its id. */
export interface ClientFigures {
  readonly requests: RequestFigures
  /** The client's own, or those of one of its groups: `consumer-coordinator`. */
  of(group: string, labels?: Labels): FigureSink
}

/** `kind` is the group of the client itself. */
export function clientFigures(
  kind: 'producer' | 'consumer' | 'admin-client',
  { sink = noFigures, clientId }: { readonly sink: GroupSink | undefined; readonly clientId: string },
): ClientFigures {
  const sinks = new Map<string, FigureSink>()
  // asked for with every batch
  const of = (group: string, labels: Labels = {}): FigureSink => {
    const key = [group, ...Object.values(labels)].join(' ')
    const known = sinks.get(key) ?? sink.of(group, { clientId, ...labels })
    sinks.set(key, known)
    return known
  }
  return { requests: new RequestFigures(of(kind)), of }
}
