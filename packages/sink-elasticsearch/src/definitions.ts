import { type Call, defineSink } from '@sluice/template'
import { settingIssues } from './check.ts'
import { connectionIssues } from './check-connection.ts'
import { type Settings, settingsWith } from './fields.ts'
import type { Profile } from './planner.ts'
import { openTask } from './task.ts'

const version = '0.1.0'

/** Finds everything wrong with the settings; the server is asked only where they are right. */
function checkFor(profile: Profile) {
  return async (settings: Settings, call: Call) => {
    const issues = settingIssues(settings, profile)
    return issues.length > 0 ? issues : connectionIssues(settings, call.signal)
  }
}

const ours: Profile = { oneFieldKeys: true, dataStreamIdsByPosition: true }

/** Writes topics into Elasticsearch 8 and 9: indices by key and version, data streams, upserts. */
export const elasticsearchSink = defineSink({
  name: 'elasticsearch',
  version,
  doc: 'Writes the records of topics into Elasticsearch 8 or 9: each key is a document, its latest record wins, a null value deletes it.',
  config: settingsWith({ behaviorOnNullValues: 'delete' }),
  check: checkFor(ours),
  open: (context) => openTask(context, ours),
})

const jvm: Profile = { oneFieldKeys: false, dataStreamIdsByPosition: false }

/** The same under the JVM connector's class name, with its defaults where they change what is delivered. */
export const elasticsearchSinkConnector = defineSink({
  name: 'io.confluent.connect.elasticsearch.ElasticsearchSinkConnector',
  aliases: ['ElasticsearchSinkConnector', 'ElasticsearchSink'],
  version,
  doc: 'Writes the records of topics into Elasticsearch 8 or 9, with the settings and defaults of Confluent’s connector.',
  config: settingsWith({ behaviorOnNullValues: 'fail' }),
  check: checkFor(jvm),
  open: (context) => openTask(context, jvm),
})
