import { fileProblems, type HdfsFile, indexProblems, type TopicRecord, topicProblems } from './history.ts'

function record(offset: number, id: number, version: number | null): TopicRecord {
  const value = version === null ? null : JSON.stringify({ id, version, body: `v${version}` })
  return { partition: 0, offset: BigInt(offset), key: JSON.stringify({ id }), value }
}

function file(start: number, end: number, lines: readonly string[]): HdfsFile {
  return { path: `f+0+${start}+${end}`, partition: 0, start: BigInt(start), end: BigInt(end), lines }
}

const topic = [
  record(0, 1, 1),
  record(1, 2, 1),
  record(2, 1, 2),
  record(3, 1, 2),
  record(4, 3, 1),
  record(5, 3, null),
]
const lines = topic.map(({ value }) => value ?? 'null')

describe('the rules between the systems', () => {
  it('accept what at-least-once allows', () => {
    expect(
      topicProblems(topic, [
        { id: '1', version: 2, body: 'v2' },
        { id: '2', version: 1, body: 'v1' },
      ]),
    ).toEqual([])
    expect(
      indexProblems(topic, [
        { id: '1', version: 3n, content: { version: 2, id: 1, body: 'v2' } },
        { id: '2', version: 1n, content: { id: 2, version: 1, body: 'v1' } },
      ]),
    ).toEqual([])
    expect(fileProblems(topic, [file(2, 5, lines.slice(2)), file(0, 1, lines.slice(0, 2))])).toEqual([])
  })

  it('see a lost row, a lost update and a version that goes back', () => {
    expect(topicProblems(topic, [{ id: '9', version: 1, body: 'v1' }])).toEqual(['row 9 is not in the topic'])
    expect(topicProblems(topic, [{ id: '2', version: 2, body: 'v2' }])).toHaveLength(1)
    expect(topicProblems([...topic, record(6, 1, 1)], [])).toHaveLength(1)
    expect(topicProblems(topic, [{ id: '2', version: 1, body: 'v1 of another' }])).toHaveLength(1)
  })

  it('see a stale, missing, surplus or undead document', () => {
    const right = { id: '1', version: 3n, content: { id: 1, version: 2, body: 'v2' } }
    const two = { id: '2', version: 1n, content: { id: 2, version: 1, body: 'v1' } }
    expect(indexProblems(topic, [{ ...right, version: 2n }, two])).toHaveLength(1)
    expect(
      indexProblems(topic, [{ ...right, content: { id: 1, version: 1, body: 'v1' } }, two]),
    ).toHaveLength(1)
    expect(indexProblems(topic, [two])).toHaveLength(1)
    expect(indexProblems(topic, [right, two, { id: '3', version: 4n, content: {} }])).toHaveLength(1)
    expect(indexProblems(topic, [right, two, { id: '8', version: 4n, content: {} }])).toHaveLength(1)
  })

  it('see a gap, an overlap, a short file and lines out of order', () => {
    expect(fileProblems(topic, [file(0, 1, lines.slice(0, 2)), file(3, 5, lines.slice(3))])).not.toEqual([])
    expect(fileProblems(topic, [file(0, 2, lines.slice(0, 3)), file(2, 5, lines.slice(2))])).not.toEqual([])
    expect(fileProblems(topic, [file(0, 5, lines.slice(0, 5))])).not.toEqual([])
    expect(fileProblems(topic, [file(0, 5, [lines[1]!, lines[0]!, ...lines.slice(2)])])).not.toEqual([])
  })
})
