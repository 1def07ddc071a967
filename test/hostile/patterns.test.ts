import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'acorn';
import { transformSync } from 'esbuild';
import { analyse } from 'scslre';
import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
import { allServices } from '../../functions/services.ts';
import { bundleAll } from '../../lib/constructs/functions/bundle.ts';

/** Patterns of packages whose time may grow faster than the text, and why public callers can't send them long text. */
const bounded: Readonly<Record<string, string>> = {
  'undici/lib/web/fetch/data-url.js /(\\u0020+)$/u': 'data: URLs; nothing fetches one',
  '@smithy/core/dist-es/submodules/endpoints/middleware-endpoint/service-customizations/s3.js /(\\d+\\.){3}\\d+/':
    'the name of our own bucket, at most 63 characters',
  '@smithy/core/dist-es/submodules/protocols/json/jsonReviver.js /(\\.\\d*?)0+$/': 'numbers in answers of AWS',
  '@smithy/core/dist-es/submodules/protocols/json/jsonReviver.js /0+$/': 'numbers in answers of AWS',
  '@smithy/core/dist-es/submodules/serde/schema-serde-lib/schema-date-utils.js /^-?\\d*\\.?\\d+$/':
    'times in answers of AWS',
  "functions/domains/catalog/text/price.ts /^([^\\d.,\\-+()]*)([-+]?[\\d.,'’\\s]*\\d)([^\\d.,]*)$/u":
    'prices of at most 100 characters',
  'functions/domains/events/totals/decimal.ts /0+$/': 'nine digits',
  'ipaddr.js/lib/ipaddr.js /%.+$/': 'the address that a name server returned',
  'mmdb-lib/lib/ip.js /(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)/': 'the address of a connection',
};

/** Patterns of ours that are composed at run time, and why they are linear. */
const composed: Readonly<Record<string, string>> = {
  'functions/domains/imports/csv/formulas.ts': 'fixed texts: a look behind of one character, then one run of quotes',
  'functions/domains/imports/cells/date-format.ts': 'a date format of a mapping: each run of blanks is one quantifier',
  'functions/domains/imports/cells/dates.ts':
    'fixed texts, from the beginning to the end of a cell: no run of blanks, letters or digits follows one of the same',
  'functions/domains/imports/cells/column-type.ts': 'fixed texts: digits, one grouping character, one decimal sign',
};

interface Pattern {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

const Node = v.looseObject({ type: v.string() });
const Literal = v.looseObject({
  type: v.literal('Literal'),
  regex: v.object({ pattern: v.string(), flags: v.string() }),
});
const Composed = v.looseObject({
  type: v.picklist(['NewExpression', 'CallExpression']),
  callee: v.looseObject({ type: v.literal('Identifier'), name: v.literal('RegExp') }),
});

const folder = mkdtempSync(join(tmpdir(), 'tributary-patterns-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every source file that ends up in a deployment. */
const bundledFiles = (): ReadonlySet<string> => {
  const outputs = [...bundleAll(folder, allServices).values()].flatMap((of) => Object.values(of));
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  return new Set(inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])));
};

const patternsIn = (file: string, text: string, loader: 'ts' | 'js') => {
  const { code } = transformSync(text, { loader });
  const patterns: Pattern[] = [];
  let isComposing = false;
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    const node = v.safeParse(Node, value);
    if (!node.success) return;
    const literal = v.safeParse(Literal, value);
    if (literal.success)
      patterns.push({ file, source: literal.output.regex.pattern, flags: literal.output.regex.flags });
    if (v.is(Composed, value)) isComposing = true;
    Object.values(node.output).forEach(walk);
  };
  walk(parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowReturnOutsideFunction: true }));
  return { patterns, isComposing };
};

const nameOf = ({ file, source, flags }: Pattern): string =>
  `${file.replace(/^node_modules\//, '')} /${source}/${flags}`;

/** By analysis, which finds patterns that one repeated character makes slow, after any prefix. */
const isSlowByAnalysis = ({ source, flags }: Pattern): boolean => analyse({ source, flags }).reports.length > 0;

const LENGTHS = [300, 3_000, 12_000, 60_000];
/** A linear pattern takes a millisecond or less for the longest text, a quadratic one more than a second. */
const SLOW_MS = 150;

/** By trial: repeated words from the pattern can be slow where no single character is. */
const isSlowByTrial = ({ source, flags }: Pattern): boolean =>
  wordsOf(source).some((word) =>
    LENGTHS.some((length) => millisecondsFor(new RegExp(source, flags), word, length) > SLOW_MS),
  );

const millisecondsFor = (pattern: RegExp, word: string, length: number): number => {
  const text = `${word.repeat(Math.ceil(length / word.length))}\u{10FFFF}`;
  const tries = Array.from({ length: 3 }, () => () => {
    pattern.lastIndex = 0;
    const { user } = process.cpuUsage();
    pattern.test(text);
    return (process.cpuUsage().user - user) / 1_000;
  });
  // Other work on the machine makes it slower, never faster.
  let least = Number.POSITIVE_INFINITY;
  for (const measure of tries) {
    least = Math.min(least, measure());
    if (least <= SLOW_MS) break;
  }
  return least;
};

/** Texts that a pattern contains, and pairs of neighbors. */
const wordsOf = (source: string): readonly string[] => {
  const example = source
    .replaceAll(/\\[dD]/g, '0')
    .replaceAll(/\\[sS]/g, ' ')
    .replaceAll(/\\[wW]|\\[pP]\{[^{}]*\}/g, 'a')
    .replaceAll('\\n', '\n')
    .replaceAll('\\r', '\r');
  const words = example.split(/[()[\]{}|?*+^$]/).map((word) => word.replaceAll('\\', ''));
  const pairs = words.flatMap((word) => Array.from(word, (_, at) => word.slice(at, at + 2)));
  return [...new Set([...words, ...pairs])].filter((word) => word.length > 1 && word.length < 40);
};

const isSlow = (pattern: Pattern): boolean => isSlowByAnalysis(pattern) || isSlowByTrial(pattern);

const files = [...bundledFiles()].filter((path) => /\.(?:[cm]?js|ts)$/.test(path));
const found = files.map((file) => ({
  file,
  ...patternsIn(file, readFileSync(file, 'utf8'), file.endsWith('.ts') ? 'ts' : 'js'),
}));

test('every deployed regular expression is linear, or matches only short texts', () => {
  const slow = found.flatMap(({ patterns }) => patterns.filter(isSlow).map(nameOf));
  expect(found.flatMap(({ patterns }) => patterns).length).toBeGreaterThan(200);
  expect([...new Set(slow)].toSorted()).toEqual(Object.keys(bounded).toSorted());
});

test('all patterns composed at run time are listed', () => {
  const ours = found.filter(({ file, isComposing }) => isComposing && !file.startsWith('node_modules/'));
  expect(ours.map(({ file }) => file).toSorted()).toEqual(Object.keys(composed).toSorted());
});

test.each([
  ['/(a+)+$/', true],
  ['/--x\\n([^]*?)\\n\\n([^]*?)\\n--x/', true],
  ['/;q=[^,]*;q=[^,]*!$/', true],
  ['/\\s*,\\s*$/', true],
  ['/^[a-z]+(?:\\.[a-z]+)*$/', false],
])('%s: its time grows faster than the text: %s', (literal, expected) => {
  const { patterns } = patternsIn('this test', `export default ${literal}`, 'js');
  expect(patterns.map(isSlow)).toEqual([expected]);
});
