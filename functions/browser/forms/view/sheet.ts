/**
 * The style of all forms. Custom properties hold what others say: `--tributary-…` the page, all others the definition.
 */
const css = `
:host{display:block}
*{box-sizing:border-box}
.root{--ink:var(--tributary-color,#1c1d21);--paper:var(--tributary-background,#fff);--accent:var(--tributary-accent,#1f4fd8);--on-accent:var(--tributary-on-accent,#fff);--edge:#7a7d87;--wrong:#b3261e;--in:var(--paper);--focus:var(--accent);
font:400 16px/1.5 var(--tributary-font,inherit);font-family:var(--tributary-font,inherit);letter-spacing:normal;word-spacing:normal;text-transform:none;text-indent:0;text-shadow:none;text-align:start;white-space:normal;cursor:auto;visibility:visible;color:var(--body,var(--ink));-webkit-text-size-adjust:100%}
.dark{color-scheme:dark;--ink:var(--tributary-color,#ececf1);--paper:var(--tributary-background,#1d1f25);--accent:var(--tributary-accent,#9db8ff);--on-accent:var(--tributary-on-accent,#11131a);--edge:#8e929e;--wrong:#ffb4ab}
.root:not(.dark){color-scheme:light}
dialog{padding:0;border:0;background:none;max-width:none;max-height:none;overflow:visible;color:inherit}
dialog::backdrop{background:var(--veil,rgb(15 17 22/.55))}
.card{position:relative;background:var(--bg,var(--paper)) var(--image,none);border:var(--border,0);border-radius:var(--radius,12px);overflow:auto;overscroll-behavior:contain;min-height:var(--tall,0);outline:0}
.popup,.flyout,.teaser{border-radius:var(--radius,12px);box-shadow:var(--shadow,0 12px 40px rgb(0 0 0/.25))}
.popup{margin:auto;width:min(var(--wide,480px),100vw - 16px)}
.popup .card{max-height:calc(100vh - 16px);max-height:calc(100dvh - 16px)}
.full{margin:0;width:100vw;height:100vh;height:100dvh}
.full .card{width:100%;height:100%;border-radius:0;display:grid}
.full .step{margin:auto;width:min(var(--wide,560px),100%)}
.flyout{position:fixed;z-index:2147483000;margin:16px;width:min(var(--wide,380px),100vw - 16px)}
.flyout .card{max-height:calc(100vh - 32px);max-height:calc(100dvh - 32px)}
.v-top{top:0}.v-bottom{bottom:0}.v-center{top:50%;transform:translateY(-50%)}
.h-left{left:0}.h-right{right:0}.h-center{left:0;right:0;margin-inline:auto}
.banner{z-index:2147483000;box-shadow:var(--shadow,0 0 16px rgb(0 0 0/.2))}
.banner.fixed{position:fixed;left:0;right:0}
.banner .card{border-radius:0;max-height:50vh}
.embed .card{max-width:var(--wide,none);margin-inline:auto}
.step{display:grid;grid-template-columns:var(--columns,1fr)}
.column{display:flex;flex-direction:column;gap:12px;justify-content:center;min-width:0;padding:var(--pad,28px);background-size:cover;background-position:center}
.picture{min-height:200px}
.row{display:flex;flex-wrap:wrap;gap:12px}
.row>*{flex:1 1 120px;min-width:0}
.row>.fit{flex:0 0 auto;max-width:100%}
.row:has(>div>label:not(.hush))>.press:not(:only-child){padding-top:25px}
:not(.banner)>.card>.x+form .row:first-child{padding-inline-end:28px}
:not(.banner)>.card>.x.left+form .row:first-child{padding-inline:0;padding-left:28px}
:not(.banner)>.card>.x.right+form .row:first-child{padding-inline:0;padding-right:28px}
.x{position:absolute;inset-block-start:6px;inset-inline-end:6px;z-index:1;width:44px;height:44px;padding:0;border:0;background:none;color:var(--cross,var(--ink));cursor:pointer;display:grid;place-items:center}
.x.left{inset-inline:auto;left:6px}.x.right{inset-inline:auto;right:6px}
.x span{width:var(--cross-size,28px);height:var(--cross-size,28px);border-radius:50%;background:var(--cross-bg,var(--paper));border:1px solid var(--cross-edge,transparent);display:grid;place-items:center}
.x svg{width:55%;height:55%;stroke:currentColor;stroke-width:var(--cross-stroke,2);fill:none;stroke-linecap:round}
label,legend{display:block;padding:0;margin:0 0 4px;font-size:.875em;font-weight:600;color:var(--label,inherit)}
.hush{position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap;border:0}
input,select{font:inherit;color:var(--in-ink,inherit)}
.input{display:block;width:100%;min-height:44px;height:var(--in-height,auto);padding:8px 12px;background-color:var(--in-bg,var(--in));border:1px solid var(--in-edge,var(--edge));border-radius:var(--in-radius,8px)}
.input::placeholder{color:var(--in-hint,inherit);opacity:.72}
.input:focus{border-color:var(--in-focus,var(--accent))}
*:focus-visible{outline:3px solid var(--outline,var(--focus));outline-offset:2px}
.step:focus-visible{outline:0}
[aria-invalid=true]{border-color:var(--wrong)}
fieldset{margin:0;padding:0;border:0;min-width:0}
.options{display:flex;flex-wrap:wrap;gap:4px 16px}
.stack{flex-direction:column}
.option{display:flex;gap:10px;align-items:flex-start;min-height:28px;margin:0;font-size:1em;font-weight:400;line-height:1.4;padding-block:3px;cursor:pointer}
.option input{flex:none;width:20px;height:20px;margin:1px 0 0;accent-color:var(--accent)}
.wording{font-size:.8125em}
.error{margin:4px 0 0;font-size:.875em;font-weight:600;color:var(--wrong)}
.error:empty{display:none}
.button{display:block;width:100%;min-height:44px;padding:10px 20px;border:var(--b-edge,0);border-radius:var(--b-radius,8px);background:var(--b-bg,var(--accent));color:var(--b-ink,var(--on-accent));font:inherit;font-weight:600;cursor:pointer}
.quiet{background:none;color:inherit;text-decoration:underline}
.quiet:hover{background:none;color:inherit}
.button:hover{background:var(--b-hover,var(--b-bg,var(--accent)));color:var(--b-hover-ink,var(--b-ink,var(--on-accent)))}
.fit .button{width:auto;margin-inline:auto;max-width:100%}
.link{background:none;border:0;padding:0;cursor:pointer;display:inline-block;max-width:100%}
img{display:inline-block;max-width:100%;height:auto}
.text{overflow-wrap:anywhere}
.text>:first-child{margin-top:0}.text>:last-child{margin-bottom:0}
h1,h2,h3,h4,h5,h6,p,ul,ol,blockquote{margin:0 0 .5em}
h1{font-size:1.75em;line-height:1.2}h2{font-size:1.5em;line-height:1.25}h3{font-size:1.25em;line-height:1.3}
a{color:var(--link,inherit);text-decoration:var(--link-line,underline)}
[aria-busy=true]{opacity:.7;cursor:progress}
.teaser{position:fixed;z-index:2147482999;margin:16px;background:var(--bg,var(--accent)) var(--image,none);color:var(--on-accent);display:flex;align-items:center;max-width:calc(100vw - 32px)}
.teaser .open{flex:1;min-height:44px;padding:12px 20px;border:0;border-radius:inherit;background:none;color:inherit;font:inherit;font-weight:600;cursor:pointer;overflow:hidden}
.teaser .x{position:static;flex:none}
[dir=ltr] .x.left,[dir=rtl] .x.right{order:-1}
.circle{border-radius:50%;width:var(--size,96px);height:var(--size,96px)}
.circle .open{padding:8px;height:100%}
:is(.circle,.corner) .x{position:absolute;inset-block-start:-20px;inset-inline-end:-20px;color:var(--cross,var(--ink))}
:is(.circle,.corner) .x.left{inset-inline:auto;left:-20px}:is(.circle,.corner) .x.right{inset-inline:auto;right:-20px}
.corner{border-radius:var(--radius,4px);min-width:var(--size,140px)}
.rectangle{min-width:var(--size,160px)}
@media(max-width:767px){
.step{grid-template-columns:1fr}
.column{padding:var(--pad,20px)}
.picture{min-height:140px;order:-1}
.banner .column{padding-inline-end:48px}
.banner .x.left+form .column{padding-left:48px;padding-right:var(--pad,20px)}
.banner .x.right+form .column{padding-left:var(--pad,20px);padding-right:48px}
.banner .text{flex-basis:100%}
.flyout{margin:8px}
}
@media(min-width:768px){
.banner .column{padding-block:12px;padding-inline:var(--pad,28px) 60px;flex-flow:row wrap;justify-content:center}
.banner .x.left+form .column{padding-left:60px;padding-right:var(--pad,28px)}
.banner .x.right+form .column{padding-left:var(--pad,28px);padding-right:60px}
.banner .row{flex:0 1 auto}
.banner .row>*{flex:0 1 auto}
.banner .text{align-self:center}
}
@media(prefers-reduced-motion:no-preference){
.popup[open],.flyout,.teaser{animation:in .25s ease-out}
@keyframes in{from{opacity:0;translate:0 12px}}
}
@media(forced-colors:active){.card,.button,.teaser{border:1px solid}}
`;

/** The style sheet of a form. It is constructed, so that a strict policy of the page for styles does not concern it. */
export const newSheet = (): CSSStyleSheet => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
};
