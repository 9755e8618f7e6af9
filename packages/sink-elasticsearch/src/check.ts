import type { Issue } from '@sluice/template'
import type { Settings } from './fields.ts'
import { lossText } from './origins.ts'
import { type Profile, topicPlan } from './planner.ts'
import { noKerberos } from './setting-classes.ts'
import { tlsIssues } from './tls.ts'

type Found = Issue<Extract<keyof Settings, string> | `elastic.https.${string}`>

/** What single settings don't show: combinations that are wrong or refused. Every issue, not just the first. */
export function settingIssues(settings: Settings, profile: Profile): readonly Found[] {
  return [
    ...connectionIssues(settings),
    ...securityIssues(settings),
    ...targetIssues(settings),
    ...sharedIssues(settings, profile),
  ]
}

function connectionIssues(settings: Settings): Found[] {
  const issues: Found[] = []
  for (const url of settings.connectionUrl) {
    if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
      issues.push({ field: 'connectionUrl', message: `has "${url}", which is no http:// or https:// URL` })
    }
  }
  if (settings.connectionApiKey && settings.connectionUsername) {
    issues.push({ field: 'connectionApiKey', message: 'excludes connection.username: set one of the two' })
  }
  if ((settings.connectionUsername === undefined) !== (settings.connectionPassword === undefined)) {
    issues.push({
      field: 'connectionUsername',
      message: 'and connection.password go together: set both or neither',
    })
  }
  if (settings.proxyHost === '' && settings.proxyUsername !== '') {
    issues.push({ field: 'proxyUsername', message: 'has no use without proxy.host' })
  }
  return issues
}

function securityIssues(settings: Settings): Found[] {
  const issues: Found[] = []
  for (const field of ['kerberosUserPrincipal', 'kerberosKeytabPath'] as const) {
    if (settings[field] !== undefined) {
      issues.push({ field, message: noKerberos })
    }
  }
  for (const { name, message } of tlsIssues(settings.elasticHttps)) {
    issues.push({ field: `elastic.https.${name}`, message })
  }
  return issues
}

function targetIssues(settings: Settings): Found[] {
  const issues: Found[] = []
  const isDataStream = settings.dataStreamType !== 'none'
  const external = settings.externalResourceUsage
  if (isDataStream && settings.dataStreamDataset === '') {
    issues.push({ field: 'dataStreamDataset', message: 'is required where data.stream.type is set' })
  }
  if ((isDataStream || external.endsWith('DATASTREAM')) && settings.writeMethod === 'UPSERT') {
    issues.push({
      field: 'writeMethod',
      message: 'must be INSERT for data streams, which take new documents only',
    })
  }
  if (isDataStream && external !== 'DISABLED') {
    issues.push({ field: 'externalResourceUsage', message: 'excludes data.stream.type: set one of the two' })
  }
  const mapped = settings.topicToExternalResourceMapping.size
  if ((external === 'DISABLED') !== (mapped === 0)) {
    issues.push({
      field: 'topicToExternalResourceMapping',
      message: 'and external.resource.usage go together: set both or neither',
    })
  }
  if (mapped > settings.maxExternalResourceMappings) {
    issues.push({
      field: 'topicToExternalResourceMapping',
      message: `has ${mapped} topics, more than max.external.resource.mappings (${settings.maxExternalResourceMappings})`,
    })
  }
  return issues
}

/** Topics that are mapped to one resource, where documents of the same key would be lost by that. */
function sharedIssues(settings: Settings, profile: Profile): Found[] {
  const topics = Map.groupBy(settings.topicToExternalResourceMapping.keys(), (topic) =>
    settings.topicToExternalResourceMapping.get(topic),
  )
  return [...topics].flatMap(([resource, all]): Found[] => {
    const competing = all.filter((topic) => topicPlan(topic, settings, profile).loss !== undefined)
    const { loss } = topicPlan(competing[0] ?? '', settings, profile)
    if (competing.length < 2 || loss === undefined) return []
    const message = `maps ${competing.join(' and ')} to ${resource}, with their keys as ids. ${lossText[loss]}`
    return [{ field: 'topicToExternalResourceMapping', message }]
  })
}
