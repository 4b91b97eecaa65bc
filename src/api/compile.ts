import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Context } from '../context.js';

/** A query as a function. */
export type Compiled = (context: Context, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult>;

/** Makes a function of one operation of a document (graphql-jit); null where it cannot, and graphql-js goes on with it. */
export async function compile(schema: GraphQLSchema, document: DocumentNode, name: string): Promise<Compiled | null> {
  try {
    // Loaded when it is used: a control plane that nobody asks much does without.
    const { compileQuery, isCompiledQuery } = await import('graphql-jit');
    const compiled = compileQuery(schema, document, name, { disablingCapturingStackErrors: true });
    if (!isCompiledQuery(compiled)) return null;
    return (context, variables) => Promise.resolve(compiled.query(undefined, context, { ...variables }));
  } catch {
    return null;
  }
}
