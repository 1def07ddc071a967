export interface Target {
  readonly base: string;
  readonly company: string;
}

const urlOf = ({ base, company }: Target, path: string): string =>
  `${base}/client/${path}?company_id=${encodeURIComponent(company)}`;

/** Reads from the account's routes; undefined if that fails. */
export const getJson = async <T>(target: Target, path: string): Promise<T | undefined> => {
  try {
    const response = await fetch(urlOf(target, path), { credentials: 'omit' });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
};

export interface Reply {
  readonly status: number;
  readonly document?: {
    readonly meta?: { readonly exchange_id?: string };
    readonly errors?: readonly { readonly detail?: string; readonly source?: { readonly pointer?: string } }[];
  };
}

/** Posts to the account's routes. The requests are simple in the words of CORS, and carry no cookies. Never rejects. */
export const postJson = async (target: Target, path: string, data: object): Promise<Reply> => {
  try {
    const response = await fetch(`${urlOf(target, path)}&onsite=true`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      credentials: 'omit',
      keepalive: true,
      body: JSON.stringify({ data }),
    });
    const document = await response.json().catch(() => undefined);
    return { status: response.status, document };
  } catch {
    return { status: 0 };
  }
};
