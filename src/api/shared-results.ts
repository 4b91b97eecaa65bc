import { createSourceEventStream, execute, type DocumentNode, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Context } from '../context.js';

type Results = AsyncIterableIterator<ExecutionResult, undefined>;

/**
 * `subscribe` of graphql-js for many subscribers: of each event, what is asked of it in the same words by the same
 * viewer is executed once, and all get that one result. Sources of one topic have to give all the same event object.
 */
export class SharedResults {
  private readonly byEvent = new WeakMap<object, Map<string, ExecutionResult | Promise<ExecutionResult>>>();
  private readonly numbers = new WeakMap<DocumentNode, number>();
  private documents = 0;

  subscribe = async (args: ExecutionArgs): Promise<Results | ExecutionResult> => {
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) return source;
    const question = this.questionOf(args);
    return mapped(source[Symbol.asyncIterator](), (event) => this.resultOf(args, question, event));
  };

  private resultOf(args: ExecutionArgs, question: string, event: unknown): ExecutionResult | Promise<ExecutionResult> {
    const answer = (): ExecutionResult | Promise<ExecutionResult> => execute({ ...args, rootValue: event });
    if (typeof event !== 'object' || event === null) return answer();
    const answers = this.byEvent.get(event) ?? new Map<string, ExecutionResult | Promise<ExecutionResult>>();
    this.byEvent.set(event, answers);
    const given = answers.get(question) ?? answer();
    answers.set(question, given);
    return given;
  }

  /** The same text for the same document, operation, variables and viewer. */
  private questionOf({ document, operationName, variableValues, contextValue }: ExecutionArgs): string {
    let number = this.numbers.get(document);
    if (number === undefined) {
      this.documents += 1;
      number = this.documents;
      this.numbers.set(document, number);
    }
    const { viewer } = contextValue as Context;
    return JSON.stringify([number, operationName, variableValues, viewer?.role, viewer?.name]);
  }
}

/** No generator: `return` must reach the source at once, also while `next` waits. */
function mapped(
  source: AsyncIterator<unknown, unknown>,
  map: (event: unknown) => ExecutionResult | Promise<ExecutionResult>,
): Results {
  return {
    async next() {
      const { value, done } = await source.next();
      return done === true ? { value: undefined, done: true } : { value: await map(value), done: false };
    },
    async return() {
      await source.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
