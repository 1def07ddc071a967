import { execaSync } from 'execa';
import * as v from 'valibot';
import { repository } from '../process/environment.ts';

const severities = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Severity = (typeof severities)[number];

const Found = v.object({
  vulnerabilities: v.record(v.string(), v.object({ severity: v.picklist(severities), range: v.string() })),
});
/** As npm says that the registry has no advisories, or can't be reached: `405 Method Not Allowed - …`. */
const Unserved = v.object({ message: v.pipe(v.string(), v.regex(/^[45]\d\d |failed, reason: /)) });

export type Audit =
  | { readonly kind: 'checked'; readonly bad: readonly string[]; readonly minor: readonly string[] }
  | { readonly kind: 'not_checked'; readonly why: string };

/** What `npm audit --json` says. @throws where it says neither what it found nor why it could not look. */
export const readAudit = (text: string, least: Severity): Audit => {
  const answer: unknown = JSON.parse(text);
  const found = v.safeParse(Found, answer);
  if (!found.success) return { kind: 'not_checked', why: reasonIn(v.parse(Unserved, answer).message) };
  const all = Object.entries(found.output.vulnerabilities).map(([name, { severity, range }]) => ({
    text: `${name} ${range}: ${severity}`,
    isBad: severities.indexOf(severity) >= severities.indexOf(least),
  }));
  const texts = (isBad: boolean) => all.filter((one) => one.isBad === isBad).map((one) => one.text);
  return { kind: 'checked', bad: texts(true), minor: texts(false) };
};

/** Without the address of the registry. */
const reasonIn = (message: string): string =>
  message.startsWith('request') ? (message.split('failed, reason: ')[1] ?? '') : (message.split(' - ')[0] ?? '');

const scopes = [
  { name: 'what is deployed', options: ['--omit=dev'], least: 'low' },
  { name: 'what builds and tests it', options: [], least: 'high' },
] as const;

/** Asks the registry for advisories on what is installed, and answers whether nothing is wrong as far as it could be told. */
export const checkAdvisories = (print: (line: string) => void): boolean => {
  let isGood = true;
  for (const { name, options, least } of scopes) {
    const asked = ['audit', '--json', '--fetch-retries=1', '--fetch-timeout=30000', ...options];
    const { stdout } = execaSync('npm', asked, { cwd: repository, reject: false });
    const audit = readAudit(stdout, least);
    if (audit.kind === 'not_checked') {
      print(`NOT CHECKED for advisories: ${name}. The registry in use gave none (${audit.why}).`);
      continue;
    }
    for (const one of audit.minor) print(`${name}: ${one} (no failure)`);
    for (const one of audit.bad) print(`${name}: ${one}`);
    if (audit.bad.length > 0) isGood = false;
    else print(`No advisory against ${name}${least === 'low' ? '' : ` that is ${least} or worse`}.`);
  }
  return isGood;
};
