import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { checks } from '../../lib/smoke/checks.ts';
import { synthesize } from '../support/templates.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root }).toSorted()];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Without examples: they contain no real links. */
const prose = (markdown: string): string =>
  markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '``');

/** Targets of links and images, in Markdown and in HTML. */
const targetsIn = (markdown: string): readonly string[] =>
  [...prose(markdown).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|(?:src|href)="([^"]+)"/g)].map(
    ([, inMarkdown = '', inHtml = '']) => inMarkdown || inHtml,
  );

/** GitHub's anchors of the headings of a page. */
const anchorsIn = (markdown: string): ReadonlySet<string> => {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
    const slug = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
};

const isWhole = (page: string, target: string): boolean => {
  const [path = '', anchor] = decodeURIComponent(target).split('#');
  const file = path === '' ? join(root, page) : resolve(root, dirname(page), path);
  if (relative(root, file).startsWith('..') || !existsSync(file)) return false;
  return anchor === undefined || (file.endsWith('.md') && anchorsIn(readFileSync(file, 'utf8')).has(anchor));
};

test('every relative link of the documentation leads to an existing file and heading', () => {
  const links = pages.flatMap((page) =>
    targetsIn(textOf(page))
      .filter((target) => !/^[a-z]+:/i.test(target))
      .map((target) => ({ page, target })),
  );
  expect(links.length).toBeGreaterThan(80);
  const dead = links.filter(({ page, target }) => !isWhole(page, target));
  expect(dead.map(({ page, target }) => `${page}: ${target}`)).toEqual([]);
});

/** A path in prose: of a file, of a folder, or of a test without its extension. */
const isThere = (path: string): boolean =>
  ['', '.ts', '.test.ts'].some((ending) => existsSync(join(root, path + ending))) ||
  (path.includes('*') && globSync(path, { cwd: root }).length > 0);

test('every file named in a page exists', () => {
  // Decisions may name files that are gone; the present documentation may not.
  const today = pages.filter((page) => !page.startsWith('docs/adr/') && page !== 'docs/changelog.md');
  const named = today.flatMap((page) =>
    [...textOf(page).matchAll(/`((?:bin|docs|functions|lib|test)\/[\w./*-]+)`/g)].map(([, path = '']) => ({
      page,
      path,
    })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ path }) => !isThere(path))).toEqual([]);
});

/** The words of a cell as displayed. Code counts as one. */
const wordsIn = (cell: string): number =>
  cell
    .replaceAll(/`[^`]*`/g, 'code')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

test('a table cell has at most twelve words; longer text belongs into a footnote', () => {
  const today = pages.filter((page) => !page.startsWith('docs/adr/') && page !== 'docs/changelog.md');
  const cells = today.flatMap((page) =>
    [
      ...textOf(page)
        .replaceAll(/^```[\s\S]*?^```$/gm, '')
        .matchAll(/^\|(.*)\|$/gm),
    ].flatMap(([, line = '']) => line.split(/(?<!\\)\|/).map((cell) => ({ page, cell: cell.trim() }))),
  );
  expect(cells.length).toBeGreaterThan(1_000);
  expect(cells.filter(({ cell }) => wordsIn(cell) > 12)).toEqual([]);
});

test('docs/smoke.md explains every check of the smoke test', () => {
  const page = textOf('docs/smoke.md');
  expect(checks.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('docs/operating.md has a section for every alarm, and no other', () => {
  const { service } = synthesize();
  const alarms = service.monitoring.node.findChild('Alarms').node.children.map(({ node }) => node.id);
  const [, section = ''] = /^## Alarms$([\s\S]*?)^## /m.exec(textOf('docs/operating.md')) ?? [];
  const headings = [...section.matchAll(/^### `(.+)`$/gm)].map(([, name = '']) => name);
  // `<service>-dead-letters` stands for each service with a queue; the archive's dead letters are others.
  const isOf = (heading: string, alarm: string) =>
    RegExp(`^${heading.replaceAll(/<\w+>/g, '\\w+(-\\w+)*')}$`).test(alarm);
  expect(alarms.length).toBeGreaterThan(50);
  expect(section).toContain(`There are ${alarms.length}.`);
  expect(alarms.filter((alarm) => !headings.some((heading) => isOf(heading, alarm)))).toEqual([]);
  expect(headings.filter((heading) => !alarms.some((alarm) => isOf(heading, alarm)))).toEqual([]);
});

test.each([
  ['docs/smoke.md', true],
  ['docs/nothing.md', false],
  ['docs', true],
  ['docs/smoke.md#reading-the-output', true],
  ['docs/smoke.md#nothing', false],
  ['#running-it', false],
  ['../elsewhere.md', false],
])('a link of README.md to %s is complete: %s', (target, expected) => {
  expect(isWhole('README.md', target)).toBe(expected);
});
