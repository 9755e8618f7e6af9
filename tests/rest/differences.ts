import type { Mode } from './sluice-worker.ts'

/** Where Sluice's answers differ on purpose, and why. Every difference that is found must be here, and everything here must be found. */
export interface Allowed {
  /** Steps and fields: `*` stands for any text, `|` parts alternatives. */
  readonly steps: string
  readonly field: string
  /** Which values may differ so. Default: any. */
  readonly values?: (jvm: unknown, sluice: unknown) => boolean
  /** What Kafka Connect does there, and what Sluice does. */
  readonly what: string
  readonly why: string
  /** Found in this mode alone. */
  readonly only?: Mode
}

/** Their error of the server is the client's here. */
const blamesTheRequest = (jvm: unknown, sluice: unknown): boolean => jvm === 500 && sluice === 400

/** A sentence, and nothing of Java. */
const isSaid = (_: unknown, sluice: unknown): boolean =>
  typeof sluice === 'string' && sluice.length > 10 && !/java|Exception|because "/.test(sluice)

const errorList =
  /^(Connector configuration is invalid and contains the following )\d+( error\(s\):)\n[\s\S]+\n(.+)$/

/** Both have the frame by which tools know a list of errors, or neither has. */
const hasTheirFrame = (jvm: unknown, sluice: unknown): boolean => {
  const [theirs, ours] = [jvm, sluice].map((text) => errorList.exec(String(text))?.slice(1).join('|'))
  return typeof sluice === 'string' && theirs === ours
}

const areTexts = (jvm: unknown, sluice: unknown): boolean =>
  [jvm, sluice].every((list) => Array.isArray(list) && list.every((text) => typeof text === 'string'))

/** Settings that are wrong, each in its step. */
const wrongSettings = [
  'batch-size-no-number batch-size-too-large converter-json-odd-setting converter-not-one converter-unknown dead-letters-odd-factor',
  'dead-letters-to-own-topic exactly-once-odd header-converter-unknown name-empty name-odd reload-odd',
  'retry-timeout-no-number several-errors tasks-max-enforce-odd tasks-max-no-number tasks-max-zero tolerance-odd tolerance-upper-case',
  'topic-empty topic-null topics-and-regex topics-empty topics-missing topics-regex-odd transaction-boundary-connector transaction-boundary-odd',
  'transform-odd-regex transform-twice transform-unknown',
]
  .join(' ')
  .split(' ')
  .map((name) => `validate/${name}`)

/** Those whose value can't be read as what it has to be. */
const unreadable = wrongSettings.filter((name) =>
  /no-number|too-large|odd-factor|unknown|enforce-odd|json-odd|several/.test(name),
)

const badBodies = [
  'validate/object-as-value|validate/array-as-value|validate/body-*',
  'create/initial-state-odd|create/config-missing|create/config-null|create/config-array|create/config-object-value',
  'create/member-unknown|create/body-*|create/put-array|create/put-missing|connectors/patch-array|connectors/patch-missing',
  'offsets/patch-*|loggers/body-*',
].join('|')

const wording = [
  'validate/class-*|validate/plugin-*|validate/body-empty-object',
  'create/name-with-control|create/config-invalid|create/config-several-errors|create/body-utf16|create/put-invalid',
  'connectors/update-invalid|connectors/patch-invalid|connectors/patch-required-away',
].join('|')

