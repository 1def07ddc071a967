import { type Html, html, htmlString } from '../../platform/html.ts';

/** A script of a page, and its source, whose hash the content security policy allows. */
export interface Script {
  readonly element: Html;
  readonly source: string;
}

const OPEN = '<script>';
const CLOSE = '</script>';

const scriptIn = (element: Html): Script => ({
  element,
  source: htmlString(element).slice(OPEN.length, -CLOSE.length),
});

/**
 * Solves the challenge of a form in the background and puts the solution into its field `altcha`. A submit waits for the
 * solution. A browser that cannot solve it sends the form without a solution, and the response explains the problem.
 */
export const solvingScript: Script = scriptIn(html`<script>
(() => {
  const form = document.querySelector('form[data-challenge]');
  document.querySelector('#unscripted').hidden = true;
  const challenge = JSON.parse(form.dataset.challenge);
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const bytes = (hex) => hex.match(/../g).map((byte) => Number.parseInt(byte, 16));
  const keyOf = async (counter) => {
    const password = new DataView(new ArrayBuffer(nonce.length / 2 + 4));
    bytes(nonce).forEach((byte, at) => password.setUint8(at, byte));
    password.setUint32(nonce.length / 2, counter);
    const given = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const how = { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(bytes(salt)), iterations: cost };
    const key = await crypto.subtle.deriveBits(how, given, 8 * keyLength);
    return Array.from(new Uint8Array(key), (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  const solve = async () => {
    for (let from = 0; ; from += 8) {
      const counters = Array.from({ length: 8 }, (_, i) => from + i);
      const keys = await Promise.all(counters.map(keyOf));
      const at = keys.findIndex((key) => key.startsWith(keyPrefix));
      if (at >= 0) return { counter: counters[at], derivedKey: keys[at] };
    }
  };
  const done = solve().then(
    (solution) => { form.elements.altcha.value = btoa(JSON.stringify({ challenge, solution })); },
    () => {},
  );
  let isSent = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (isSent) return;
    isSent = true;
    document.querySelector('#working').hidden = false;
    done.then(() => form.submit());
  });
})();
</script>`);
