const PEM = /^-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----\s[\s\S]+\s-----END \1PRIVATE KEY-----$/;
const NO_CIPHER = Buffer.from('openssh-key-v1\0\0\0\0\x04none');
const CONVERT = 'Convert it: ssh-keygen -p -f <file>.';

/** What is wrong with a private key. */
export const privateKeyProblem = (text: string): string | undefined => {
  const [, kind] = PEM.exec(text.trim()) ?? [];
  if (kind === undefined)
    return 'It is no private key of OpenSSH, which begins with -----BEGIN OPENSSH PRIVATE KEY-----.';
  if (kind === 'OPENSSH ') {
    const body = Buffer.from(text.replaceAll(/-----[^-]+-----/g, ''), 'base64');
    return body.subarray(0, NO_CIPHER.length).equals(NO_CIPHER) ? undefined : ENCRYPTED;
  }
  if (kind === 'ENCRYPTED ' || /^Proc-Type: *4,ENCRYPTED/m.test(text)) return ENCRYPTED;
  return kind === 'RSA ' || kind === 'EC ' ? undefined : `It is a private key in the format of PKCS #8. ${CONVERT}`;
};

const ENCRYPTED = 'The private key is encrypted. Make one without a passphrase for this feed: ssh-keygen -t ed25519.';
