/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Parses XML 1.0 as far as our reports use it, and throws where it is not well-formed: characters that cannot
 * be written, stray < and &, "]]>" in text, attributes twice, elements that do not close.
 */
export function parseXml(text: string): XmlElement {
  const illegal = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(text);
  if (illegal !== null) throw new Error(`illegal character at ${illegal.index}`);
  const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!text.startsWith(prolog)) throw new Error('no XML declaration');
  type Open = { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string };
  const document: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack: Open[] = [document];
  const pattern = /<(\/?)([A-Za-z][\w-]*)((?:\s+[A-Za-z][\w-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  pattern.lastIndex = prolog.length;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new Error(`not well-formed at ${at}: ${text.slice(at, at + 40)}`);
    const [, closing = '', name = '', attributes = '', empty = '', content] = match;
    const top = stack.at(-1)!;
    if (content !== undefined) {
      if (content.includes(']]>')) throw new Error('"]]>" in text');
      if (stack.length === 1 && content.trim() !== '')
        throw new Error(`text outside of the root: ${content}`);
      top.text += decoded(content);
    } else if (closing === '/') {
      if (top.name !== name) throw new Error(`</${name}> closes <${top.name}>`);
      stack.pop();
      stack.at(-1)!.children.push(top);
    } else {
      const element: Open = { name, attributes: {}, children: [], text: '' };
      for (const [, key = '', value = ''] of attributes.matchAll(/([A-Za-z][\w-]*)="([^"]*)"/g)) {
        if (key in element.attributes) throw new Error(`${key} twice`);
        // A parser turns a line end or tab in an attribute into a space: it has to be a reference.
        element.attributes[key] = decoded(value.replace(/[\n\t]/g, ' '));
      }
      if (empty === '/') top.children.push(element);
      else stack.push(element);
    }
  }
  const [root, second] = document.children;
  if (stack.length !== 1 || root === undefined || second !== undefined)
    throw new Error('not one root element');
  return root;
}

function decoded(text: string): string {
  return text.replace(
    /&(?:(\w+)|#(\d+));|&/g,
    (all, name: string | undefined, number: string | undefined) => {
      if (number !== undefined) return String.fromCodePoint(Number(number));
      const value = name === undefined ? undefined : ENTITIES[name];
      if (value === undefined) throw new Error(`"${all}" is no reference`);
      return value;
    },
  );
}
