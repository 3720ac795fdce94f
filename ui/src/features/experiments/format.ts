// JSON that came in one line, laid out for reading. Only white space changes: numbers and keys stay as they were written.

const INDENT = '  ';

/** The same JSON with a line for each value; null where the text is not JSON. */
export function formatJson(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let out = '';
  let depth = 0;
  const line = () => `\n${INDENT.repeat(depth)}`;
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    const empty = (token === '{' && next === '}') || (token === '[' && next === ']');
    if (token === '{' || token === '[') {
      if (!empty) depth++;
      out += empty ? token : token + line();
    } else if (token === '}' || token === ']') {
      const before = tokens[index - 1];
      const wasEmpty = (token === '}' && before === '{') || (token === ']' && before === '[');
      if (!wasEmpty) depth--;
      out += wasEmpty ? token : line() + token;
    } else if (token === ',') out += token + line();
    else if (token === ':') out += ': ';
    else out += token;
  });
  return `${out}\n`;
}

/** The text as a person reads it: JSON of hardly any lines is laid out, everything else is as it was saved. */
export function readable(text: string, format: 'json' | 'yaml'): string {
  const lines = text.trimEnd().split('\n');
  const longest = Math.max(...lines.map((line) => line.length));
  if (format !== 'json' || (lines.length > 2 && longest <= 400)) return text;
  return formatJson(text) ?? text;
}

/** Two texts as they are compared: both laid out when one of them was not, so that a difference is one of meaning. */
export function comparable(
  before: { source: string; format: 'json' | 'yaml' },
  after: { source: string; format: 'json' | 'yaml' },
): [string, string] {
  const crammed = [before, after].some((one) => readable(one.source, one.format) !== one.source);
  const laidOut = (one: { source: string; format: 'json' | 'yaml' }) =>
    (crammed && one.format === 'json' && formatJson(one.source)) || one.source;
  return [laidOut(before), laidOut(after)];
}
