import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { openApi, type OpenApiOperation } from '../openapi/openapi.ts'

export interface CheckedAnswer {
  readonly status: number
  readonly contentType: string | undefined
  readonly text: string
}

const document = openApi('1.0.0')
const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema(document, 'openapi')
const compiled = new Map<string, ValidateFunction>()

/** The operation that a request is for; undefined: none of the document. */
export function operationOf(method: string, url: string): OpenApiOperation | undefined {
  const [path = ''] = url.split('?', 1)
  const found = Object.entries(document.paths).find(([template]) => pattern(template).test(path))
  return found?.[1][method.toLowerCase()]
}

/** Throws where an answer isn't what the document says of it. What it says nothing of is a failure with the body of one. */
export function checkAnswer(method: string, url: string, answer: CheckedAnswer): void {
  // which methods there are at a path is no operation of its own
  if (method === 'OPTIONS' && answer.status < 300) return
  const response = operationOf(method, url)?.responses[answer.status]
  if (response === undefined && answer.status < 400) {
    throw new Error(`The document has no answer ${answer.status} to ${method} ${url}.`)
  }
  const [[media, { schema }] = ['application/json', { schema: failure }]] =
    response === undefined ? [] : Object.entries(response.content ?? { none: { schema: {} } })
  if (media === 'none') {
    if (answer.text !== '') throw new Error(`${method} ${url} is answered with a body: ${answer.text}`)
    return
  }
  if (answer.contentType?.startsWith(media) !== true) {
    throw new Error(`${method} ${url} is answered with ${answer.contentType}, not ${media}.`)
  }
  if (media !== 'application/json') return
  const validate = validator(schema)
  if (validate(JSON.parse(answer.text))) return
  throw new Error(
    `The answer ${answer.status} to ${method} ${url} is not as the document has it: ${ajv.errorsText(validate.errors)}\n${answer.text}`,
  )
}

const failure = { $ref: '#/components/schemas/Error' }

function validator(schema: object): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/')
  const known = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object)
  compiled.set(text, known)
  return known
}

function pattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`)
}
