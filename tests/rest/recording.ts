import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { parseJson, stringifyJson } from '@sluice/template'
import type { Answer, Step } from './step.ts'

const file = fileURLToPath(new URL('recorded.jsonl', import.meta.url))

/** Validations answer with all settings, nearly alike each time: only what differs from these two is written down. */
const bases: Readonly<Record<string, string>> = {
  'org.apache.kafka.connect.file.FileStreamSourceConnector': 'validate/source',
  'org.apache.kafka.connect.file.FileStreamSinkConnector': 'validate/sink',
}

interface ConfigInfos {
  readonly name: string
  readonly configs: readonly { readonly definition: { readonly name: string } }[]
}

/** `like`: the answer that has the settings which are not listed; `without`: those it has and this one has not. */
interface Compacted {
  readonly like: string
  readonly without: readonly string[]
}

type Line = { readonly id: string; readonly request: string; readonly case: string } & Answer

/** What the JVM's worker answered, by the steps' ids. Throws where a step was changed since. */
export async function readRecording(steps: readonly Step[]): Promise<ReadonlyMap<string, Answer>> {
  const text = await readFile(file, 'utf8')
  const lines = new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line) => [idOf(line), parseJson(line) as unknown as Line]),
  )
  const stale = steps.filter((step) => lines.get(step.id)?.case !== hashOf(step)).map(({ id }) => id)
  if (stale.length > 0 || lines.size !== steps.length) {
    throw new Error(
      `The recording is of other requests than ${stale.join(', ')}: run npx -y pnpm@12 golden:rest`,
    )
  }
  return new Map([...lines].map(([id, line]) => [id, expanded(line, lines)]))
}

export async function writeRecording(
  steps: readonly Step[],
  answers: ReadonlyMap<string, Answer>,
): Promise<void> {
  const lines = steps.map((step) => {
    const { status, headers, ...rest } = answers.get(step.id)!
    const body = 'body' in rest ? { body: compacted(step.id, rest.body, answers) } : {}
    const request = `${step.method} ${step.path}`
    return stringifyJson({ id: step.id, request, case: hashOf(step), status, headers, ...body })
  })
  await writeFile(file, `${lines.join('\n')}\n`)
}

function idOf(line: string): string {
  return (parseJson(line) as unknown as Line).id
}

function hashOf({ method, path, body, text, headers }: Step): string {
  const sent = JSON.stringify([method, path, body, text, headers])
  return createHash('sha256').update(sent).digest('hex').slice(0, 12)
}

function compacted(id: string, body: unknown, answers: ReadonlyMap<string, Answer>): unknown {
  if (!isConfigInfos(body)) return body
  const like = bases[body.name]
  if (like === undefined || like === id) return body
  const base = byName(answers.get(like)!.body as ConfigInfos)
  const own = byName(body)
  const configs = body.configs.filter((one) => !isDeepStrictEqual(base.get(one.definition.name), one))
  return { like, without: [...base.keys()].filter((name) => !own.has(name)), ...body, configs }
}

function expanded({ status, headers, ...line }: Line, lines: ReadonlyMap<string, Line>): Answer {
  if (!('body' in line)) return { status, headers }
  if (!isConfigInfos(line.body) || !('like' in line.body)) return { status, headers, body: line.body }
  const { like, without, configs, ...rest } = line.body as unknown as ConfigInfos & Compacted
  const all = byName(lines.get(like)!.body as ConfigInfos)
  for (const name of without) all.delete(name)
  for (const one of configs) all.set(one.definition.name, one)
  return { status, headers, body: { ...rest, configs: [...all.values()] } }
}

function byName({ configs }: ConfigInfos): Map<string, ConfigInfos['configs'][number]> {
  return new Map(configs.map((one) => [one.definition.name, one]))
}

function isConfigInfos(body: unknown): body is ConfigInfos {
  return typeof body === 'object' && body !== null && 'configs' in body && 'error_count' in body
}
