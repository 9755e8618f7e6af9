import { type Issue, missingSetting } from '@sluice/template'

/** An issue as a sentence; the most frequent one in Kafka Connect's own words, by which tools know it. */
export function issueWords({ field, message }: Issue): string {
  return message === missingSetting
    ? `Missing required configuration "${field}" which has no default value.`
    : `${field} ${message}`
}
