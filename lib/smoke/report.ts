import { openStatusLine, type Screen } from '../terminal/status-line.ts';
import type { Check, Outcome, Result } from './session/check.ts';

export interface Report {
  /** One line that changes; only on a terminal. */
  progress(text: string): void;
  begin(check: Pick<Check, 'name'>): void;
  end(result: Result): void;
  /** For people; omitted from JSON. */
  note(text: string): void;
  summary(summary: Summary): void;
}

export interface Summary {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly where: string;
  readonly seconds: number;
  readonly state: string;
}

const signs: Readonly<Record<Outcome, string>> = {
  passed: 'ok  ',
  warned: 'look',
  failed: 'FAIL',
  'not set up': 'off ',
  'only on AWS': 'aws ',
  skipped: 'skip',
};

const INDENT = ' '.repeat(26);

/** Lines for people; on a terminal also the current progress. */
export const textReport = (screen: Screen): Report => {
  let running = '';
  const status = openStatusLine(screen);
  const line = status.print;
  const progress = (text: string) => status.show(`.... ${running}${text}`);
  return {
    progress,
    begin: ({ name }) => {
      running = name.padEnd(21);
      progress('');
    },
    end: ({ check, claim, outcome, detail, advice, seconds }) => {
      line(`${signs[outcome]} ${check.padEnd(20)} ${headline(outcome, claim, detail)} (${seconds.toFixed(1)} s)`);
      if (outcome === 'failed') for (const one of detail.split('\n')) line(`${INDENT}${one}`);
      if (advice !== undefined) line(`${INDENT}${outcome === 'failed' ? 'What to do: ' : ''}${advice}`);
    },
    note: line,
    summary: ({ outcomes, seconds }) => {
      const counts = Object.entries(outcomes).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
      line(`\n${counts.join(', ')}, in ${seconds.toFixed(0)} s.`);
    },
  };
};

const headline = (outcome: Outcome, claim: string, detail: string): string => {
  switch (outcome) {
    case 'failed':
      return `does not hold: ${claim}`;
    case 'passed':
    case 'warned':
      return `${claim}: ${detail}`;
    case 'only on AWS':
      return `only testable on AWS: ${detail}`;
    case 'not set up':
    case 'skipped':
      return detail;
  }
};

/** One line of JSON per check, and one for the summary at the end. */
export const jsonReport = (screen: Screen): Report => ({
  progress: () => {},
  begin: () => {},
  end: (result) => void screen.write(`${JSON.stringify(result)}\n`),
  note: () => {},
  summary: (summary) => void screen.write(`${JSON.stringify({ summary })}\n`),
});
