import type { Command } from 'commander';
import { sftpFirstFolders, sftpHome } from '../../../functions/domains/imports/places/sftp.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { contentOf } from '../cli/local-file.ts';
import { columns } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface AddOptions {
  readonly account?: string;
  readonly id?: string;
  readonly key: string;
}

export const addSftp = (program: Command, run: Run): void => {
  const users = program
    .command('sftp')
    .description('the server where files are dropped by SFTP')
    .command('users')
    .description('who may drop files by SFTP');

  users
    .command('add <name>')
    .description('let somebody in by a public key; a further key for somebody who is in already')
    .option('--account <id>', 'whose files they are, by default the only one there is')
    .requiredOption('--key <file>', 'the public key, such as ~/.ssh/id_ed25519.pub')
    .action(
      run(async ({ account, id: name = '', key }: AddOptions, { services, output, target }) => {
        const of = await accountOrOnly(account, services);
        const server = await target.sftp();
        const user = userName(of, name);
        const added = await server.add({ account: of, user }, publicKeyIn(key));
        // So that a first look shows where files belong.
        for (const folder of sftpFirstFolders)
          await services
            .imports()
            .write(`${sftpHome({ account: of, user })}${folder}/`, Buffer.alloc(0), 'application/x-directory');
        const { host, port } = server;
        output.answer({ ...added, host, ...(port !== undefined && { port }) }, user);
        output.note(
          `\nTry: sftp ${port === undefined ? '' : `-P ${port} `}${user}@${host}, then: put people.csv profiles/`,
        );
      }),
    );

  users
    .command('list')
    .description('list who may drop files by SFTP')
    .action(
      run(async (_: object, { output, target }) => {
        const found = await (await target.sftp()).list();
        const rows = found.map(({ user, account, keys }) => ({ user, account, keys: keys.length }));
        output.answer(found, columns(rows));
        if (found.length === 0)
          output.note(
            'Nobody yet. Let somebody in: npm run admin -- sftp users add <name> --key ~/.ssh/id_ed25519.pub',
          );
      }),
    );

  users
    .command('remove <name>')
    .description('let somebody in no longer; the files stay')
    .action(
      run(async ({ id: user = '' }: { id?: string }, { output, target }) => {
        await (await target.sftp()).remove(user);
        output.answer(
          { user, removed: true },
          `Removed ${user}. A connection that is open ends with what it is doing.`,
        );
      }),
    );
};

/** As Klaviyo's: the account, then a name. Transfer Family takes 3 to 100 letters, digits, `_`, `-`, `@` and dots. */
const userName = (account: string, name: string): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$/.test(name))
    throw new Advice(`'${name}' can't be a user's name: use up to 61 letters, digits, hyphens, dots and underscores.`);
  return name.startsWith(`${account}_`) ? name : `${account}_${name}`;
};

const publicKeyIn = (file: string): string => {
  const text = contentOf(file).toString().trim();
  if (/PRIVATE KEY/.test(text))
    throw new Advice(`${file} is a private key. Keep it, and give the file that ends in .pub.`);
  if (!/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/=]+( .*)?$/.test(text))
    throw new Advice(`${file} is no public key for SSH. Make one by: ssh-keygen -t ed25519`);
  return text;
};
