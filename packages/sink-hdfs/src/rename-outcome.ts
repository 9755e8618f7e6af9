/** What a look at HDFS shows after a rename that was answered with false, or not at all. */
export interface Sight {
  /** Looked at before `target`: the other way round a rename that is still under way could be taken for a lost file. */
  readonly source: { readonly size: number } | undefined
  readonly target: { readonly size: number } | undefined
  readonly ownFolder: boolean
  readonly expectedSize: number
}

/**
 * `done`: an earlier try did it. `again`: not yet done. `upload`: the temporary file is lost though the folder is ours. `fenced`: another
 * owner has taken over. `occupied`: a file that isn't ours has the name.
 */
export type RenameOutcome = 'done' | 'again' | 'upload' | 'fenced' | 'occupied'

export function renameOutcome({ source, target, ownFolder, expectedSize }: Sight): RenameOutcome {
  if (target === undefined) {
    if (source !== undefined) return 'again'
    return ownFolder ? 'upload' : 'fenced'
  }
  return source === undefined && target.size === expectedSize ? 'done' : 'occupied'
}
