import { execaSync } from 'execa';
import * as v from 'valibot';
import { repository } from '../process/environment.ts';

const severities = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Severity = (typeof severities)[number];

const AuditReport = v.object({
  vulnerabilities: v.record(v.string(), v.object({ severity: v.picklist(severities), range: v.string() })),
});
/** npm's message if the registry serves no advisories or does not answer: `405 Method Not Allowed - …`. */
const RegistryError = v.object({ message: v.pipe(v.string(), v.regex(/^[45]\d\d |failed, reason: /)) });

export type Audit =
  | { readonly kind: 'checked'; readonly bad: readonly string[]; readonly minor: readonly string[] }
  | { readonly kind: 'not_checked'; readonly why: string };

/** Parses the output of `npm audit --json`. @throws if it is neither a report nor an error of the registry */
export const readAudit = (text: string, minSeverity: Severity): Audit => {
  const answer: unknown = JSON.parse(text);
  const report = v.safeParse(AuditReport, answer);
  if (!report.success) return { kind: 'not_checked', why: reasonIn(v.parse(RegistryError, answer).message) };
  const all = Object.entries(report.output.vulnerabilities).map(([name, { severity, range }]) => ({
    text: `${name} ${range}: ${severity}`,
    isBad: severities.indexOf(severity) >= severities.indexOf(minSeverity),
  }));
  const texts = (isBad: boolean) => all.filter((one) => one.isBad === isBad).map((one) => one.text);
  return { kind: 'checked', bad: texts(true), minor: texts(false) };
};

/** The reason without the address of the registry. */
const reasonIn = (message: string): string =>
  message.startsWith('request') ? (message.split('failed, reason: ')[1] ?? '') : (message.split(' - ')[0] ?? '');

const scopes = [
  { name: 'deployed packages', options: ['--omit=dev'], minSeverity: 'low' },
  { name: 'development packages', options: [], minSeverity: 'high' },
] as const;

/** Checks the installed packages for advisories. Returns false if one is severe enough. */
export const checkAdvisories = (print: (line: string) => void): boolean => {
  let isGood = true;
  for (const { name, options, minSeverity } of scopes) {
    const args = ['audit', '--json', '--fetch-retries=1', '--fetch-timeout=30000', ...options];
    const { stdout } = execaSync('npm', args, { cwd: repository, reject: false });
    const audit = readAudit(stdout, minSeverity);
    if (audit.kind === 'not_checked') {
      print(`NOT CHECKED for advisories: ${name}. The registry serves none (${audit.why}).`);
      continue;
    }
    for (const one of audit.minor) print(`${name}: ${one} (below the limit)`);
    for (const one of audit.bad) print(`${name}: ${one}`);
    if (audit.bad.length > 0) isGood = false;
    else print(`No advisory on ${name}${minSeverity === 'low' ? '' : ` of severity ${minSeverity} or higher`}.`);
  }
  return isGood;
};
