import { describeError } from '../admin/cli/advice.ts';
import { type Check, Failure, type Outcome, type Phase, type Result } from './session/check.ts';
import type { Session } from './session/session.ts';

export interface Choice {
  readonly phase: Phase;
  /** Names; empty means all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export const belongsTo = ({ phases = ['now'] }: Check, phase: Phase): boolean => phases.includes(phase);

/** The named checks and all that they depend on. */
const withDependencies = (names: readonly string[], all: readonly Check[]): ReadonlySet<string> => {
  const wanted = new Set(names);
  // A check comes after those that it depends on.
  for (const { name, after = [] } of all.toReversed()) if (wanted.has(name)) for (const one of after) wanted.add(one);
  return wanted;
};

/** Runs checks one after another. Every check has a result, also a skipped one. */
export const runChecks = async (
  all: readonly Check[],
  { phase, only, skip }: Choice,
  session: Session,
  report: { begin(check: Check): void; end(result: Result): void },
): Promise<readonly Result[]> => {
  const wanted = only.length > 0 ? withDependencies(only, all) : undefined;
  const results: Result[] = [];
  for (const check of all) {
    if (!belongsTo(check, phase)) continue;
    const began = Date.now();
    report.begin(check);
    const finished = await resultOf(check, { results, skip, wanted, phase }, session);
    const { name, claim } = check;
    const result = { check: name, claim, ...finished, seconds: (Date.now() - began) / 1_000 };
    results.push(result);
    report.end(result);
  }
  return results;
};

interface RunContext {
  readonly results: readonly Result[];
  readonly skip: readonly string[];
  readonly wanted: ReadonlySet<string> | undefined;
  readonly phase: Phase;
}

type Finding = Pick<Result, 'outcome' | 'detail' | 'advice'>;
const finding = (outcome: Outcome, detail: string): Finding => ({ outcome, detail });

const resultOf = async (check: Check, context: RunContext, session: Session): Promise<Finding> => {
  const { name, after = [], advice } = check;
  if (context.skip.includes(name)) return finding('skipped', 'by --skip');
  if (context.wanted && !context.wanted.has(name)) return finding('skipped', 'by --only');
  const unmet = context.results.find((one) => after.includes(one.check) && !/passed|warned/.test(one.outcome));
  if (unmet) return finding('skipped', `it builds on ${unmet.check}, which is ${unmet.outcome}`);
  try {
    const absent = await check.absent?.(session);
    if (absent !== undefined) return finding('not set up', absent);
    const missing = await missingCapability(check, session);
    if (missing !== undefined) return finding('only on AWS', missing);
    const { seen, warning } = await check.run(session);
    return warning === undefined ? finding('passed', seen) : { outcome: 'warned', detail: seen, advice: warning };
  } catch (error) {
    return { outcome: 'failed', detail: error instanceof Failure ? error.message : describeError(error), advice };
  }
};

/** The response of the local cloud decides, not an assumption about it. */
const missingCapability = async ({ needs = [] }: Check, session: Session): Promise<string | undefined> => {
  if (!session.deployment.isLocal) return undefined;
  for (const capability of needs) {
    const missing = await capability.missing(session);
    if (missing !== undefined) return missing;
  }
  return undefined;
};
