import * as v from 'valibot';
import { expectStatus, isOurError, read } from '../session/api.ts';
import { type Check, Failure } from '../session/check.ts';

export const health: Check = {
  name: 'health',
  claim: 'the API responds over HTTPS',
  run: async ({ api, deployment }) => {
    read(expectStatus(await api.call('GET', '/health'), 200), v.object({ status: v.literal('ok') }));
    const { protocol } = new URL(api.origin);
    if (!deployment.isLocal && protocol !== 'https:') throw new Failure(`${api.origin} is not HTTPS.`);
    return { seen: `${api.origin}/health is ok` };
  },
  advice:
    'No response at all: does the name resolve (a custom domain points at the output DomainTarget)? 403 or 404: is the API mapping there? 5xx: see the log group of the function system-http.',
};

export const preflight: Check = {
  name: 'preflight',
  claim: 'browsers on any site may call the public API',
  run: async ({ api }) => {
    const answer = await api.call('OPTIONS', '/client/events/?company_id=AAAAAA', {
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,revision',
      },
    });
    expectStatus(answer, 204, 200);
    const allowed = ['allow-origin', 'allow-headers', 'allow-methods'].map((name) => {
      const value = answer.headers.get(`access-control-${name}`);
      return { name, value };
    });
    const missing = allowed.filter(({ value }) => !value);
    if (missing.length > 0)
      throw new Failure(
        `The response lacks access-control-${missing.map(({ name }) => name).join(', access-control-')}.`,
      );
    const [origin] = allowed;
    if (origin?.value !== '*' && origin?.value !== 'https://shop.example')
      throw new Failure(`It allows the origin ${origin?.value} alone.`);
    return { seen: `${answer.status}, origin ${origin.value}` };
  },
  advice:
    "API Gateway answers preflights: check the API's CORS settings in its console. A CDN or firewall in front of it must pass OPTIONS on.",
};

/** Klaviyo's own clients append a slash to several paths. */
export const trailingSlash: Check = {
  name: 'trailing-slash',
  claim: 'a path with a trailing slash reaches our code',
  run: async ({ api }) => {
    const answer = await api.call('GET', '/api/events/', { headers: { authorization: '' } });
    expectStatus(answer, 401);
    if (!isOurError(answer)) throw new Failure(`Not our own 401: ${answer.text.slice(0, 200)}`);
    return { seen: 'our own 401 without a key' };
  },
  advice:
    'A bare 404 comes from the gateway: its routes need {rest+} below every prefix. Compare them with lib/constructs/api.ts.',
};

export const wrongKey: Check = {
  name: 'wrong-key',
  claim: 'a wrong key is refused',
  run: async ({ api }) => {
    const authorization = 'Klaviyo-API-Key pk_AAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const answer = expectStatus(await api.call('GET', '/api/profiles', { headers: { authorization } }), 401);
    if (!isOurError(answer)) throw new Failure(`Not our own 401: ${answer.text.slice(0, 200)}`);
    return { seen: 'refused with 401' };
  },
  advice:
    'Anything but 401 from our own code means that another program responds at this address, or that keys are not checked.',
};
