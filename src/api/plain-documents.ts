import { getOperationAST, Kind, OperationTypeNode, type DocumentNode, type SelectionSetNode } from 'graphql';

/** So many fields, with every fragment written out, are compiled; nested fragments can come to any number. */
const most = 500;

/**
 * Whether a document is one that clients ask again and again: a query of an ordinary size, without directives
 * (@skip and @include, for which compiled and interpreted queries need not agree) and no introspection.
 */
export function isPlain(document: DocumentNode, operationName: string | null | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.QUERY) return false;
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet]] : [],
    ),
  );
  const sizes = new Map<string, number>();

  /** The fields of a selection; infinite where it is not plain. Validation has seen to it that no fragment holds itself. */
  const sizeOf = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, selection) => {
      if ((selection.directives ?? []).length > 0) return Infinity;
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + sizeOfFragment(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + sizeOf(selection.selectionSet);
      if (selection.name.value.startsWith('__') && selection.name.value !== '__typename') return Infinity;
      return sum + 1 + (selection.selectionSet === undefined ? 0 : sizeOf(selection.selectionSet));
    }, 0);

  const sizeOfFragment = (name: string): number => {
    const selection = fragments.get(name);
    const size = sizes.get(name) ?? (selection === undefined ? Infinity : sizeOf(selection));
    sizes.set(name, size);
    return size;
  };

  return sizeOf(operation.selectionSet) <= most;
}