export const allowed: readonly Allowed[] = [
  {
    steps: badBodies,
    field: 'status|body.error_code',
    values: blamesTheRequest,
    what: 'A body that is no JSON, or JSON of another shape, is answered with 500 and a message of the JSON library or of a null pointer there, with 400 and a sentence here.',
    why: 'It is the request that is wrong, not the worker. Monitoring takes a 500 for a broken worker.',
  },
  {
    steps: badBodies,
    field: 'body.message',
    values: isSaid,
    what: 'The message to that, and to numbers and names in offsets that can’t be read.',
    why: 'Theirs is of the JSON library, or of Java; ours says what the body must be.',
  },
  {
    steps:
      'offsets/patch-position-*|offsets/patch-partition-*|offsets/patch-sink-no-*|offsets/patch-sink-negative',
    field: 'status|body.error_code',
    values: blamesTheRequest,
    what: 'Offsets that the connector refuses are answered with 500 there, with 400 here; the message says that nothing was changed, and Kafka’s own reason where there is one.',
    why: 'It is the request that is wrong, and without the reason nobody can mend it.',
  },
  {
    steps: wording,
    field: 'body.message',
    values: hasTheirFrame,
    what: 'What is wrong with settings is said in other words; the frame around it, by which tools know it, is the same.',
    why: 'A setting is declared once, with the sentence that says what is wrong with a value: “tasks.max must be at least 1, not 0”. Unknown plug-ins are told with those that are there.',
  },
  {
    steps: 'create/name-missing|create/name-null|create/name-empty|create/name-blank|create/name-number',
    field: 'body.message',
    values: isSaid,
    what: 'A name that is missing, empty or no text is told as what is wrong with the body; there it is in the list of what is wrong with settings, where a number passes for a text.',
    why: 'It is no setting that has to be mended.',
  },
  {
    steps:
      'create/config-empty|create/class-missing|create/put-empty|create/class-unknown|create/class-no-connector',
    field: 'body.message',
    values: (jvm, sluice) => !errorList.test(String(jvm)) && errorList.test(String(sluice)),
    what: 'Without a `connector.class`, or with one that isn’t there, the message is a list of errors, as for any other setting; there it is a sentence of its own that repeats the settings, or a Java exception.',
    why: 'Settings may be secret, and what is wrong should be found where one looks for it.',
  },
  {
    steps: wrongSettings.join('|'),
    field: 'body.configs[*].value.errors',
    values: areTexts,
    what: 'Errors of a setting are said in other words; a value that is wrong is one error (a number that can’t be read is two there).',
    why: 'As above.',
  },
  {
    steps: 'validate/class-missing|validate/plugin-*|validate/body-empty-object',
    field: 'status|body.error_code',
    values: blamesTheRequest,
    what: 'Validating without `connector.class`, or for a class that isn’t there, is 500 with the name of a Java exception there, 400 here.',
    why: 'It is the request that is wrong; creating such a connector is 400 there too.',
  },
  {
    steps:
      'validate/topic-null|validate/tasks-max-no-number|validate/tolerance-upper-case|validate/several-errors',
    field: 'body.error_count',
    what: 'null for a required setting is an error here; a number that can’t be read counts once; words such as `all` are known in capitals too; the file source needs its `file`.',
    why: 'null would be found missing only when the connector runs. The others say what is meant.',
  },
  {
    steps: 'validate/*|plugins/*',
    field: '*documentation',
    what: 'The documentation of settings.',
    why: 'Sluice’s own words; where a setting does more here than there they say so.',
  },
  {
    steps: 'plugins/list*|validate/*',
    field: 'body[*]|*converter].value.recommended_values|*.type].value.recommended_values',
    what: 'More plug-ins are listed, and offered as converters and transforms.',
    why: 'They come with the command.',
  },
  {
    steps: 'validate/*',
    field:
      '*[config.action.reload].value.recommended_values|*[errors.tolerance].value.recommended_values|*[exactly.once.support].value.recommended_values|*[transaction.boundary].value.recommended_values|*decimal.format].value.recommended_values',
    what: 'Settings that take one of a few words offer these words.',
    why: 'Forms make a choice of them.',
  },
  {
    steps: unreadable.join('|'),
    field: 'body.configs[*].value.value',
    values: (jvm) => jvm === null,
    what: 'The value of a setting is what was given, also where it is wrong; there it is null then.',
    why: 'A form that shows the error beside an empty field says less.',
  },
  {
    steps: 'validate/override-*',
    field: 'body.configs[*override.*].definition.*',
    what: 'Overrides of client settings are listed without their type and default.',
    why: 'What a client takes is in docs/SETTINGS.md; the value, and what is wrong with it, are told.',
  },
  {
    steps: 'validate/converter-*|plugins/config-of-*',
    field: '*converter.type]|*schema.content]|*[field.syntax.version]',
    what: 'Converters have no `converter.type`; JsonConverter has `schema.content` (KIP-1054), Cast `field.syntax.version`.',
    why: 'What a converter is used for is said where it is named; the others do more here.',
  },
  {
    steps: 'validate/converter-not-one',
    field: '*plugin.version].value.visible',
    what: 'The version of a converter that is none is not visible.',
    why: 'It is an error already that it is none.',
  },
  {
    steps: 'plugins/config-of-no-such-version',
    field: 'body.message',
    what: 'A range of versions is shown as it was given, with the version that is there.',
    why: 'Versions are those of Sluice.',
  },
  {
    steps: 'validate/*|plugins/config-*',
    field:
      '*[tasks.dedicated.thread]|*[task.restart.backoff.ms]|*[task.restart.max]|*[rows.fast.path]|*[errors.deadletterqueue.topic.name]|*[errors.deadletterqueue.topic.replication.factor]|*[errors.deadletterqueue.context.headers.enable]',
    values: (jvm) => jvm === undefined,
    what: 'Connectors have settings that there are not: `tasks.dedicated.thread`, `task.restart.*`, `rows.fast.path`, and for sources `errors.deadletterqueue.*`.',
    why: 'Sluice’s own. Configurations without them mean the same on both.',
  },
  {
    steps: 'validate/*|plugins/config-*',
    field: '*[file].definition.required|*[file].required',
    what: 'The file source’s `file` is required.',
    why: 'Without it the JVM reads the worker’s standard input, which is nobody’s to read in a service.',
  },
  {
    steps:
      'root/*|plugins/*|validate/wrong-method|connectors/wrong-method*|lifecycle/*|offsets/wrong-method|loggers/wrong-method*',
    field: 'headers.allow',
    what: 'A 405 has the header Allow.',
    why: 'RFC 9110 asks for it.',
  },
  {
    steps: [
      'root/unknown-path*|root/wrong-method*|plugins/wrong-method|plugins/plugin-itself|validate/wrong-method',
      'validate/body-no-json|create/body-no-json|connectors/tasks-config|connectors/task-itself|connectors/wrong-method*',
      'lifecycle/*-by-post|lifecycle/*-by-get|offsets/wrong-method|loggers/wrong-method*',
    ].join('|'),
    field: 'headers.content-type',
    what: 'What no route takes (404, 405, 415) is answered without Content-Type there.',
    why: 'The body is JSON, as everywhere.',
  },
  {
    steps: 'root/accept-other',
    field: '*',
    what: 'A request whose Accept leaves out JSON is refused there (406); here it is answered with JSON.',
    why: 'There is nothing else to be had, and who asks carelessly is served.',
  },
  {
    steps: 'plugins/config-of-odd-name|create/*-with-slash',
    field: 'status|headers.content-type|body*',
    what: 'An encoded slash in a path is refused by the HTTP server there (400, HTML); here it is part of the name.',
    why: 'A connector may be named so by POST, and could never be asked for or deleted again.',
  },
  {
    steps: 'validate/class-alias-in-body',
    field: '*',
    what: 'Validating at `/connector-plugins/{class}` with an alias of the same class as `connector.class` is refused there.',
    why: 'Both name the same plug-in.',
  },
  {
    steps: 'connectors/patch-other-name',
    field: '*',
    what: 'PATCH of `name` is taken there, and leaves a connector whose settings bear another name; here it is 400, as with PUT.',
    why: 'The name is part of a sink’s group and a source’s offsets.',
  },
  {
    steps: 'create/status-of-paused|lifecycle/status-paused-after-stop',
    field: 'body.tasks[0]',
    what: 'A connector that was created paused, or paused after a stop, has no tasks there until it is resumed; here its tasks are there, UNASSIGNED.',
    why: 'Their number and their settings can be looked at before anything runs.',
    only: 'standalone',
  },
  {
    steps: 'lifecycle/restart-task-of-stopped',
    field: '*',
    what: 'Restarting a task of a stopped connector is 409 with a message about a rebalance there, 404 here.',
    why: 'There is no such task, and repeating the request won’t help.',
  },
  {
    steps: 'lifecycle/restart-failing-with-tasks',
    field: 'body.tasks[0].trace',
    what: 'A task that is RESTARTING still shows the trace of its failure there.',
    why: 'The state is over.',
  },
  {
    steps: 'loggers/list',
    field: 'body.*',
    values: (jvm, sluice) => sluice === undefined || jvm === undefined || sluice === 'INFO',
    what: 'Loggers are the worker’s own, INFO at its start. `org.apache.kafka.connect` and below it what boards set is there; Jetty’s and the like are not.',
    why: 'They name classes of Java.',
  },
  {
    steps: 'loggers/set|loggers/set-lower-case|loggers/set-worker|loggers/set-root',
    field: 'body',
    values: areTexts,
    what: 'The loggers whose level was set are those that there are.',
    why: 'As above.',
  },
  {
    steps: 'loggers/root',
    field: 'body.level',
    values: (jvm, sluice) => jvm === 'WARN' && sluice === 'INFO',
    what: 'The root logger begins with INFO; its level there is that of a log4j file.',
    why: '`log.level` says so, and a worker that says nothing while it starts helps nobody.',
  },
  {
    steps: 'loggers/root-is-set',
    field: 'body.last_modified',
    values: (jvm) => jvm === null,
    what: 'A level that is set to what it was there already has no time of the change there.',
    why: 'Somebody has set it.',
  },
  {
    steps: 'validate/predicate-missing',
    field: '*',
    what: 'A transform whose predicate isn’t declared passes validation there and fails the connector’s start.',
    why: 'It can be told at once.',
  },
]
