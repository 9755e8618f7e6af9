import { type ConfigFields, definePredicate, type PredicateDefinition } from '@sluice/template'

/** The definition of a predicate, under its JVM name. */
export function builtInPredicate<const S extends ConfigFields>(
  definition: Omit<PredicateDefinition<S>, 'aliases' | 'version'>,
): PredicateDefinition<S> {
  return definePredicate({
    ...definition,
    name: `org.apache.kafka.connect.transforms.predicates.${definition.name}`,
    aliases: [definition.name],
    version: '0.1.0',
  })
}
