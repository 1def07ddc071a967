import type { Command } from 'commander';
import { sftpFirstFolders, sftpHome } from '../../../functions/domains/imports/places/sftp.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { readLocalFile } from '../cli/local-file.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';

interface AddOptions {
  readonly account?: string;
  readonly id?: string;
  readonly key: string;
}

export const addSftpUsers = (program: Command, run: Run): void => {
  const users = program
    .command('sftp')
    .description('manage uploads by SFTP')
    .command('users')
    .description('manage who may upload files by SFTP');

  users
    .command('add <name>')
    .description('add a user with a public key, or another key to a user')
    .option('--account <id>', 'the account that the files belong to (default: the only account)')
    .requiredOption('--key <file>', 'the public key, such as ~/.ssh/id_ed25519.pub')
    .action(
      run(async ({ account, id: name = '', key }: AddOptions, { services, output, target, record }) => {
        const of = await accountOrOnly(account, services);
        const server = await target.sftp();
        const user = userName(of, name);
        const publicKey = readPublicKey(key);
        const sftpUser = await record(of, {
          action: 'create',
          type: 'sftp-user',
          id: user,
          run: () => server.add({ account: of, user }, publicKey),
          after: ({ keys }) => ({ values: { keys } }),
        });
        // Empty folders show the user where files belong.
        for (const folder of sftpFirstFolders)
          await services
            .imports()
            .write(`${sftpHome({ account: of, user })}${folder}/`, Buffer.alloc(0), 'application/x-directory');
        const { host, port } = server;
        output.answer({ ...sftpUser, host, ...(port !== undefined && { port }) }, user);
        output.note(
          `\nTry: sftp ${port === undefined ? '' : `-P ${port} `}${user}@${host}, then: put people.csv profiles/`,
        );
      }),
    );

  users
    .command('list')
    .description('list SFTP users')
    .action(
      run(async (_: object, { output, target }) => {
        const all = await (await target.sftp()).list();
        const rows = all.map(({ user, account, keys }) => ({ user, account, keys: keys.length }));
        output.answer(all, formatTable(rows));
        if (all.length === 0)
          output.note(
            'There is no SFTP user yet. Add one: npm run admin -- sftp users add <name> --key ~/.ssh/id_ed25519.pub',
          );
      }),
    );
  addRemove(users, run);
};

const addRemove = (users: Command, run: Run): void => {
  users
    .command('remove <name>')
    .description('remove a user; the files stay')
    .action(
      run(async ({ id: user = '' }: { id?: string }, { output, target, record }) => {
        const server = await target.sftp();
        const known = (await server.list()).find((one) => one.user === user);
        const remove = () => server.remove(user);
        if (known)
          await record(known.account, {
            action: 'delete',
            type: 'sftp-user',
            id: user,
            before: { keys: known.keys },
            run: remove,
            after: () => ({}),
          });
        else await remove();
        output.answer({ user, removed: true }, `Removed ${user}. An open connection finishes its current transfer.`);
      }),
    );
};

/** Prefixes a name with the account, as Klaviyo does. Transfer Family allows 100 letters, digits, `_`, `-` and dots. */
const userName = (account: string, name: string): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$/.test(name))
    throw new Advice(
      `'${name}' is not a valid user name. Use up to 61 letters, digits, hyphens, dots and underscores.`,
    );
  return name.startsWith(`${account}_`) ? name : `${account}_${name}`;
};

const readPublicKey = (file: string): string => {
  const text = readLocalFile(file).toString().trim();
  if (/PRIVATE KEY/.test(text))
    throw new Advice(`${file} is a private key. Keep it secret, and name the public key, the file that ends in .pub.`);
  if (!/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/=]+( .*)?$/.test(text))
    throw new Advice(`${file} is not a public SSH key. Make one with: ssh-keygen -t ed25519`);
  return text;
};
