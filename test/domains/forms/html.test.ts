import { expect, test } from 'vitest';
import { type HtmlNode, plainText, safeTree } from '../../../functions/domains/forms/definition/html.ts';

const p = (...children: readonly HtmlNode[]): HtmlNode => ({ tag: 'p', children });

test.each<[string, readonly HtmlNode[]]>([
  ['', []],
  ['10 % off', ['10 % off']],
  ['a &lt;b&gt; &amp; c', ['a <b> & c']],
  ['<p>One<p>Two', [p('One'), p('Two')]],
  ['<script>alert(1)</script><p>x</p>', [p('x')]],
  ['<p onclick="alert(1)" id=x class=y>x</p>', [p('x')]],
  ['<img src=x onerror=alert(1)><svg><script>1</script></svg><math><mi>x</mi></math>', []],
  ['<iframe src="https://evil.example"></iframe><form><input></form><style>p{}</style>', []],
  ['<section><p>kept</p></section>', [p('kept')]],
  ['<a href="javascript:alert(1)">x</a>', [{ tag: 'a', children: ['x'] }]],
  ['<a href="java&#10;script:alert(1)">x</a>', [{ tag: 'a', children: ['x'] }]],
  ['<a href="data:text/html,x">x</a>', [{ tag: 'a', children: ['x'] }]],
  [
    '<a href=" https://example.com/?a=1&amp;b=2 ">x</a>',
    [{ tag: 'a', attrs: { href: 'https://example.com/?a=1&b=2' }, children: ['x'] }],
  ],
  [
    '<a href="mailto:a@example.com" target=_blank>x</a>',
    [{ tag: 'a', attrs: { href: 'mailto:a@example.com' }, children: ['x'] }],
  ],
  [
    '<span style="color:#fff;position:fixed;background:url(https://evil.example);font-size:12px;width:expression(1)">x</span>',
    [{ tag: 'span', style: { color: '#fff', 'font-size': '12px' }, children: ['x'] }],
  ],
  ['<p dir="rtl">x</p>', [{ tag: 'p', attrs: { dir: 'rtl' }, children: ['x'] }]],
  ['<noscript><p title="</noscript><img src=x onerror=alert(1)>">x</p></noscript>', ['">x', p()]],
  ['<template><p>x</p></template><!-- c --><b>y', [{ tag: 'b', children: ['y'] }]],
])('%j is kept as %j', async (html, tree) => {
  expect(await safeTree(html)).toEqual(tree);
});

test('deep and broken markup takes little time, and is cut off at a depth', async () => {
  const started = performance.now();
  for (const html of [
    '<b>'.repeat(6_000),
    '<table><a>'.repeat(1_900),
    '<p><a href=x>'.repeat(1_500),
    '<'.repeat(20_000),
  ])
    await safeTree(html);
  expect(performance.now() - started).toBeLessThan(3_000);
  const depthOf = (nodes: readonly HtmlNode[]): number =>
    Math.max(0, ...nodes.map((node) => (typeof node === 'string' ? 0 : 1 + depthOf(node.children))));
  expect(depthOf(await safeTree('<b>'.repeat(6_000)))).toBe(16);
});

test('the text of markup has a line for each block', async () => {
  expect(plainText(await safeTree('<h2>Ten  percent</h2><ul><li>a</li><li>b <i>c</i></li></ul>  ✓'))).toBe(
    'Ten  percent\na\nb c\n✓',
  );
});
