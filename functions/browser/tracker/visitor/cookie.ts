import { attempt } from '../../shared/attempt.ts';
import type { Visitor } from '../../shared/internals.ts';
import type { Jar } from '../delivery/visitor.ts';

const MAX_AGE_S = 730 * 86_400;

const encode = ({ cid, token }: Visitor): string => btoa(JSON.stringify({ cid, $exchange_id: token }));

/** The visitor of a cookie's value, which may be anything. */
export const parseVisitor = (value = ''): Visitor | undefined =>
  attempt(() => {
    const { cid, $exchange_id: token }: { cid?: string; $exchange_id?: string } = JSON.parse(atob(value));
    return cid ? { cid, token } : undefined;
  });

const write = (value: string, domain: string | undefined, maxAge: number): void => {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  const at = domain ? `; Domain=${domain}` : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous, and not in every browser.
  document.cookie = `__tb_id=${value}; Path=/; Max-Age=${maxAge}; SameSite=Lax${secure}${at}`;
};

const read = (): string | undefined => /(?:^|; )__tb_id=([^;]*)/.exec(document.cookie)?.[1];

/**
 * The domains that a cookie of this page may have, the widest first. Browsers refuse public suffixes, such as `co.uk`; each
 * try takes a millisecond or more, so top-level domains are left out.
 */
const domains = (): (string | undefined)[] => {
  const labels = location.hostname.split('.');
  return [...labels.map((_, index) => labels.slice(-index - 1).join('.')).slice(1), undefined];
};

/** The cookie `__tb_id`. Where the browser blocks cookies, the visitor lasts as long as the page. */
export const openCookie = (onWrite: (value: string, domain: string | undefined) => void) => {
  let memory: Visitor | undefined;
  let chosen: string | undefined;

  const erase = (): void =>
    attempt(() => {
      for (const domain of domains()) write('', domain, 0);
    });
  const jar: Jar = {
    get: () => attempt(() => parseVisitor(read())) ?? memory,
    set: (visitor) => {
      const value = encode(visitor);
      memory = visitor;
      attempt(() => {
        for (const domain of chosen ? [chosen] : domains()) {
          write(value, domain, MAX_AGE_S);
          if (read() !== value) continue;
          memory = undefined;
          return onWrite(value, domain);
        }
      });
    },
  };
  return {
    jar,
    clear: (): void => {
      memory = undefined;
      erase();
    },
    /** The domain that is set, and with an argument sets it. */
    domain: (domain?: string): string | undefined => {
      const visitor = jar.get();
      chosen = domain ?? chosen;
      if (domain && visitor) {
        erase();
        jar.set(visitor);
      }
      return chosen;
    },
  };
};
