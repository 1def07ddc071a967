import type { LedgerInfo } from '../../../model/personal-data/ledger-document.ts';
import { fileNameOf, type SectionInfo } from '../../../model/personal-data/section.ts';
import { type Html, html } from '../../../platform/html.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { AccessJob } from './job.ts';
import { textOf } from './table-file.ts';

export interface AccessReport {
  readonly job: AccessJob;
  readonly shown: readonly { readonly section: SectionInfo; readonly count: number; readonly first: readonly Item[] }[];
  readonly ledgers: readonly { readonly ledger: LedgerInfo; readonly entries: number }[];
}

const filesOf = (section: SectionInfo): readonly string[] => [fileNameOf(section), `${section.name}.csv`];

const isEmpty = ({ shown, ledgers }: AccessReport): boolean =>
  ledgers.every(({ entries }) => entries === 0) && shown.every(({ count }) => count === 0);

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The content of the page as plain text, for people who open only this file. */
export const readme = (report: AccessReport): string => {
  const { job, shown, ledgers } = report;
  const lines = [
    `Your personal data, as of ${job.createdAt}`,
    '',
    'Open index.html in a browser. It shows everything in tables and needs no connection.',
    'Files that end in .json and .jsonl are for programs (.jsonl has one record in each line), those that end in',
    '.csv for spreadsheets. Both have the same content. Times are in UTC. In the .csv files, we put a quote before',
    'texts that look like a formula, so that spreadsheets do not compute them.',
    '',
    ...(isEmpty(report) ? ['We store no personal data about you.', ''] : []),
    ...shown.flatMap(({ section, count }) =>
      count === 0
        ? []
        : [`${filesOf(section).join(', ')}: ${countOf(count, 'record')}`, `  ${section.title}. ${section.about}`, ''],
    ),
    ...ledgers.flatMap(({ ledger: { name, title, about }, entries }) =>
      entries === 0 ? [] : [`${name}.html, ${name}.json: ${countOf(entries, 'record')}`, `  ${title}. ${about}`, ''],
    ),
    `Sections without data: ${listEmptySections(report)}.`,
    '',
    `This is the answer to request ${job.id}. Account: ${job.account}.`,
  ];
  return `${lines.join('\r\n')}\r\n`;
};

const listEmptySections = ({ shown, ledgers }: AccessReport): string =>
  [
    ...shown.flatMap(({ section, count }) => (count === 0 ? [section.title.toLowerCase()] : [])),
    ...ledgers.flatMap(({ ledger, entries }) => (entries === 0 ? [ledger.nameInText] : [])),
  ].join(', ') || '–';

/** The page for people, with the first records of each section. It has no script and loads nothing. */
export const overview = (report: AccessReport): Html => {
  const { job, shown, ledgers } = report;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Your personal data</title>
<style>
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid; max-width: 40rem; overflow-wrap: anywhere; white-space: pre-wrap; }
</style>
</head>
<body>
<main>
<h1>Your personal data</h1>
<p>As of ${job.createdAt}. Files that end in .json and .jsonl are for programs, those that end in .csv for spreadsheets. Both have the same content. Times are in UTC.</p>
${isEmpty(report) && html`<p>We store no personal data about you.</p>`}
${shown.flatMap(({ section, count, first }) => (count === 0 ? [] : [sectionOf(section, count, first)]))}
${ledgers.flatMap(({ ledger, entries }) => (entries === 0 ? [] : [ledgerOf(ledger, entries)]))}
<p>Sections without data: ${listEmptySections(report)}.</p>
<p>This is the answer to request ${job.id}. Account: ${job.account}.</p>
</main>
</body>
</html>
`;
};

const sectionOf = (section: SectionInfo, count: number, first: readonly Item[]): Html => {
  const { title, about, columns } = section;
  const rest = count > first.length && `, of which the first ${first.length} are shown here`;
  return html`<h2>${title}</h2>
<p>${about}</p>
<p>${countOf(count, 'record')}${rest}: ${filesOf(section).map((file) => html`<a href="${file}">${file}</a> `)}</p>
<div class="wide" tabindex="0" role="region" aria-label="${title}"><table>
<tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr>
${first.map((record) => html`<tr>${columns.map((name) => html`<td>${textOf(record[name])}</td>`)}</tr>\n`)}
</table></div>
`;
};

const ledgerOf = ({ name, heading, about }: LedgerInfo, entries: number): Html => html`<h2>${heading}</h2>
<p>${about}</p>
<p>${countOf(entries, 'record')}: <a href="${name}.html">to read</a>, <a href="${name}.json">to check</a>.</p>`;
