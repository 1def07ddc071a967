import { randomBytes } from 'node:crypto';
import { Advice } from '../admin/cli/advice.ts';
import type { TargetOptions } from '../admin/deployment/target.ts';
import { checks } from './checks.ts';
import { removeAccount, revokeKeys } from './cleanup.ts';
import type { Report } from './report.ts';
import { belongsTo, runChecks } from './runner.ts';
import { openApi } from './session/api.ts';
import type { Outcome, Phase, Result } from './session/check.ts';
import { type Deployment, openDeployment } from './session/deployment.ts';
import type { Facts, Session, Sizes } from './session/session.ts';
import { openStateFile, type StateFile, stateFileOf } from './session/state.ts';

export interface SmokeOptions extends TargetOptions, Sizes {
  readonly resume: boolean;
  readonly remove: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** @default - .local/smoke/<stack>.json */
  readonly stateFile?: string;
}

/** Runs the checks. Returns whether all of them passed. */
export const smoke = async (options: SmokeOptions, report: Report): Promise<boolean> => {
  const phase: Phase = options.resume ? 'later' : 'now';
  refuseUnknownChecks([...options.only, ...options.skip], phase);
  const began = Date.now();
  const deployment = await openDeployment(options);
  const stateFile = openStateFile(options.stateFile ?? stateFileOf(deployment.isLocal ? 'local' : deployment.name));
  const session = openSession(deployment, { stateFile, options, progress: report.progress });
  report.note(`Smoke test of ${deployment.target.where}, ${deployment.apiUrl}\n`);

  if (options.remove) {
    if (session.state().account === undefined)
      throw new Advice(`${stateFile.path} names no account: there is nothing to remove.`);
    report.note(await removeAccount(session));
    stateFile.forget();
    return true;
  }

  let results: readonly Result[] = [];
  try {
    results = await runChecks(checks, { phase, only: options.only, skip: options.skip }, session, report);
  } finally {
    await revokeKeys(session);
  }
  const isFine = results.every(({ outcome }) => outcome !== 'failed');
  report.summary({
    outcomes: countOutcomes(results),
    where: deployment.target.where,
    seconds: (Date.now() - began) / 1_000,
    state: stateFile.path,
  });
  await cleanUpOrReport({ isFine, phase, session, stateFile, report, options });
  return isFine;
};

/** Otherwise a typo would leave a check out. */
const refuseUnknownChecks = (names: readonly string[], phase: Phase): void => {
  const known = checks.filter((check) => belongsTo(check, phase)).map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Advice(`There is no check ${unknown.join(', ')} in this run. There are ${known.join(', ')}.`);
};

interface CleanUpOptions {
  readonly isFine: boolean;
  readonly phase: Phase;
  readonly session: Session;
  readonly stateFile: StateFile;
  readonly report: Report;
  readonly options: SmokeOptions;
}

/**
 * Removes what the runs created, unless a later check needs it or work is under way: events reach the archive minutes
 * later. Reports what stays.
 */
const cleanUpOrReport = async ({
  isFine,
  phase,
  session,
  stateFile,
  report,
  options,
}: CleanUpOptions): Promise<void> => {
  const { account, erasures } = session.state();
  if (account === undefined) return stateFile.forget();
  const again = `npm run smoke -- ${targetFlags(options)}`;
  const isIdle = erasures.length === 0 && Object.keys(session.facts()).every((name) => name === 'key');
  if (isFine && (phase === 'later' || isIdle)) {
    report.note(await removeAccount(session));
    return stateFile.forget();
  }
  const due = erasures.map(({ dueAt }) => dueAt).toSorted();
  report.note(
    [
      `\nThe account ${account} stays with its data: ${JSON.stringify(session.state())}`,
      `This is stored in ${stateFile.path}.`,
      ...(due.length > 0 ? [`Check that the erasure completes, after ${due.at(-1)}:  ${again} --resume`] : []),
      `Or remove all of it without a check, ten minutes from now:  ${again} --remove`,
    ].join('\n'),
  );
};

const targetFlags = ({ local, stack, region, stackFile }: TargetOptions): string =>
  [
    ...(local ? ['--local'] : []),
    ...(stack === undefined ? [] : [`--stack ${stack}`]),
    ...(region === undefined ? [] : [`--region ${region}`]),
    ...(stackFile === undefined ? [] : [`--stack-file ${stackFile}`]),
  ].join(' ') || '--local';

const countOutcomes = (results: readonly Result[]): Readonly<Record<Outcome, number>> => {
  const count = (wanted: Outcome) => results.filter(({ outcome }) => outcome === wanted).length;
  return {
    passed: count('passed'),
    warned: count('warned'),
    failed: count('failed'),
    'not set up': count('not set up'),
    'only on AWS': count('only on AWS'),
    skipped: count('skipped'),
  };
};

interface SessionOptions {
  readonly stateFile: StateFile;
  readonly options: SmokeOptions;
  readonly progress: (text: string) => void;
}

const openSession = (deployment: Deployment, { stateFile, options, progress }: SessionOptions): Session => {
  const startedAt = new Date();
  const { where } = deployment.target;
  const left = stateFile.read();
  if (left && left.where !== where)
    throw new Advice(
      `${stateFile.path} is of ${left.where}, and this is ${where}. Move it away, or remove that one first.`,
    );
  if (options.resume && left?.account === undefined)
    throw new Advice(`There is nothing to resume: ${stateFile.path} names no account. Run it without --resume first.`);
  const began = options.resume && left ? left.startedAt : startedAt.toISOString();
  let state = { keyIds: [], erasures: [], ...left, where, startedAt: began };
  let facts: Facts = {};
  return {
    deployment,
    api: openApi(deployment.apiUrl, () => facts.key),
    sizes: { files: options.files, people: options.people, patience: options.patience },
    runId: `r${randomBytes(4).toString('hex')}`,
    startedAt,
    progress,
    facts: () => facts,
    note: (more) => {
      facts = { ...facts, ...more };
    },
    state: () => state,
    save: (changes) => {
      state = { ...state, ...changes };
      stateFile.write(state);
    },
  };
};
