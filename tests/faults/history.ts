/** What the four systems say after the faults, and the rules that must hold between them. Pure: from what was read to what is wrong. */

export interface TopicRecord {
  readonly partition: number
  readonly offset: bigint
  /** The key as text, null where there is none. */
  readonly key: string | null
  /** The value as text, null for a tombstone. */
  readonly value: string | null
}

export interface IndexedDocument {
  readonly id: string
  readonly version: bigint
  readonly content: unknown
}

export interface HdfsFile {
  readonly path: string
  readonly partition: number
  readonly start: bigint
  readonly end: bigint
  readonly lines: readonly string[]
}

/** A row as the table holds it at the end. */
export interface FinalRow {
  readonly id: string
  readonly version: number
  readonly body: string
}

interface RowValue {
  readonly id: number | string
  readonly version: number
  readonly body: string
}

/** Every row at least once, its last version last for its key, no version before an older one. */
export function topicProblems(topic: readonly TopicRecord[], rows: readonly FinalRow[]): string[] {
  const lastRow = new Map<string, RowValue>()
  const problems: string[] = []
  for (const { partition, offset, key, value } of topic) {
    if (value === null) continue
    const row = JSON.parse(value) as RowValue
    const id = String(row.id)
    const before = lastRow.get(id)?.version ?? 0
    if (row.version < before) {
      problems.push(
        `row ${id}: version ${row.version} at ${partition}@${offset} comes after version ${before}`,
      )
    }
    if (key === null) problems.push(`row ${id} at ${partition}@${offset} has no key`)
    lastRow.set(id, row)
  }
  for (const { id, version, body } of rows) {
    const last = lastRow.get(id)
    if (last === undefined) problems.push(`row ${id} is not in the topic`)
    else if (last.version !== version)
      problems.push(`row ${id}: version ${last.version} is last in the topic, ${version} in the table`)
    else if (last.body !== body)
      problems.push(`row ${id} is "${last.body}" in the topic, "${body}" in the table`)
  }
  return problems
}

/** The index is the fold of the topic: for each key its last value, at the version of its offset; nothing where that is a tombstone. */
export function indexProblems(
  topic: readonly TopicRecord[],
  documents: readonly IndexedDocument[],
): string[] {
  const fold = new Map<string, TopicRecord>()
  for (const record of topic) if (record.key !== null) fold.set(documentId(record.key), record)
  const found = new Map(documents.map((document) => [document.id, document]))
  const problems = documents.flatMap(({ id }) =>
    fold.has(id) ? [] : [`document ${id} has no record in the topic`],
  )
  for (const [id, record] of fold) problems.push(...documentProblems(id, record, found.get(id)))
  return problems
}

function documentProblems(id: string, last: TopicRecord, document: IndexedDocument | undefined): string[] {
  if (last.value === null) return document === undefined ? [] : [`document ${id} outlived its tombstone`]
  if (document === undefined)
    return [`document ${id} is missing; its last record is ${last.partition}@${last.offset}`]
  const problems: string[] = []
  if (document.version !== last.offset) {
    problems.push(`document ${id} has version ${document.version}, its last record offset ${last.offset}`)
  }
  if (canonical(document.content) !== canonical(JSON.parse(last.value))) {
    problems.push(`document ${id} differs from the last record of its key`)
  }
  return problems
}

/** Per partition: ranges are disjoint and without gaps, lines per file fit its range, and the concatenation is the topic in order. */
export function fileProblems(topic: readonly TopicRecord[], files: readonly HdfsFile[]): string[] {
  const problems: string[] = []
  for (const partition of new Set(topic.map((record) => record.partition))) {
    const records = topic.filter((record) => record.partition === partition)
    const own = files
      .filter((file) => file.partition === partition)
      .toSorted((a, b) => (a.start < b.start ? -1 : 1))
    let next = records[0]?.offset ?? 0n
    const lines: string[] = []
    for (const { path, start, end, lines: content } of own) {
      if (start < next) problems.push(`${path} begins before ${next}, where the file before it ended`)
      if (start > next) problems.push(`${path} leaves out offsets ${next} to ${start - 1n}`)
      if (BigInt(content.length) !== end - start + 1n) {
        problems.push(`${path} has ${content.length} lines for a range of ${end - start + 1n}`)
      }
      next = end + 1n
      lines.push(...content)
    }
    problems.push(...lineProblems(partition, records, lines))
  }
  return problems
}

function lineProblems(
  partition: number,
  records: readonly TopicRecord[],
  lines: readonly string[],
): string[] {
  if (lines.length !== records.length) {
    return [`partition ${partition}: ${lines.length} lines in HDFS, ${records.length} records in the topic`]
  }
  const wrong = records.findIndex(
    (record, index) => canonicalText(lines[index]!) !== canonicalText(record.value ?? 'null'),
  )
  return wrong < 0
    ? []
    : [`partition ${partition}: line ${wrong} is not the record at ${records[wrong]!.offset}`]
}

/** `{"id":7}` and `7` name the same document. */
export function documentId(key: string): string {
  const parsed: unknown = JSON.parse(key)
  if (typeof parsed !== 'object' || parsed === null) return String(parsed)
  const values = Object.values(parsed)
  return values.length === 1 ? String(values[0]) : key
}

function canonicalText(json: string): string {
  return canonical(JSON.parse(json))
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
