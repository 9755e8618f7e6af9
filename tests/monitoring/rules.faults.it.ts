import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { prometheusUnavailable, promtool } from '@sluice/testkit/services'
import {
  clientAttributes,
  connectAttributes,
  metricName,
} from '../../packages/runtime/src/telemetry/attributes.ts'
import { dashboardQueries } from './dashboard-queries.ts'

const folder = fileURLToPath(new URL('../../monitoring/prometheus', import.meta.url))
const unavailable = prometheusUnavailable()
const possible = unavailable === undefined ? it : it.skip

describe('what monitoring/ has for Prometheus', () => {
  possible(
    `is valid ${unavailable ?? ''}`,
    async () => {
      expect(await promtool(['check', 'rules', 'alerts.yml'], folder)).toContain('SUCCESS')
      expect(await promtool(['check', 'config', '--syntax-only', 'scrape.yml'], folder)).toContain('SUCCESS')
    },
    180_000,
  )

  possible(
    `alerts when it is to, and only then ${unavailable ?? ''}`,
    async () => {
      expect(await promtool(['test', 'rules', 'alerts.test.yml'], folder)).toContain('SUCCESS')
    },
    180_000,
  )

  it('asks for figures that workers have', () => {
    const known = new Set([...connectAttributes, ...clientAttributes].map(metricName))
    const texts = [
      readFileSync(`${folder}/alerts.yml`, 'utf8').replaceAll(/(summary|runbook): .*/g, ''),
      ...dashboardQueries(),
    ]
    const asked = new Set(
      texts.flatMap((text) => [...text.matchAll(/\bkafka_[a-z_]+\b/g)].map(([name]) => name)),
    )
    // its name is that of the state of tasks in JMX exporter's rules
    asked.delete('kafka_connect_connector_status')
    expect(asked.size).toBeGreaterThan(15)
    expect([...asked].filter((name) => !known.has(name))).toEqual([])
  })

  it('says of every alert what it means and what to do', () => {
    const rules = readFileSync(`${folder}/alerts.yml`, 'utf8').split('- alert: ').slice(1)
    expect(rules.length).toBeGreaterThanOrEqual(10)
    for (const rule of rules) {
      expect(rule).toMatch(/summary: \S/)
      expect(rule).toMatch(/runbook: \S/)
    }
  })
})
