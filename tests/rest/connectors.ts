type Settings = Readonly<Record<string, string>>

export const sourceClass = 'org.apache.kafka.connect.file.FileStreamSourceConnector'
export const sinkClass = 'org.apache.kafka.connect.file.FileStreamSinkConnector'

/** The topics, and the file, are there before the first request. */
export const topic = 'rest-lines'
export const passingTopic = 'rest-passing'
export const lines = ['first', 'second', 'third'] as const

export const source: Settings = {
  'connector.class': sourceClass,
  'tasks.max': '1',
  file: '{folder}/in.txt',
  topic,
}

export const sink: Settings = {
  'connector.class': sinkClass,
  'tasks.max': '1',
  file: '{folder}/out.txt',
  topics: topic,
}

/** For connectors that come and go: what they write is no matter. */
export const passing: Settings = { ...source, topic: passingTopic }

/** Its task can't open what it is to write to. */
export const failing: Settings = { ...sink, file: '{folder}/missing/out.txt' }
