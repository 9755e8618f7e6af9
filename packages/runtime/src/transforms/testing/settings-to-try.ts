import { castTypes } from '../built-in/cast-value.ts'

const v2 = { 'field.syntax.version': 'V2' }

/** Settings that make each transform do something with records of `arbitrary-record.ts`, by its short name. */
export const settingsToTry: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  Cast: [
    ...castTypes.map((type) => ({ spec: `a:${type},__proto__:${type}` })),
    ...castTypes.map((spec) => ({ spec })),
    { spec: 'a.b:string,b.a:int8', ...v2 },
  ],
  DropHeaders: [{ headers: 'a,__proto__' }],
  ExtractField: [
    { field: 'a' },
    { field: '__proto__' },
    { field: 'a.b', ...v2 },
    { field: '__proto__.constructor', ...v2 },
  ],
  Filter: [{}],
  Flatten: [{}, { delimiter: '' }],
  HeaderFrom: [
    { fields: 'a,__proto__', headers: 'x,y', operation: 'move' },
    { fields: 'a.b', headers: 'x', operation: 'move', ...v2 },
    { fields: 'constructor', headers: 'x', operation: 'copy' },
  ],
  HoistField: [{ field: '__proto__' }],
  InsertField: [
    { 'topic.field': '__proto__', 'offset.field': 'o', 'timestamp.field': 't', 'partition.field': 'a!' },
  ],
  InsertHeader: [{ header: '__proto__', 'value.literal': '[1,2]' }],
  MaskField: [{ fields: 'a,__proto__' }, { fields: 'a,b', replacement: '7' }, { fields: 'a.b', ...v2 }],
  RegexRouter: [{ regex: '(.*)\\.(.*)', replacement: '$2' }],
  ReplaceField: [
    { exclude: 'a', renames: 'b:__proto__' },
    { include: 'a,__proto__' },
    { exclude: 'a.b', renames: 'b.a:constructor', ...v2 },
    { include: 'a.b', ...v2 },
  ],
  SetSchemaMetadata: [{ 'schema.name': 'n', 'schema.version': '1' }],
  TimestampConverter: ['string', 'unix', 'Date', 'Time', 'Timestamp'].flatMap((target) => [
    { 'target.type': target, field: 'a', format: 'yyyy-MM-dd' },
    { 'target.type': target, format: 'yyyy', 'unix.precision': 'nanoseconds' },
    { 'target.type': target, field: 'a.b', format: 'yyyy', ...v2 },
  ]),
  TimestampRouter: [{}],
  ValueToKey: [{ fields: 'a,__proto__' }, { fields: 'a.b,b', ...v2 }],
  ExtractNewRecordState: [
    { 'add.fields': 'op,source.a', 'add.headers': 'op', 'delete.tombstone.handling.mode': 'rewrite' },
    { 'route.by.field': 'a', 'drop.fields.header.name': 'a', 'drop.fields.from.key': 'true' },
  ],
  EventRouter: [
    {},
    { 'table.expand.json.payload': 'true', 'table.fields.additional.placement': 'a:header,b:envelope' },
  ],
  javascript: [{ expression: '({ key: value, value: { ...value, a: 1 } })' }],
}
