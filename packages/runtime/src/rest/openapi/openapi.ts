import { type Operation, paths } from './paths.ts'
import { ref, type Schema, schemas } from './schemas.ts'

export interface OpenApi {
  readonly openapi: string
  readonly info: object
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly securitySchemes: object
  }
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly security: readonly object[]
  readonly parameters?: readonly object[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, OpenApiResponse>>
}

export interface OpenApiResponse {
  readonly description: string
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>
}

/** What this REST API answers, for clients and people (OpenAPI 3.1). */
export function openApi(version: string): OpenApi {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      summary: "Kafka Connect's REST API, as a worker of Sluice has it",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, operations]) => [
        path,
        Object.fromEntries(
          Object.entries(operations).map(([method, operation]) => [method, described(path, operation)]),
        ),
      ]),
    ),
    components: {
      schemas,
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'Where the worker asks for a login.' },
      },
    },
  }
}

function described(path: string, operation: Operation): OpenApiOperation {
  const { id, summary, tag, query = [], body, answers, media } = operation
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
      name,
      in: 'path',
      required: true,
      schema: name === 'task' ? { type: 'integer', minimum: 0 } : { type: 'string' },
    })),
    ...query.map((one) => ({ ...one, in: 'query', required: false })),
  ]
  return {
    operationId: id,
    summary,
    tags: [tag],
    security: [{}, { basic: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: content(body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, schema]) => [
          status,
          { description: descriptions[status] ?? status, ...(schema && { content: content(schema, media) }) },
        ]),
      ),
      default: { description: 'Why not', content: content(ref('Error')) },
    },
  }
}

const descriptions: Readonly<Record<string, string>> = {
  '200': 'Done',
  '201': 'Created',
  '202': 'Accepted: it is going to be done',
  '204': 'Done, nothing to say',
  '500': 'Something is wrong with the worker',
  '503': 'Not yet',
}

function content(schema: Schema, media = 'application/json'): OpenApiResponse['content'] & object {
  return { [media]: { schema } }
}
