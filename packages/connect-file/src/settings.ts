import { type ConfigOf, int, nonEmpty, string } from '@sluice/template'

export const sourceSettings = {
  file: string({
    doc: 'Names the file to read. It may not be there yet. Standard input, which the JVM reads without this setting, is not served.',
    validate: nonEmpty,
    importance: 'HIGH',
  }),
  topic: string({ doc: 'Names the topic to write to.', validate: nonEmpty, importance: 'HIGH' }),
  batchSize: int({ doc: 'Reads at most this many lines at a time.', default: 2000 }),
}

export const sinkSettings = {
  file: string({
    doc: "Names the file to append to; it is made where it isn't there. Without it lines go to the worker's standard output.",
    optional: true,
    validate: nonEmpty,
    importance: 'HIGH',
  }),
}

export type FileStreamSourceConfig = ConfigOf<typeof sourceSettings>
export type FileStreamSinkConfig = ConfigOf<typeof sinkSettings>

/** The place in the file, in bytes, behind the end of the last line. */
export type FilePosition = { readonly position: number }
