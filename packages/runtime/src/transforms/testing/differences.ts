/** Cases in which ours is another outcome than the JVM's, why, and a part of what ours is. The test finds no others. */
export interface Difference {
  readonly why: string
  /** By case: what our outcome, as JSON, has in it. */
  readonly cases: Readonly<Record<string, string>>
}

export const differences: readonly Difference[] = [
  {
    why: 'Without a schema a JavaScript number does not know that it is a float: 5 stays 5, where the JVM writes 5.0, and no number is a float32.',
    cases: {
      'Cast/plain-0-to-float32': '{\\"v\\":5,',
      'Cast/plain-0-to-float64': '{\\"v\\":5,',
      'Cast/plain-1-to-float32': '{\\"v\\":-300,',
      'Cast/plain-1-to-float64': '{\\"v\\":-300,',
      'Cast/plain-2-to-float32': '{\\"v\\":9.007199254740992E15,',
      'Cast/plain-5-to-float32': '{\\"v\\":1,',
      'Cast/plain-5-to-float64': '{\\"v\\":1,',
      'Cast/plain-6-to-float32': '{\\"v\\":17,',
      'Cast/plain-6-to-float64': '{\\"v\\":17,',
      'MaskField/plain-ratio': '\\"ratio\\":0,',
    },
  },
  {
    why: 'The JVM keeps the name of a logical type when the whole is cast, and its converters then refuse the value.',
    cases: {
      'Cast/whole-date': '\\"payload\\":5}',
      'Cast/whole-time': '\\"payload\\":\\"00:00:00.005Z\\"}',
      'Cast/whole-timestamp': '\\"payload\\":\\"00:00:00.005Z\\"}',
      'Cast/whole-decimal': '\\"payload\\":5.25}',
    },
  },
  {
    why: 'The JVM masks a Decimal by a number of another scale, which its converters then refuse. Ours gets the scale of its schema.',
    cases: {
      'MaskField/nothing-price': '\\"price\\":\\"AA==\\"',
      'MaskField/replacement-price': '\\"price\\":\\"Arw=\\"',
      'MaskField/replacement-price-0': '\\"price\\":\\"Arw=\\"',
      'MaskField/replacement-price-1': '\\"price\\":\\"/0I=\\"',
      'MaskField/replacement-price-2': '\\"price\\":\\"dTA=\\"',
      'MaskField/replacement-price-3': '\\"price\\":\\"AYag\\"',
      'MaskField/replacement-price-6': '\\"price\\":\\"AfQ=\\"',
    },
  },
  {
    why: 'Lists and maps whose members have no common type get a schema without the type of its members in the JVM, which no converter can read back. Ours get none.',
    cases: {
      'InsertHeader/literal-44': '{\\"schema\\":null,\\"payload\\":[1,\\"a\\"]}',
      'InsertHeader/literal-45': '{\\"schema\\":null,\\"payload\\":[]}',
      'InsertHeader/literal-47': '{\\"schema\\":null,\\"payload\\":[null]}',
      'InsertHeader/literal-61': '{\\"schema\\":null,\\"payload\\":{}}',
      'InsertHeader/literal-62': '{\\"schema\\":null,\\"payload\\":{\\"a\\":null}}',
      'InsertHeader/literal-63': '{\\"schema\\":null,\\"payload\\":{\\"a\\":1,\\"b\\":\\"x\\"}}',
    },
  },
  {
    why: 'What JavaScript’s regular expressions have no form for is refused by name when the connector starts.',
    cases: {
      'RegexRouter/route-70': 'a possessive quantifier',
      'RegexRouter/route-71': 'an atomic group',
      'RegexRouter/route-72': 'a reference back to a group',
      'RegexRouter/route-73': 'flags in the middle',
      'RegexRouter/route-74': 'the flag x',
    },
  },
  {
    why: 'Where a field is excluded and another bears the name that it would have had, the JVM takes the value of the excluded one.',
    cases: { 'ReplaceField/name-of-an-excluded-one': '\\"i8\\":-5' },
  },
  {
    why: 'Where a field bears the name that an absent one would have had, the JVM refuses the record.',
    cases: { 'pairs/struct-rename-rename': '\\"label\\":\\"hello\\"' },
  },
  {
    why: 'The JVM can name the schemas of structs only.',
    cases: {
      'SetSchemaMetadata/number': '\\"name\\":\\"N\\"},\\"payload\\":5}',
      'SetSchemaMetadata/list': '\\"name\\":\\"N\\"},\\"payload\\":[1]}',
      'SetSchemaMetadata/map': '\\"version\\":2},\\"payload\\":{\\"a\\":1}}',
    },
  },
  {
    why: 'JavaScript has no dates beyond the year 275760.',
    cases: {
      'TimestampConverter/unix-milliseconds-6-to-timestamp': 'There is no date',
      'TimestampConverter/unix-milliseconds-6-to-unix': 'There is no date',
      'TimestampConverter/unix-seconds-5-to-timestamp': 'There is no date',
      'TimestampConverter/unix-seconds-5-to-unix': 'There is no date',
      'TimestampConverter/unix-seconds-6-to-timestamp': 'There is no date',
      'TimestampConverter/unix-seconds-6-to-unix': 'There is no date',
      'TimestampConverter/beyond-dates': 'There is no date',
    },
  },
  {
    why: 'Dates are not read by their week.',
    cases: { 'TimestampConverter/parse-46': 'can be written only' },
  },
  {
    why: 'Without a schema the JVM’s JSON converter has no form for a date; ours writes its milliseconds.',
    cases: { 'TimestampConverter/plain-to-Timestamp': '\\"payload\\":5}' },
  },
  {
    why: 'Debezium takes its own types for the timestamp of an event only; ours takes a Timestamp of Kafka Connect too.',
    cases: { 'EventRouter/timestamp-of-connect': '"timestamp":5' },
  },
  {
    why: 'A payload that can’t be expanded stays the text that it is; the JVM gives some of them the schema of what they are not, which its converters then refuse.',
    cases: {
      'EventRouter/expand-15': '\\"payload\\":\\"[1,2]\\"',
      'EventRouter/expand-nulls-15': '\\"payload\\":\\"[1,2]\\"',
      'EventRouter/expand-16': '123456789012345678901234567890',
      'EventRouter/expand-nulls-16': '123456789012345678901234567890',
    },
  },
]
