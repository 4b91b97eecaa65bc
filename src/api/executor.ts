import {
  execute,
  getOperationAST,
  getVariableValues,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from '../context.js';
import { compile, type Compiled } from './compile.js';
import { isPlain } from './plain-documents.js';

export interface Question {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly context: Context;
}

/** From this time on that a document is asked, it is worth the milliseconds of its compilation. */
const worthwhile = 3;

/** For so many times a document is not compiled again after it went wrong. */
const pause = 100;

interface Known {
  asked: number;
  compiled: Compiled | null;
}

/**
 * Answers questions as graphql-js does. A query that is asked again and again is compiled to a function (graphql-jit);
 * what goes wrong in one is told by graphql-js, so that errors have the same words and places either way.
 */
export class Executor {
  /** By document, which Apollo and `Documents` keep for the same text, and by the operation's name. */
  private readonly known = new WeakMap<DocumentNode, Map<string, Known>>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly compiler = compile,
  ) {}

  async answer(question: Question): Promise<ExecutionResult> {
    const known = this.knownOf(question);
    const compiled = await this.compiledOf(question, known);
    if (compiled !== null && this.variablesFit(question)) {
      const { context, variables } = question;
      const result = await compiled(context, variables ?? {});
      if (result.errors === undefined) return result;
      // What fails may fail again, and should not be done twice each time.
      known.compiled = null;
      known.asked = -pause;
    }
    return this.interpret(question);
  }

  private interpret({ document, operationName, variables, context }: Question): Promise<ExecutionResult> {
    return Promise.resolve(
      execute({
        schema: this.schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: context,
      }),
    );
  }

  private knownOf({ document, operationName }: Question): Known {
    const name = operationName ?? '';
    const operations = this.known.get(document) ?? new Map<string, Known>();
    this.known.set(document, operations);
    const known = operations.get(name) ?? { asked: 0, compiled: null };
    operations.set(name, known);
    return known;
  }

  private async compiledOf({ document, operationName }: Question, known: Known): Promise<Compiled | null> {
    known.asked += 1;
    if (known.asked === worthwhile && isPlain(document, operationName))
      known.compiled = await this.compiler(this.schema, document, operationName ?? '');
    return known.compiled;
  }

  /** Variables that do not are refused in graphql-js' words. */
  private variablesFit({ document, operationName, variables }: Question): boolean {
    const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
    if (variableDefinitions.length === 0) return true;
    return getVariableValues(this.schema, variableDefinitions, { ...variables }).errors === undefined;
  }
}
