import type { MetricsConfig } from '../config/fields.ts'
import type { Format } from './format.ts'
import { influxFormat } from './influx.ts'
import { nativeFormat } from './native.ts'
import { otlpFormat } from './otlp.ts'
import { type RecordMaker, recordMaker } from './record-maker.ts'

/** Makes records as the configuration wants them. */
export function recordMakerFor(config: MetricsConfig): RecordMaker {
  return recordMaker({
    topic: config.topic,
    format: formatFor(config),
    by: config.metricsRecord,
    staleness: config.metricsStaleness,
    nonFinite: config.metricsNonFinite,
  })
}

function formatFor({ metricsFormat, metricsNonFinite }: MetricsConfig): Format {
  switch (metricsFormat) {
    case 'otlp':
      return otlpFormat
    case 'influx':
      return influxFormat
    case 'native':
      return nativeFormat(metricsNonFinite)
  }
}
