const SPECIAL = /<!\[CDATA\[|<!--|<\?/;
const ENDS: Readonly<Record<string, string>> = { '<![CDATA[': ']]>', '<!--': '-->', '<?': '?>' };
/** Nothing that is recognized is longer. */
const HELD_BACK = 12;
const BARE = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/g;

/**
 * Escapes ampersands that begin no reference, as in the links of many feeds, Klaviyo's sample among them. So entities
 * other than the five of XML are text.
 */
export const ampersandEscaper = () => {
  let pending = '';
  let until: string | undefined;
  return (chunk: string, isLast = false): string => {
    let text = pending + chunk;
    let out = '';
    for (;;) {
      if (until === undefined) {
        const special = SPECIAL.exec(text);
        if (!special) break;
        out += text.slice(0, special.index).replace(BARE, '&amp;') + special[0];
        text = text.slice(special.index + special[0].length);
        until = ENDS[special[0]];
      } else {
        const end = text.indexOf(until);
        if (end === -1) break;
        out += text.slice(0, end + until.length);
        text = text.slice(end + until.length);
        until = undefined;
      }
    }
    const kept = isLast ? 0 : until === undefined ? openLength(text) : Math.min(until.length - 1, text.length);
    const ready = text.slice(0, text.length - kept);
    pending = text.slice(text.length - kept);
    return out + (until === undefined ? ready.replace(BARE, '&amp;') : ready);
  };
};

/** The length of an end that the next chunk may complete. */
const openLength = (text: string): number => {
  const at = Math.max(text.lastIndexOf('&'), text.lastIndexOf('<'));
  return at === -1 || text.length - at > HELD_BACK ? 0 : text.length - at;
};
