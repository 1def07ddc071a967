import type { Context } from '../../../domains/accounts/context.ts';
import type { EventDraft } from '../../../domains/events/draft.ts';
import { type IngestedEvent, ingest } from '../../../domains/events/ingest.ts';
import { personKeyOf } from '../../../domains/events/persons.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { ApiError, errorCodes, type Problem } from '../../../platform/errors.ts';
import { type Outcome, reject } from './outcome.ts';

interface IndexedDraft {
  readonly index: number;
  readonly draft: EventDraft;
}

/** Each round finds at least one wrong event, mostly all of them. */
const MAX_ROUNDS = 50;

/**
 * Stores events, and rejects those that are wrong one by one. Public events are stored person by person, as those of
 * other public routes are: what the table gets for one person does not depend on another.
 */
export const storeEvents = async (
  drafts: readonly IndexedDraft[],
  context: Context,
): Promise<ReadonlyMap<number, Outcome>> => {
  if (context.caller.kind !== 'public') return storeGroup(drafts, context);
  const outcomes = new Map<number, Outcome>();
  // A duplicate or an erasure would show who is known.
  for (const group of Map.groupBy(drafts, ({ draft }) => personKeyOf(draft.person, context)).values())
    for (const [index, outcome] of await storeGroup(group, context))
      outcomes.set(index, typeof outcome === 'object' && outcome.code === 'invalid' ? outcome : 'accepted');
  return outcomes;
};

const storeGroup = async (drafts: readonly IndexedDraft[], context: Context): Promise<Map<number, Outcome>> => {
  const outcomes = new Map<number, Outcome>();
  let pending = drafts;
  for (let round = 1; pending.length > 0; round++) {
    const result = await tryIngest(
      pending.map(({ draft }) => draft),
      context,
    );
    if (!(result instanceof ApiError)) {
      for (const [i, { index }] of pending.entries()) outcomes.set(index, outcomeOf(result[i], index));
      return outcomes;
    }
    const problems = problemsByIndex(result);
    const isKnown = problems.size > 0 && round < MAX_ROUNDS;
    for (const { index } of pending) {
      const own = problems.get(index) ?? (isKnown ? undefined : result.problems);
      if (own) outcomes.set(index, reject(result.code, own));
    }
    pending = pending.filter(({ index }) => !outcomes.has(index));
  }
  return outcomes;
};

/** Returns an error of the events, and throws one that concerns the whole request. */
const tryIngest = async (
  drafts: readonly EventDraft[],
  context: Context,
): Promise<readonly IngestedEvent[] | ApiError> => {
  try {
    return await ingest(drafts, sourceOfCall('segment', context.caller), context);
  } catch (error) {
    if (error instanceof ApiError && errorCodes[error.code].status < 429) return error;
    throw error;
  }
};

/** Drafts point to places below their index. */
const problemsByIndex = ({ problems }: ApiError): ReadonlyMap<number, Problem[]> => {
  const byIndex = new Map<number, Problem[]>();
  for (const problem of problems) {
    const [, index] = /^\/(\d+)(\/|$)/.exec(problem.source?.pointer ?? '') ?? [];
    if (index !== undefined) byIndex.set(Number(index), [...(byIndex.get(Number(index)) ?? []), problem]);
  }
  return byIndex;
};

const outcomeOf = (event: IngestedEvent | undefined, index: number): Outcome => {
  switch (event?.outcome) {
    case 'stored':
      return 'accepted';
    case 'duplicate':
      return 'duplicate';
    case 'conflict':
      return reject('conflict', conflictProblem(index));
    default:
      return reject('erased', erasedProblem(index));
  }
};

export const conflictProblem = (index: number): Problem => ({
  detail: 'Another call with this messageId has other content. The first one is kept.',
  source: { pointer: `/${index}/messageId` },
});

export const erasedProblem = (index: number): Problem => ({
  detail: 'The person was erased. Nothing is stored.',
  source: { pointer: `/${index}` },
});
