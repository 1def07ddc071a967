/** The color of shops that have set none. */
export const USUAL_COLOR = '#1f4fd8';

/**
 * The style of all pages, for light and dark mode. Escaping must not change it, since browsers compute its hash: it has
 * no quotes, ampersands or angle brackets.
 */
export const styleWith = (color: string): string => `
:root{color-scheme:light dark;--accent:${color};--on-accent:${isDark(color) ? '#fff' : '#000'};--page:#f3f3f1;--card:#fff;--text:#1a1a1a;--soft:#575757;--line:#858585;--faint:#f6f6f4;--wrong:#b00020;font:106.25%/1.55 system-ui,-apple-system,sans-serif}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100svh;padding:clamp(.75rem,5vw,4rem) .75rem 2rem;overflow-wrap:anywhere;background:var(--page);color:var(--text)}
.card,footer{width:100%;max-width:32rem;margin:0 auto;padding:0 clamp(1.25rem,5vw,2.5rem)}
.card{padding-top:2rem;padding-bottom:2rem;border-radius:1rem;background:linear-gradient(var(--accent) 0 .4rem,var(--card) 0);box-shadow:0 1px 2px #0002,0 .75rem 2.5rem #0000001a}
header{margin-bottom:1.5rem}
header img{display:block;max-width:100%;max-height:4.5rem}
.shop{font-weight:700;margin:0}
h1{font-size:clamp(1.6rem,1.3rem + 1.6vw,2.1rem);line-height:1.2;letter-spacing:-.015em;text-wrap:balance;margin:0 0 1rem}
p{margin:0 0 1rem}
.lead{font-size:1.0625rem}
.soft{color:var(--soft);font-size:.9375rem}
.state{display:block;width:3.5rem;height:3.5rem;margin:0 0 1.25rem;padding:.9rem;border:1px solid var(--line);border-radius:50%;background:var(--accent);color:var(--on-accent)}
.state.problem{background:none;border:2px solid var(--wrong);color:var(--wrong)}
label,legend{font-weight:600}
fieldset{min-width:0;border:0;margin:1.75rem 0 0;padding:0}
legend{padding:0;font-size:1.0625rem}
fieldset p{margin:.25rem 0}
fieldset label{display:flex;gap:.85rem;align-items:center;font-weight:400;min-height:3.25rem;margin-top:.5rem;padding:.6rem 1rem;border:1px solid var(--line);border-radius:.65rem;cursor:pointer}
fieldset label:hover,fieldset label:has(:checked){background:var(--faint)}
fieldset label:has(:focus-visible){outline:3px solid var(--text);outline-offset:2px}
input[type=email],input[type=tel],input[type=text],select{display:block;width:100%;min-height:3.25rem;font:inherit;padding:.7rem 1rem;margin-top:.4rem;border:1px solid var(--line);border-radius:.65rem;background:var(--card);color:inherit}
input[aria-invalid],select[aria-invalid]{border:2px solid var(--wrong)}
input[type=checkbox],input[type=radio]{width:1.35rem;height:1.35rem;margin:0;flex:none}
button{display:block;width:100%;min-height:3.25rem;font:inherit;font-weight:650;padding:.75rem 1.25rem;border:1px solid var(--line);border-radius:.65rem;background:var(--accent);color:var(--on-accent);cursor:pointer}
button:hover{box-shadow:0 0 0 2px var(--line)}
button:active{transform:translateY(1px)}
button.quiet{background:none;color:inherit;font-weight:600}
.actions{display:grid;gap:.75rem;margin:1.75rem 0 0}
.next{margin:1.5rem 0 0}
:focus-visible{outline:3px solid var(--text);outline-offset:2px}
label :focus-visible{outline:none}
.wrong{color:var(--wrong);font-weight:600}
.trap{position:absolute;left:-9999px}
a{color:inherit;text-underline-offset:.2em}
footer{margin-top:1.5rem;color:var(--soft);font-size:.875rem;white-space:pre-line}
@media(prefers-color-scheme:dark){:root{--page:#101113;--card:#1b1d20;--text:#f2f2f2;--soft:#b9b9b9;--line:#85878c;--faint:#25282c;--wrong:#ff9aa8}.card{box-shadow:none}header img{padding:.5rem .75rem;border-radius:.5rem;background:#fff}}
`;

/** Whether white text has more contrast on the color than black text, by the relative luminance of WCAG 2. */
const isDark = (color: string): boolean => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05;
};
