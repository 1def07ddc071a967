import {
  CreateUserCommand,
  DeleteUserCommand,
  DescribeUserCommand,
  ImportSshPublicKeyCommand,
  paginateListUsers,
  TransferClient,
  type TransferClientConfig,
} from '@aws-sdk/client-transfer';
import { sftpFolders, sftpHome, sftpInboxes } from '../../../functions/domains/imports/places/sftp.ts';
import { Advice } from '../cli/advice.ts';

/** The SFTP server of a deployment, and the role of its users. */
export interface SftpServer {
  readonly serverId: string;
  readonly userRole: string;
  readonly host: string;
  /** @default 22 */
  readonly port?: number | undefined;
}

export interface SftpUser {
  readonly user: string;
  readonly account: string;
  readonly keys: readonly { readonly id: string; readonly key: string }[];
}

interface UserKey {
  readonly account: string;
  readonly user: string;
}

/** Manages the users of the SFTP server. Each signs in with a public key and sees only their own folder. */
export const openSftpServer = (server: SftpServer, bucket: string, config: TransferClientConfig) => {
  const { serverId: ServerId, userRole: Role } = server;
  const client = new TransferClient(config);

  const describe = async (user: string): Promise<SftpUser> => {
    const { User } = await client.send(new DescribeUserCommand({ ServerId, UserName: user }));
    const [home] = User?.HomeDirectoryMappings ?? [];
    const [, , , account = ''] = home?.Target?.split('/') ?? [];
    const keys = (User?.SshPublicKeys ?? []).map(({ SshPublicKeyId = '', SshPublicKeyBody = '' }) => ({
      id: SshPublicKeyId,
      key: SshPublicKeyBody,
    }));
    return { user, account, keys };
  };

  return {
    ...server,

    async add({ account, user }: UserKey, key: string): Promise<SftpUser> {
      try {
        const input = { ServerId, Role, ...userInput({ account, user }, bucket), SshPublicKeyBody: key };
        await client.send(new CreateUserCommand(input));
      } catch (error) {
        if (!isNamed(error, 'ResourceExistsException')) throw error;
        const existing = await describe(user);
        if (existing.account !== account)
          throw new Advice(
            `The user ${user} exists already and belongs to the account ${existing.account}. Choose another name.`,
          );
        if (existing.keys.some((each) => bodyOf(each.key) === bodyOf(key))) return existing;
        await client.send(new ImportSshPublicKeyCommand({ ServerId, UserName: user, SshPublicKeyBody: key }));
      }
      return describe(user);
    },

    async list(): Promise<SftpUser[]> {
      const users: SftpUser[] = [];
      for await (const { Users = [] } of paginateListUsers({ client }, { ServerId })) {
        for (const { UserName } of Users) if (UserName !== undefined) users.push(await describe(UserName));
      }
      return users;
    },

    async remove(user: string): Promise<void> {
      try {
        // Deleting a user that does not exist succeeds on AWS, and would hide a typo.
        await describe(user);
        await client.send(new DeleteUserCommand({ ServerId, UserName: user }));
      } catch (error) {
        if (!isNamed(error, 'ResourceNotFoundException')) throw error;
        throw new Advice(`There is no SFTP user ${user}. List the users: npm run admin -- sftp users list`);
      }
    },
  };
};

/** The folders and the permissions of a user. */
const userInput = ({ account, user }: UserKey, bucket: string) => {
  const home = `/${bucket}/${sftpHome({ account, user })}`;
  return {
    UserName: user,
    HomeDirectoryType: 'LOGICAL' as const,
    HomeDirectoryMappings: sftpFolders.map((folder) => ({ Entry: `/${folder}`, Target: `${home}${folder}` })),
    Policy: JSON.stringify(policyOf({ account, user }, bucket)),
  };
};

/** Lets users read reports, and upload, rename and delete files. The policy narrows the role. */
const policyOf = (owner: UserKey, bucket: string) => {
  const home = sftpHome(owner);
  const objects = (folder: string) => `arn:aws:s3:::${bucket}/${home}${folder}/*`;
  const allow = (Action: readonly string[], Resource: readonly string[], Condition?: object) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow(['s3:ListBucket'], [`arn:aws:s3:::${bucket}`], { StringLike: { 's3:prefix': [`${home}*`] } }),
      allow(['s3:GetBucketLocation'], [`arn:aws:s3:::${bucket}`]),
      allow(['s3:GetObject'], sftpFolders.map(objects)),
      allow(['s3:PutObject', 's3:DeleteObject'], sftpInboxes.map(objects)),
    ],
  };
};

/** The key without its comment. */
const bodyOf = (key: string): string => key.trim().split(/\s+/).slice(0, 2).join(' ');

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
