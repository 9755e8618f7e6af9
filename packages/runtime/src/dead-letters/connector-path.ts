import { type Logger, parseConfig, type RecordData } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import { type Converters, openConverters } from '../converters/open-converters.ts'
import { culprit } from '../errors/culprit.ts'
import { messageOf } from '../errors/message-of.ts'
import { firstStep } from '../errors/step.ts'
import { type Converted } from '../source/outgoing.ts'
import { toBytes } from '../source/convert-polled.ts'
import { connectorFields } from '../task/settings.ts'
import type { PluginLookup } from '../task/task.ts'
import { openChain, type TransformChain } from '../transforms/chain.ts'

export interface ConnectorPathOptions {
  /** The connector's. */
  readonly settings: Settings
  /** Where the connector names no converters. */
  readonly worker: Settings
  readonly plugins: PluginLookup
  readonly log: Logger
}

/** A source connector's transforms and converters, without the connector: what turns its records into those of a topic. */
export class ConnectorPath {
  readonly #chain: TransformChain
  readonly #converters: Converters

  /** Throws a ConfigError with all that is wrong. */
  constructor(options: ConnectorPathOptions) {
    const { transforms, predicates } = connectorFields
    const { config } = parseConfig({ transforms, predicates }, options.settings)
    this.#chain = openChain({
      ...options,
      names: config?.transforms ?? [],
      predicateNames: config?.predicates ?? [],
    })
    this.#converters = openConverters(options)
  }

  /** Null: a transform drops it. Rejects with an Error that says who failed. */
  async apply(record: RecordData): Promise<Converted | null> {
    const step = firstStep('TRANSFORMATION')
    try {
      const transformed = this.#chain.empty ? record : this.#chain.apply(record, step)
      return transformed && (await toBytes(this.#converters, { record: transformed, step }))
    } catch (cause) {
      const { by, transform } = culprit({ chain: this.#chain, converters: this.#converters }, step)
      const who = transform === undefined ? by : `${transform}, ${by}`
      throw new Error(`it still fails in ${step.stage} (${who}): ${messageOf(cause)}`, { cause })
    }
  }

  async close(): Promise<void> {
    this.#chain.close()
    await this.#converters.close()
  }
}
