import { describe, expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

/** Small windows and chunks, so that rows of one person are far apart. */
const pace = { windowRows: 3, chunkBytes: 200 };
const sizes = (...rows: readonly (readonly [string, string])[]) =>
  `Email,Size,Colour\n${rows.map(([name, rest]) => `${name}@example.com,${rest}\n`).join('')}`;
const others = (from: number) => Array.from({ length: 8 }, (_, i) => [`p${from + i}`, `${i},`] as const);
/** Ada comes three times: twice in a row, and once after all others. */
const text = sizes(['ada', '1,red'], ['ada', '2,'], ...others(0), ['ada', '3,blue'], ['nobody at all', '1,']);

const start = async () => {
  const app = await startImports(pace);
  const rev = async (name: string) => (await app.profile(`${name}@example.com`)).attributes.updated;
  const properties = async (name: string) => (await app.profile(`${name}@example.com`)).attributes.properties;
  const send = async (content: string, name = 'people', folder = '') => {
    app.advance(60_000);
    return (await app.drop(`${folder}profiles/${name}.csv`, content)).attributes;
  };
  return { ...app, rev, properties, send };
};

describe('a person with two different rows in one file', () => {
  test('is unchanged when the file is imported again under any name, and nothing is written', async () => {
    const app = await start();
    expect(await app.send(text)).toMatchObject({ created_count: 9, updated_count: 2, failed_count: 1 });
    const before = await app.rev('ada');
    const all = { created_count: 0, updated_count: 0, unchanged_count: 11, failed_count: 1 };

    for (const name of ['people', 'people', 'other']) {
      expect(await app.send(text, name)).toMatchObject(all);
      expect(await app.rev('ada')).toBe(before);
    }
    expect(await app.properties('ada')).toEqual({ Size: 3, Colour: 'blue' });
    expect(await app.send(text, 'tried', 'dry-run/')).toMatchObject({ ...all, dry_run: true });
  });

  test('gets the values of the file again where a call changed them since, and is unchanged after that', async () => {
    const app = await start();
    await app.send(text);
    const { id } = await app.profile('ada@example.com');
    await app.patch(`/api/profiles/${id}`, {
      data: { type: 'profile', id, attributes: { properties: { Size: 9, Shoes: 42 } } },
    });
    expect(await app.send(text, 'tried', 'dry-run/')).toMatchObject({ updated_count: 3, unchanged_count: 8 });
    expect(await app.send(text)).toMatchObject({ updated_count: 3, unchanged_count: 8 });
    expect(await app.properties('ada')).toEqual({ Size: 3, Colour: 'blue', Shoes: 42 });
    expect(await app.send(text)).toMatchObject({ updated_count: 0, unchanged_count: 11 });
  });

  test('may be two people who were merged since: the later row holds, and the next import changes nothing', async () => {
    const app = await start();
    const two = sizes(['ada', '1,red'], ['bob', '2,'], ...others(0), ['ada', '3,'], ['bob', '4,']);
    await app.send(two);
    const [into, from] = [await app.profile('ada@example.com'), await app.profile('bob@example.com')];
    const { status } = await app.post('/api/profile-merge', {
      data: {
        type: 'profile-merge',
        id: into.id,
        relationships: { profiles: { data: [{ type: 'profile', id: from.id }] } },
      },
    });
    expect(status).toBe(201);

    expect(await app.send(two)).toMatchObject({ created_count: 0, updated_count: 4, unchanged_count: 8 });
    expect(await app.properties('ada')).toEqual({ Size: 4, Colour: 'red' });
    expect(await app.send(two)).toMatchObject({ created_count: 0, updated_count: 0, unchanged_count: 12 });
    expect(await app.properties('ada')).toEqual({ Size: 4, Colour: 'red' });
  });

  test('is changed by another file, and by the first one again after that', async () => {
    const app = await start();
    await app.send(text);
    expect(await app.send(sizes(['ada', '3,blue'], ['ada', '4,']))).toMatchObject({ updated_count: 1 });
    expect(await app.send(text)).toMatchObject({ updated_count: 3, unchanged_count: 8 });
    expect(await app.properties('ada')).toEqual({ Size: 3, Colour: 'blue' });
  });

  test('is changed by the same file with another mapping', async () => {
    const app = await start();
    await app.send(text);
    await app.put('profiles/people.mapping.json', '{"columns":{"Size":"Shoes"}}');
    expect(await app.send(text)).toMatchObject({ updated_count: 11 });
    expect(await app.properties('ada')).toEqual({ Size: 3, Colour: 'blue', Shoes: 3 });
  });

  test('gets a row that failed before and would not now', async () => {
    const app = await start();
    await app.post('/api/profiles', {
      data: { type: 'profile', attributes: { email: 'bob@example.com', external_id: 'e1' } },
    });
    const claims = 'Email,External ID,Size\nada@example.com,,1\nada@example.com,e1,2\nada@example.com,,3\n';
    expect(await app.send(claims)).toMatchObject({ created_count: 1, updated_count: 1, failed_count: 1 });
    expect(await app.send(claims)).toMatchObject({ unchanged_count: 2, failed_count: 1 });
    const { id } = await app.profile('bob@example.com');
    await app.patch(`/api/profiles/${id}`, { data: { type: 'profile', id, attributes: { external_id: 'e2' } } });

    expect(await app.send(claims)).toMatchObject({ failed_count: 0, updated_count: 2, unchanged_count: 1 });
    expect((await app.profile('ada@example.com')).attributes).toMatchObject({
      external_id: 'e1',
      properties: { Size: 3 },
    });
    expect(await app.send(claims)).toMatchObject({ failed_count: 0, updated_count: 0, unchanged_count: 3 });
  });

  test('gets all rows from an import whose predecessor was stopped in the middle', async () => {
    const app = await start();
    await app.put('profiles/first.csv', text);
    await app.deliver(await app.notice('profiles/first.csv'));
    const [message = ''] = await app.receive();
    await app.deliver(message);
    const { id, attributes } = await app.job('profiles/first.csv');
    expect(attributes).toMatchObject({ status: 'processing' });
    await app.patch(`/api/import-jobs/${id}`, { data: { type: 'import-job', attributes: { status: 'cancelled' } } });
    await app.drain();
    expect(await app.send(text)).toMatchObject({ failed_count: 1 });
    expect(await app.properties('ada')).toEqual({ Size: 3, Colour: 'blue' });
  });
});
