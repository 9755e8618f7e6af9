import { type OperationKind, outcomeOf, requestOutcomeOf } from './outcome.ts'

const kinds: readonly OperationKind[] = ['index', 'create', 'update', 'delete']

describe('outcomeOf', () => {
  it.each([200, 201])('takes status %i for done, whatever was asked', (status) => {
    for (const kind of kinds) expect(outcomeOf(kind, { status })).toBe('done')
  })

  it.each([
    'mapper_parsing_exception',
    'document_parsing_exception',
    'strict_dynamic_mapping_exception',
    'illegal_argument_exception',
    'action_request_validation_exception',
    'fail_processor_exception',
    'a_name_of_a_release_to_come_exception',
  ])('takes a 400 with %s for a bad document', (errorType) => {
    for (const kind of kinds) expect(outcomeOf(kind, { status: 400, errorType })).toBe('bad')
  })

  it.each([
    [429, 'es_rejected_execution_exception'],
    [429, 'circuit_breaking_exception'],
    [429, undefined],
    [408, undefined],
    [500, undefined],
    [503, 'process_cluster_event_timeout_exception'],
    [599, 'anything'],
  ])('sends an item with %i %s again, never dropping or failing it', (status, errorType) => {
    for (const kind of kinds) expect(outcomeOf(kind, { status, errorType })).toBe('retry')
  })

  it.each([
    [429, 'cluster_block_exception'],
    [403, 'cluster_block_exception'],
    [400, 'index_closed_exception'],
    [503, 'unavailable_shards_exception'],
  ])('sends an item with %i %s again after a wait that others need not share', (status, errorType) => {
    for (const kind of kinds) expect(outcomeOf(kind, { status, errorType })).toBe('blocked')
  })

  it('tells what a 409 means by what was asked', () => {
    const conflict = { status: 409, errorType: 'version_conflict_engine_exception' }
    expect(outcomeOf('create', conflict)).toBe('done')
    expect(outcomeOf('update', conflict)).toBe('blocked')
    expect(outcomeOf('index', conflict)).toBe('conflict')
    expect(outcomeOf('delete', conflict)).toBe('conflict')
  })

  it('takes a delete of nothing for done', () => {
    expect(outcomeOf('delete', { status: 404 })).toBe('done')
    expect(outcomeOf('delete', { status: 404, errorType: 'index_not_found_exception' })).toBe('done')
  })

  it('has a missing index made again', () => {
    expect(outcomeOf('index', { status: 404, errorType: 'index_not_found_exception' })).toBe('missing')
  })

  it.each([
    [401, 'security_exception'],
    [403, 'security_exception'],
    [400, 'invalid_index_name_exception'],
    [400, 'validation_exception'],
    [404, 'what_is_this'],
    [409, 'what_is_this'],
    [302, undefined],
    [0, undefined],
  ])('ends the sink at %i %s rather than lose what is unknown', (status, errorType) => {
    expect(outcomeOf('index', { status, errorType })).toBe('fatal')
  })
})

describe('requestOutcomeOf', () => {
  it.each([408, 429, 500, 502, 503, 504])('repeats a request refused with %i', (status) => {
    expect(requestOutcomeOf(status)).toBe('retry')
  })

  it.each([400, 413])('looks for the document that a %i is about', (status) => {
    expect(requestOutcomeOf(status)).toBe('split')
  })

  it.each([401, 403, 404, 405])('ends the sink at %i', (status) => {
    expect(requestOutcomeOf(status)).toBe('fatal')
  })
})
