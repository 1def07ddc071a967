import type { FetchSettings } from '../fetch.ts';

/** A file on an SFTP server that somebody else chose, such as that of a feed. */
export interface SftpFile {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The SHA-256 fingerprint of the server's public key, as `ssh-keygen -l` prints it: `SHA256:…`. */
  readonly hostKey: string;
  /** Absolute, or relative to the home of the user. */
  readonly path: string;
  readonly login: SftpLogin;
}

/** How the user proves who they are: by a password, or a private key as OpenSSH writes it. */
export interface SftpLogin {
  readonly kind: 'password' | 'private_key';
  readonly secret: string;
}

export interface SftpOptions {
  /** Timeout until the last byte. @default 10 seconds */
  readonly totalMs?: number;
  /** @default 1 MiB */
  readonly maxBytes?: number;
}

/** An open connection: read the body to its end, or close it. */
export interface OpenedFile {
  readonly size: number;
  /** In seconds, by the clock of the server. */
  readonly modified: number;
  /** The content, which can be read once. Throws if the file changes meanwhile, and beyond the limits. */
  readonly body: AsyncIterable<Uint8Array>;
  close(): void;
}

/** Throws errors whose `code` is a `FetchErrorCode`. */
export type SafeSftp = (file: SftpFile, options?: SftpOptions) => Promise<OpenedFile>;

export interface SftpSettings extends Pick<FetchSettings, 'allowsAddress' | 'allowsLoopback' | 'resolve'> {
  /** Until the user is logged in. @default 10 seconds */
  readonly loginMs?: number;
}

/** Loads the client with the first file. */
export const openSftp = (settings: SftpSettings = {}): SafeSftp => {
  let opened: Promise<SafeSftp> | undefined;
  return async (file, options) => {
    opened ??= import('./sftp-client.ts').then(({ openSftpClient }) => openSftpClient(settings));
    return (await opened)(file, options);
  };
};
