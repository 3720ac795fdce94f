import type { Json, JsonObject } from '~/api/contract';

/**
 * A tolerance in words, following the grammar of Chaos Toolkit: a plain value, a pair that is an inclusive range,
 * a longer list that is a choice, or an object named by its `type`. Reads on after "must".
 */
export function toleranceInWords(tolerance: Json | undefined): string {
  if (tolerance === undefined || tolerance === null) return 'has no tolerance';
  if (typeof tolerance === 'boolean') return `must be ${tolerance}`;
  if (typeof tolerance === 'number') return `must answer ${tolerance}`;
  if (typeof tolerance === 'string') return `must be ${quoted(tolerance)}`;
  if (Array.isArray(tolerance)) return listInWords(tolerance);
  return byType(tolerance);
}

function listInWords(list: Json[]): string {
  if (list.length === 1) return toleranceInWords(list[0]);
  const [low, high] = list;
  if (list.length === 2 && typeof low === 'number' && typeof high === 'number')
    return `must be between ${low} and ${high}`;
  return `must be one of ${list.map(shown).join(', ')}`;
}

function byType(object: JsonObject): string {
  const target = typeof object.target === 'string' && object.target !== '' ? ` in its ${object.target}` : '';
  switch (object.type) {
    case 'range': {
      const [low, high] = Array.isArray(object.range) ? object.range : [];
      return `must be between ${shown(low)} and ${shown(high)}${target}`;
    }
    case 'regex':
      return `must match ${shown(object.pattern)}${target}`;
    case 'jsonpath': {
      const where = `at ${shown(object.path)}${target}`;
      if (object.expect !== undefined) return `must have ${expected(object.expect)} ${where}`;
      if (typeof object.count === 'number')
        return `must have ${object.count} ${object.count === 1 ? 'match' : 'matches'} ${where}`;
      return `must have something ${where}`;
    }
    case 'probe':
      return `must satisfy the probe ${shown(object.name ?? 'of its own')}`;
    default:
      return `must fit ${JSON.stringify(object)}`;
  }
}

function expected(value: Json): string {
  return Array.isArray(value) ? value.map(shown).join(' and ') : shown(value);
}

function shown(value: Json | undefined): string {
  if (typeof value === 'string') return quoted(value);
  return value === undefined ? '?' : JSON.stringify(value);
}

function quoted(text: string): string {
  return `“${text}”`;
}
