interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
}

/**
 * The keys that a map at that place of a file can have, by the file's JSON Schema; none where they are names of one's own
 * choice.
 */
export function keysAt(schema: object, path: readonly PropertyKey[]): string[] {
  let nodes: readonly SchemaNode[] = [schema]
  for (const key of path) nodes = nodes.flatMap(forms).flatMap((node) => childrenOf(node, key))
  return nodes.flatMap(forms).flatMap((node) => Object.keys(node.properties ?? {}))
}

/** What a value may be instead is looked at like itself. */
function forms(node: SchemaNode): readonly SchemaNode[] {
  return [node, ...(node.anyOf ?? []).flatMap(forms)]
}

function childrenOf({ properties, additionalProperties, items }: SchemaNode, key: PropertyKey): SchemaNode[] {
  if (typeof key === 'number') return items === undefined ? [] : [items]
  const named = properties?.[String(key)]
  if (named !== undefined) return [named]
  return typeof additionalProperties === 'object' ? [additionalProperties] : []
}
